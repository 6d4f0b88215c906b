// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "CommandLine.h"

namespace conversure::relayapp {

int registration(CommandLine &line)
{
    line.allow(QStringLiteral("set"), QStringLiteral("WORD"),
        QStringLiteral("open: clients found companies; first: while there is none; closed: never."));
    if (!line.parse())
        return line.exitCode();
    auto db = line.connect();
    if (!db)
        return line.fail(db.error());
    const QString word = line.value(QStringLiteral("set"));
    const auto now =
        db->call(QLatin1StringView("relay.registration"), {word.isEmpty() ? store::Param() : store::param(word)});
    if (!now)
        return line.fail(now.error());
    return line.succeed({{QStringLiteral("registration"), now->text(0, 0)}});
}

} // namespace conversure::relayapp
