// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QProcess>
#include <QStringList>

#include <optional>

namespace conversure::crash_test {

/// The processes that are killed are this program itself, with orders as JSON:
///   --client {"database", "folder", "user", "number", "phone_number_id", "access_token", "api",
///             "texts": [{"message", "conversation", "text"}], "again": [the same], "kill" or "pause": STEP}
///     A client's way of sending: takes up what its journal holds, sends the texts, resends those that a person wants
///     again, and ends when its journal holds nothing more that could be sent.
///   --relay {"database", "company", "number", "phone_number_id", "access_token", "api", "kill": STEP}
///     A relay that does jobs, one at a time.
/// "kill": SIGKILL to itself when STEP is reached (sending::FaultHook). "pause": the first time STEP is reached it says
/// "paused" and waits for a line.
/// No value when \a arguments are those of a test run.
std::optional<int> childOf(const QStringList &arguments);

/// Such a process. It does not outlive the test, however the test ends.
class Child
{
public:
    Child(const QString &word, const QJsonObject &orders);
    ~Child();
    Child(const Child &) = delete;
    Child &operator=(const Child &) = delete;

    void kill() { m_process.kill(); }
    bool hasEnded() const { return m_process.state() == QProcess::NotRunning; }
    bool wasKilled() const;
    /// Whether it has done all that it was told.
    bool hasDone() const;

    bool hasPaused();
    void goOn();

private:
    QProcess m_process;
    bool m_paused = false;
};

} // namespace conversure::crash_test
