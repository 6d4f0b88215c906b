// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace conversure::vault {

/// Bytes that must not outlive their use: wiped when the object goes. Move-only, so that no copy is left behind.
class Secret
{
public:
    Secret() = default;
    explicit Secret(QByteArray bytes);
    static Secret random(int size);
    ~Secret();
    Secret(Secret &&other) noexcept;
    Secret &operator=(Secret &&other) noexcept;
    Secret(const Secret &) = delete;
    Secret &operator=(const Secret &) = delete;

    const QByteArray &bytes() const { return m_bytes; }
    bool isEmpty() const { return m_bytes.isEmpty(); }
    Secret copy() const;

private:
    void wipe();
    QByteArray m_bytes;
};

} // namespace conversure::vault
