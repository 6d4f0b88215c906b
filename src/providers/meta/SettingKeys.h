// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

/// The settings of a number of Meta, as `add-number --set key=value` names them, and their defaults.
namespace conversure::providers::meta::keys {

inline QString phoneNumberId()
{
    return QStringLiteral("phone_number_id");
}
inline QString wabaId()
{
    return QStringLiteral("waba_id");
}
inline QString accessToken()
{
    return QStringLiteral("access_token");
}
inline QString appSecret()
{
    return QStringLiteral("app_secret");
}
inline QString verifyToken()
{
    return QStringLiteral("verify_token");
}
inline QString apiBaseUrl()
{
    return QStringLiteral("api_base_url");
}
inline QString apiVersion()
{
    return QStringLiteral("api_version");
}

inline QString defaultBaseUrl()
{
    return QStringLiteral("https://graph.facebook.com");
}
inline QString defaultVersion()
{
    return QStringLiteral("v23.0");
}

} // namespace conversure::providers::meta::keys
