// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"

#include <QString>

namespace conversure::models {

/// Why a sign-in did not succeed and what to do, translated. Never says which of e-mail and password was wrong.
QString signInErrorSentence(const Error &error);

/// That no further try is taken for so many seconds, to the second; translated.
QString lockedSentence(int seconds);

} // namespace conversure::models
