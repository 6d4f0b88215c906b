// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "CommandLine.h"

#include "vault/Founding.h"
#include "vault/PasswordKeys.h"

namespace conversure::relayapp {

namespace {

/// The user's keys, made from the password here, so that neither store nor relay keeps it.
Result<void> insertUser(
    CommandLine &line, store::Connection &db, const QUuid &company, const QUuid &user, const QString &password)
{
    const auto relay = line.ownKey();
    CONVERSURE_TRY(relay);
    const auto vault = openVault(line, db, company, *relay);
    CONVERSURE_TRY(vault);
    const auto params = db.call(QLatin1StringView("api.sign_in_params"));
    CONVERSURE_TRY(params);
    const auto stretch = vault::StretchParams::fromJson(params->object(0, 0));
    CONVERSURE_TRY(stretch);
    const QString email = line.value(QStringLiteral("email"));
    const auto passwordKeys = vault::stretchPassword(password, email, *stretch);
    CONVERSURE_TRY(passwordKeys);

    const vault::KeyPair keys = vault::KeyPair::generate();
    const QString role = line.value(QStringLiteral("role"));
    const auto welcome = vault::welcome(*vault, relay->keys, {vault::KeyHolder::Kind::User, user}, keys.boxPublic,
        keys.signPublic, role != QStringLiteral("AGENT"));
    CONVERSURE_TRY(welcome);
    const auto created = db.call(QLatin1StringView("relay.create_user"),
        {store::param(company), store::param(user), store::param(email),
            store::param(line.value(QStringLiteral("name"))), store::param(role), store::param(passwordKeys->proof),
            store::bytes(keys.boxPublic), store::bytes(keys.signPublic),
            store::bytes(vault::wrapKeys(keys, passwordKeys->wrap)), store::param(qint64(vault->keyVersion())),
            store::bytes({}), store::json(*welcome)});
    CONVERSURE_TRY(created);
    return {};
}

} // namespace

int createUser(CommandLine &line)
{
    line.require(QStringLiteral("company"), QStringLiteral("ID"), QStringLiteral("The company's id."));
    line.require(QStringLiteral("email"), QStringLiteral("EMAIL"), QStringLiteral("What the user signs in with."));
    line.require(QStringLiteral("name"), QStringLiteral("NAME"), QStringLiteral("What colleagues see."));
    line.require(
        QStringLiteral("role"), QStringLiteral("ROLE"), QStringLiteral("AGENT, COMPANY_ADMIN or SUPER_ADMIN."));
    line.flag(
        QStringLiteral("password-stdin"), QStringLiteral("Read the password from stdin, up to the first newline."));
    if (!line.parse())
        return line.exitCode();
    const auto company = line.uuid(QStringLiteral("company"));
    if (!company)
        return line.fail(company.error());
    const auto password = CommandLine::passwordFromStdin();
    if (!password)
        return line.fail(password.error());
    auto db = line.connect();
    if (!db)
        return line.fail(db.error());
    const QUuid user = line.newId();
    if (const auto inserted = insertUser(line, *db, *company, user, *password); !inserted)
        return line.fail(inserted.error());
    return line.succeed({{QStringLiteral("user_id"), user.toString(QUuid::WithoutBraces)}});
}

} // namespace conversure::relayapp
