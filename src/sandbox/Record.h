// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Clock.h"
#include "domain/Result.h"

#include <QFile>
#include <QJsonObject>
#include <QString>

namespace conversure::sandbox {

/// Writes what passed over the wire to a file, one JSON object a line, each flushed before the call returns: a test may
/// read the file while the program runs. Never sees a token: what is recorded is made without.
class Record
{
public:
    /// \a clock must outlive the record.
    explicit Record(const Clock &clock)
        : m_clock(clock)
    {
    }

    /// Opens \a path and appends to it. Without this call, nothing is written.
    Result<void> open(const QString &path);

    /// Writes {"at", "kind"} and \a members.
    void add(const QString &kind, QJsonObject members);

private:
    const Clock &m_clock;
    QFile m_file;
};

/// A body for the record: parsed where it is JSON, else as text.
QJsonValue recordableBody(const QByteArray &body);

} // namespace conversure::sandbox
