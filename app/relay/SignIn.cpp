// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "CommandLine.h"

#include "vault/SignIn.h"

namespace conversure::relayapp {

int signIn(CommandLine &line)
{
    line.require(QStringLiteral("email"), QStringLiteral("EMAIL"), QStringLiteral("Who signs in."));
    line.flag(
        QStringLiteral("password-stdin"), QStringLiteral("Read the password from stdin, up to the first newline."));
    if (!line.parse())
        return line.exitCode();
    const auto password = CommandLine::passwordFromStdin();
    if (!password)
        return line.fail(password.error());
    auto db = line.connect();
    if (!db)
        return line.fail(db.error());
    // A script's computer stays unknown: it has no place for a secret that would outlive the call.
    const auto signedIn = vault::signIn(*db, line.databaseUrl(), line.value(QStringLiteral("email")), *password,
        QStringLiteral("conversure-relay sign-in"));
    if (!signedIn)
        return line.fail(signedIn.error());
    return line.succeed({{QStringLiteral("database"), signedIn->database}, {QStringLiteral("token"), signedIn->token}});
}

} // namespace conversure::relayapp
