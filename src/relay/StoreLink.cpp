// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/StoreLink.h"

#include "relay/Log.h"

namespace conversure::relay {

namespace {

/// No statement of the relay takes long; one that does must not keep the relay from stopping.
constexpr char limitStatements[] = "set statement_timeout = '4s'; set idle_in_transaction_session_timeout = '10s'";
/// The server keeps to the limit above, unless it hangs or the network swallows its answers.
constexpr int answerMs = 8'000;

} // namespace

StoreLink::StoreLink(QString url, QString name, Report report)
    : m_url(std::move(url))
    , m_name(std::move(name))
    , m_report(std::move(report))
{
}

store::Connection *StoreLink::connection()
{
    m_fresh = false;
    if (m_open && !m_connection.isOpen())
        close();
    if (!m_open && Steady::now() >= m_nextTry)
        open();
    return m_open ? &m_connection : nullptr;
}

std::chrono::milliseconds StoreLink::pause() const
{
    if (m_open)
        return std::chrono::milliseconds::zero();
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(m_nextTry - Steady::now());
    return std::max(left, std::chrono::milliseconds(1));
}

bool StoreLink::lost(const Error &error)
{
    if (m_connection.isOpen() && !error.code.startsWith(QStringLiteral("store:")))
        return false;
    qCInfo(logStore, "%s: connection lost (%s)", qUtf8Printable(m_name), qUtf8Printable(error.code));
    close();
    return true;
}

void StoreLink::wake()
{
    const std::lock_guard lock(m_mutex);
    m_connection.wake();
}

void StoreLink::open()
{
    Result<store::Connection> opened = store::Connection::open(m_url, m_name);
    if (opened) {
        if (const Result<void> limited = opened->script(limitStatements); !limited)
            opened = tl::unexpected(limited.error());
    }
    if (!opened) {
        m_nextTry = Steady::now() + m_backoff.next();
        qCDebug(logStore, "%s: no connection (%s)", qUtf8Printable(m_name), qUtf8Printable(opened.error().code));
        return;
    }
    opened->setDeadline(answerMs);
    {
        const std::lock_guard lock(m_mutex);
        m_connection = std::move(*opened);
    }
    m_backoff.reset();
    m_open = m_fresh = true;
    m_report(true);
    qCInfo(logStore, "%s: connected", qUtf8Printable(m_name));
}

void StoreLink::close()
{
    {
        const std::lock_guard lock(m_mutex);
        m_connection.close();
    }
    m_open = false;
    m_nextTry = Steady::now();
    m_report(false);
}

} // namespace conversure::relay
