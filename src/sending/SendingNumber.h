// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"

#include <QHash>
#include <QString>

#include <functional>
#include <optional>

namespace conversure::sending {

/// What a number sends with: the provider's id and the opened settings.
struct SendingNumber {
    QString provider;
    QHash<QString, QString> settings;
};

/// The settings of a number, if there are any here.
using NumberSettings = std::function<std::optional<SendingNumber>(NumberId)>;

} // namespace conversure::sending
