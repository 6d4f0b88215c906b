// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/Sodium.h"

#include <sodium.h>

#include <QtGlobal>

namespace conversure::vault {

void requireSodium()
{
    static const int ready = sodium_init();
    if (ready < 0)
        qFatal("libsodium could not be initialised");
}

} // namespace conversure::vault
