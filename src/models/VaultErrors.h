// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"

#include <QString>

namespace conversure::models {

/// What the store shows of a company's vault is not what its members signed, or not what this computer has seen: what
/// happened and what to do, translated. Empty for every other failure.
QString vaultErrorSentence(const Error &error);

} // namespace conversure::models
