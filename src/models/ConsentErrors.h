// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"

#include <QString>

namespace conversure::models {

/// Why it was not noted that a lead wants no marketing, or wants it again; translated.
QString consentErrorSentence(const Error &error);

/// Why it was not noted that a message was not sent; empty where the message itself shows by now how it stands.
QString notSentErrorSentence(const Error &error);

} // namespace conversure::models
