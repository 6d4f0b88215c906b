// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace conversure {

/// One setting of a provider, as data: the settings form, `add-number --set` and the list of vault secrets are drawn
/// from it.
struct ProviderSetting {
    QString key; ///< As in `add-number --set key=value`.
    QString label; ///< English source text; translated with context "ProviderSettings".
    bool secret = false; ///< Goes to the vault, never into a row, a log or the feed.
    bool required = true;
    QString defaultValue;
};

struct ProviderDescription {
    QString id; ///< As stored in `whatsapp_numbers.provider`: "meta".
    QString displayName;
    QString numberIdKey; ///< The setting that identifies a number at the provider: "phone_number_id".
    QList<ProviderSetting> settings;
};

} // namespace conversure
