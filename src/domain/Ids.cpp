// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/Ids.h"

#include <QRandomGenerator>

namespace conversure {

namespace {

QByteArray systemRandom(int bytes)
{
    QByteArray out(bytes, Qt::Uninitialized);
    for (char &byte : out)
        byte = static_cast<char>(QRandomGenerator::system()->bounded(256));
    return out;
}

} // namespace

IdSource::IdSource(const Clock &clock, Random random)
    : m_clock(clock)
    , m_random(random ? std::move(random) : Random(systemRandom))
{
}

QUuid IdSource::next()
{
    const qint64 now = m_clock.nowMs();
    if (now > m_lastMs) {
        m_lastMs = now;
        m_sequence = 0;
    } else if (++m_sequence
        > 0x0fff) { // the clock stands still or went back: stay ordered by borrowing the next millisecond
        ++m_lastMs;
        m_sequence = 0;
    }

    QByteArray bytes = m_random(16);
    for (int i = 0; i < 6; ++i)
        bytes[i] = static_cast<char>((m_lastMs >> (8 * (5 - i))) & 0xff);
    bytes[6] = static_cast<char>(0x70 | (m_sequence >> 8));
    bytes[7] = static_cast<char>(m_sequence & 0xff);
    bytes[8] = static_cast<char>(0x80 | (bytes[8] & 0x3f));
    return QUuid::fromRfc4122(bytes);
}

} // namespace conversure
