// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"

#include <QJsonValue>
#include <QString>

#include <functional>
#include <optional>
#include <vector>

namespace conversure::wire {

/// Reads untrusted JSON and knows its path, so that an error says
/// `entry[0].changes[0].value.messages[2].id: expected text`. A value to be copied freely; not a place to store data.
/// Texts come out storable: U+0000 and lone surrogates, which PostgreSQL refuses and UTF-8 cannot carry, are U+FFFD.
class JsonReader
{
public:
    /// Parses \a bytes: an object or an array. Fails with kind Invalid and code "json:malformed" for anything that is
    /// not JSON in UTF-8, names a key of an object twice, or passes the limits of wire/JsonLimits.h.
    static Result<JsonReader> parse(const QByteArray &bytes);
    explicit JsonReader(QJsonValue value, QString path = {});

    /// The member or element; a reader of "undefined" with its path when there is none.
    JsonReader operator[](const QString &key) const;
    JsonReader at(qsizetype index) const;

    bool exists() const; ///< Neither undefined nor null.
    bool isObject() const;
    bool isArray() const;
    QString path() const { return m_path; }
    const QJsonValue &value() const { return m_value; }

    /// Required values: fail with kind Invalid, code "json:type", message "<path>: expected …".
    Result<QString> text() const; ///< A JSON string.
    Result<QString> id() const; ///< A string or an integral number, as text: senders mix both for ids.
    Result<qint64> integer() const; ///< An integral number, or a string of digits: timestamps arrive as both.
    Result<std::vector<JsonReader>> elements() const;

    /// Optional values: empty when absent, null or of another type.
    QString textOr(const QString &fallback = {}) const;
    std::vector<JsonReader> elementsOrNone() const;

private:
    tl::unexpected<Error> expected(const char *what) const;

    QJsonValue m_value;
    QString m_path;
};

} // namespace conversure::wire
