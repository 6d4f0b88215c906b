// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace conversure::wire {

/// HMAC-SHA256 by OpenSSL. Raw 32 bytes.
QByteArray hmacSha256(QByteArrayView key, QByteArrayView data);

/// Whether both are equal, in a time that depends only on their lengths (CRYPTO_memcmp).
bool equalInConstantTime(QByteArrayView a, QByteArrayView b);

} // namespace conversure::wire
