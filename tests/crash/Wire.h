// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTcpServer>

namespace conversure::crash_test {

class WireLink;

/// The wire between whoever sends and the sandbox: what crosses it stops where a test wants it. Of the thread with the
/// test's event loop.
class Wire : public QObject
{
public:
    enum class Treatment {
        Pass,
        Half, ///< The sandbox gets the first half of each request, and no more.
        Whole, ///< The sandbox gets it and answers; no byte of that comes back.
    };

    explicit Wire(quint16 sandboxPort);

    QString url() const;
    /// For requests from now on.
    void treat(Treatment treatment);
    /// How many requests have gone as far as they are let since treat().
    int caught() const { return m_caught; }
    /// Answers that were kept come back after all.
    void letGo();

private:
    friend class WireLink;

    QTcpServer m_server;
    const quint16 m_sandboxPort;
    Treatment m_treatment = Treatment::Pass;
    int m_caught = 0;
};

} // namespace conversure::crash_test
