// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/Shape.h"

namespace conversure::sandbox {

/// The kinds of message that can be sent, in the order in which Meta's error text lists them.
QStringList sendableTypes();

/// What the member named as the type must look like: payloadShape("text") checks {"body": …}.
const shape::Check &payloadShape(const QString &type);

} // namespace conversure::sandbox
