// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "CommandLine.h"

#include "vault/Founding.h"
#include "vault/PasswordKeys.h"

namespace conversure::relayapp {

namespace {

/// The word of this relay for the new keys; null when it has no part in the company's vault, and the person has to find
/// somebody who has.
Result<QJsonValue> welcomeBack(CommandLine &line, store::Connection &db, const QUuid &company,
    const vault::KeyHolder &person, const vault::KeyPair &keys, bool authority)
{
    const auto relay = line.ownKey();
    CONVERSURE_TRY(relay);
    const auto vault = openVault(line, db, company, *relay);
    if (!vault && vault.error().code == QStringLiteral("key:stranger"))
        return QJsonValue();
    CONVERSURE_TRY(vault);
    const auto welcome = vault::welcome(*vault, relay->keys, person, keys.boxPublic, keys.signPublic, authority);
    if (!welcome && welcome.error().code == QStringLiteral("chain:authority"))
        return QJsonValue();
    CONVERSURE_TRY(welcome);
    return QJsonValue(*welcome);
}

Result<QJsonObject> reset(CommandLine &line, const QUuid &company, const QString &password)
{
    auto db = line.connect();
    CONVERSURE_TRY(db);
    const QString email = line.value(QStringLiteral("email"));
    const auto rows =
        db->call(QLatin1StringView("relay.member_by_email"), {store::param(company), store::param(email)});
    CONVERSURE_TRY(rows);
    if (rows->isEmpty())
        return failure(ErrorKind::NotFound, QStringLiteral("CV003"),
            QStringLiteral("No active user of the company has this e-mail."));
    const vault::KeyHolder person{vault::KeyHolder::Kind::User, rows->uuid(0, 0)};
    const auto params = db->call(QLatin1StringView("api.sign_in_params"));
    CONVERSURE_TRY(params);
    const auto stretch = vault::StretchParams::fromJson(params->object(0, 0));
    CONVERSURE_TRY(stretch);
    const auto passwordKeys = vault::stretchPassword(password, email, *stretch);
    CONVERSURE_TRY(passwordKeys);

    const vault::KeyPair keys = vault::KeyPair::generate();
    const auto welcome = welcomeBack(line, *db, company, person, keys, rows->text(0, 1) != QStringLiteral("AGENT"));
    CONVERSURE_TRY(welcome);
    const auto done = db->call(QLatin1StringView("relay.reset_user"),
        {store::param(company), store::param(person.id), store::param(passwordKeys->proof),
            store::bytes(keys.boxPublic), store::bytes(keys.signPublic),
            store::bytes(vault::wrapKeys(keys, passwordKeys->wrap)),
            welcome->isNull() ? store::Param() : store::json(welcome->toObject())});
    CONVERSURE_TRY(done);
    return QJsonObject{{QStringLiteral("user_id"), person.id.toString(QUuid::WithoutBraces)},
        {QStringLiteral("opens_vault"), !welcome->isNull()}};
}

} // namespace

int resetPassword(CommandLine &line)
{
    line.require(QStringLiteral("company"), QStringLiteral("ID"), QStringLiteral("The company's id."));
    line.require(QStringLiteral("email"), QStringLiteral("EMAIL"), QStringLiteral("Who lost the password."));
    line.flag(
        QStringLiteral("password-stdin"), QStringLiteral("Read the new one from stdin, up to the first newline."));
    if (!line.parse())
        return line.exitCode();
    const auto company = line.uuid(QStringLiteral("company"));
    if (!company)
        return line.fail(company.error());
    const auto password = CommandLine::passwordFromStdin();
    if (!password)
        return line.fail(password.error());
    const auto done = reset(line, *company, *password);
    return done ? line.succeed(*done) : line.fail(done.error());
}

} // namespace conversure::relayapp
