// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/Script.h"
#include "wire/JsonReader.h"

namespace conversure::sandbox {

/// Takes values out of a script and remembers the first thing that is wrong, so that reading stays a list of lines.
class ScriptReader
{
public:
    const std::optional<Error> &error() const { return m_error; }
    void complain(const QString &path, const QString &what);

    QString requiredText(const wire::JsonReader &object, const QString &key);
    QString text(const wire::JsonReader &object, const QString &key, const QString &fallback = {});
    QStringList texts(const wire::JsonReader &object, const QString &key, const QStringList &fallback = {});
    qint64 integer(const wire::JsonReader &object, const QString &key, qint64 fallback);
    bool flag(const wire::JsonReader &object, const QString &key);
    Span span(const wire::JsonReader &object, const QString &key, Span fallback);
    std::vector<wire::JsonReader> objects(const wire::JsonReader &object, const QString &key);

    /// Complains about members that are not among \a known, so that a typing error is not silence.
    void onlyKnown(const wire::JsonReader &object, const QStringList &known);

private:
    std::optional<Error> m_error;
};

} // namespace conversure::sandbox
