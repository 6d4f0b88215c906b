// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace conversure::test {

/// A client that signs in, opens the first conversation, sends each of the texts and then waits to be killed. Prints
/// "typed" once the last bubble is there. Arguments: database, relay, e-mail, password, data folder, then the texts.
int runTypist(const QStringList &arguments);

} // namespace conversure::test
