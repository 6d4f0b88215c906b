// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "vault/Keys.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QString>

#include <functional>

namespace conversure::vault {

/// What a number sends and receives with. What is open of it is sealed once more beside the secrets: whoever could
/// change the provider's address in the store would be sent the token with the next message.
struct NumberSettings {
    QUuid number;
    QString provider;
    QJsonObject config; ///< What is no secret; everybody in the company may read it.
    QHash<QString, QString> secrets; ///< By kind.
};

/// The kind of the secret that vouches for what is open.
inline constexpr QLatin1StringView openSettingsKind("settings");

/// A number's settings as a provider wants them: `config` and the opened secrets together.
/// \a number, as openCompanyVault's document has it: {"number_id","provider","config","secrets": [{"secret_id","kind",
/// "key_version","secret_version","nonce","ciphertext"}]}, bytes in base64. Fails with "vault:secret" as openSecret
/// does, and with "vault:settings" where the open settings are not those that were put into the vault.
Result<QHash<QString, QString>> openSettings(const QUuid &company, const Secret &dataKey, const QJsonObject &number);

/// The reverse for a new number: the array of secrets above, with ids made by \a newId.
QJsonArray sealSettings(const QUuid &company, const Secret &dataKey, int keyVersion, const NumberSettings &settings,
    const std::function<QUuid()> &newId);

/// What openSettingsKind holds of \a settings.
QByteArray vouchFor(const NumberSettings &settings);

} // namespace conversure::vault
