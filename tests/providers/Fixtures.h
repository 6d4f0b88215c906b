// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "providers/Provider.h"

#include <QStringList>

namespace conversure::test {

/// The recorded deliveries of a provider: names without ".json", sorted.
QStringList fixtureNames(const QString &provider);

/// The bytes of a file in the provider's fixture folder; null when there is none.
QByteArray fixtureFile(const QString &provider, const QString &fileName);

/// One line for each event and problem, to be compared with "<fixture>.expected.txt".
QString summary(const providers::Parsed &parsed);
QString summary(const providers::Event &event);

} // namespace conversure::test
