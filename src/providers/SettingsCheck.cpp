// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/SettingsCheck.h"

#include <algorithm>

namespace conversure::providers {

namespace {

tl::unexpected<Error> aboutSetting(const QString &code, const QString &key, const QString &why)
{
    return failure(
        ErrorKind::Invalid, code, QStringLiteral("%1: %2").arg(key, why), {{QStringLiteral("setting"), key}});
}

} // namespace

Result<void> checkSettings(const ProviderDescription &description, const Settings &settings)
{
    for (const ProviderSetting &setting : description.settings) {
        if (setting.required && settings.value(setting.key).trimmed().isEmpty())
            return aboutSetting(QStringLiteral("provider:setting-missing"), setting.key, QStringLiteral("required"));
    }
    for (auto it = settings.keyBegin(); it != settings.keyEnd(); ++it) {
        const bool known = std::any_of(description.settings.begin(), description.settings.end(),
            [&it](const ProviderSetting &setting) { return setting.key == *it; });
        if (!known)
            return aboutSetting(QStringLiteral("provider:setting-unknown"), *it, QStringLiteral("no such setting"));
    }
    return {};
}

tl::unexpected<Error> unusableSetting(const QString &key, const QString &why)
{
    return aboutSetting(QStringLiteral("provider:setting-invalid"), key, why);
}

} // namespace conversure::providers
