// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "vault/Keys.h"

#include <QByteArray>
#include <QString>

namespace conversure::vault {

/// Ed25519 over \a bytes: 64 bytes.
QByteArray sign(const QByteArray &bytes, const KeyPair &keys);
/// Whether the holder of \a signPublic signed exactly these bytes. Anything of a wrong size: no.
bool isSignedBy(const QByteArray &signPublic, const QByteArray &bytes, const QByteArray &signature);

/// BLAKE2b, 32 bytes.
QByteArray digestOf(const QByteArray &bytes);
/// BLAKE2b with a key, 32 bytes: a message authentication code.
QByteArray macOf(const QByteArray &bytes, const Secret &key);
/// Compares without telling by its time where the difference is.
bool isEqual(const QByteArray &a, const QByteArray &b);

/// The first 20 bytes of a key's digest, as in an invitation's link.
QByteArray shortDigestOf(const QByteArray &key);
/// The same for people: base32 in groups of four.
QString fingerprintOf(const QByteArray &key);
/// Of a relay's or a member's two keys together.
QString fingerprintOf(const QByteArray &boxPublic, const QByteArray &signPublic);

} // namespace conversure::vault
