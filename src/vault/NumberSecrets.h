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

/// A number's settings as a provider wants them: `config` and the opened secrets together.
/// \a secrets: [{"secret_id","kind","key_version","secret_version","nonce","ciphertext"}], bytes in base64.
Result<QHash<QString, QString>> openSettings(
    const QUuid &company, const Secret &dataKey, const QJsonObject &config, const QJsonArray &secrets);

/// The reverse for new secrets: kind → clear text becomes the array above, with ids made by \a newId.
QJsonArray sealSettings(const QUuid &company, const Secret &dataKey, int keyVersion,
    const QHash<QString, QString> &secrets, const std::function<QUuid()> &newId);

} // namespace conversure::vault
