// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/CodeKeys.h"

#include "vault/Signing.h"
#include "vault/Sodium.h"

#include <sodium.h>

namespace conversure::vault {

Secret rootOfCode(const Secret &code, const QByteArray &purpose)
{
    return Secret(macOf(purpose, code));
}

Secret keyOfRoot(const Secret &root, quint64 number, const char *context)
{
    requireSodium();
    QByteArray key(32, Qt::Uninitialized);
    crypto_kdf_derive_from_key(reinterpret_cast<unsigned char *>(key.data()), static_cast<size_t>(key.size()), number,
        context, reinterpret_cast<const unsigned char *>(root.bytes().constData()));
    return Secret(std::move(key));
}

} // namespace conversure::vault
