// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace conversure::vault {

/// Initialises libsodium once; ends the program if it cannot (no source of random numbers: nothing may go on).
void requireSodium();

} // namespace conversure::vault
