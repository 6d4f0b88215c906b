// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "vault/Secret.h"

#include <QByteArray>

namespace conversure::vault {

/// How many random bytes a code that people pass on has: 128 bits cannot be guessed, so nothing has to slow it down.
inline constexpr int codeSize = 16;

/// The key that everything of one code comes from. \a purpose keeps codes of different kinds apart.
Secret rootOfCode(const Secret &code, const QByteArray &purpose);
/// Key \a number of \a root, 32 bytes. \a context: 8 characters.
Secret keyOfRoot(const Secret &root, quint64 number, const char *context);

} // namespace conversure::vault
