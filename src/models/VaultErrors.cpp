// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/VaultErrors.h"

#include <QCoreApplication>

namespace conversure::models {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("VaultErrors", text);
}

bool is(const Error &error, const char *code)
{
    return error.code == QLatin1StringView(code);
}

} // namespace

QString vaultErrorSentence(const Error &error)
{
    if (is(error, "vault:pin"))
        return tr(
            "The store shows another key of your company than this computer knows, so Conversure stopped; nothing "
            "was sent or changed. Ask your admin by telephone whether the key was replaced. If not, tell whoever "
            "runs the store, and do not go on.");
    if (is(error, "vault:rollback"))
        return tr("The store shows older secrets of your company than this computer has seen, as after a restored "
                  "backup or an attack. Conversure stopped; nothing was sent or changed. Tell your admin and whoever "
                  "runs the store, and do not go on before they know why.");
    if (is(error, "vault:settings"))
        return tr("Somebody changed the settings of one of your company's numbers past your admins, and with them "
                  "where its token would go. Conversure stopped; nothing was sent. Tell your admin and whoever runs "
                  "the store.");
    if (is(error, "vault:manifest") || is(error, "vault:unsigned") || is(error, "vault:commitment")
        || is(error, "vault:secret") || error.code.startsWith(QStringLiteral("chain:")))
        return tr("What the store shows of your company's keys and secrets is not what your admins signed, so "
                  "Conversure stopped; nothing was sent or changed. Tell your admin and whoever runs the store.");
    return {};
}

} // namespace conversure::models
