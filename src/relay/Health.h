// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

#include <array>
#include <atomic>

namespace conversure::relay {

/// What the relay knows about itself. Each thread writes its own part, the edge reads; any thread.
class Health
{
public:
    enum class Part { Writer, Interpreter, Tailer, Sessions };

    /// Whether that part's connection to the store is open.
    void setConnected(Part part, bool connected) { m_connected.at(static_cast<std::size_t>(part)) = connected; }
    void setDirectoryLoaded() { m_directoryLoaded = true; }
    /// Age of the oldest delivery that is stored but not yet interpreted.
    void setBacklogSeconds(double seconds) { m_backlogSeconds = seconds; }

    /// Why a load balancer should send nothing here: "store", "directory", "backlog"; empty when ready.
    QStringList notReady() const;

    std::atomic<quint64> unknownShares = 0; ///< Verified, but of a number nobody has registered: not stored.
    std::atomic<quint64> refusedShares = 0; ///< Not signed by their own number's secret: not stored.

private:
    std::array<std::atomic<bool>, 4> m_connected{};
    std::atomic<bool> m_directoryLoaded = false;
    std::atomic<double> m_backlogSeconds = 0;
};

} // namespace conversure::relay
