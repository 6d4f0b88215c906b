// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"

#include <QString>

namespace conversure::models {

/// Why an invitation did not let somebody in, and what to do; translated.
QString joinErrorSentence(const Error &error);
/// Why a company was not founded.
QString registerErrorSentence(const Error &error);
/// Why a link was not made or taken back.
QString inviteErrorSentence(const Error &error);
/// Why something about one's account or a colleague's was not done.
QString accountErrorSentence(const Error &error);
/// Why something with the company's keys was not done: the recovery code, a relay, a new data key.
QString keysErrorSentence(const Error &error);
/// Why the file under a passphrase was not made, opened or deleted.
QString passphraseErrorSentence(const Error &error);

} // namespace conversure::models
