// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/MessageStatus.h"
#include "domain/Result.h"
#include "providers/Provider.h"

#include <QJsonObject>
#include <QString>

#include <optional>

namespace conversure::sending {

/// What the store hands to the holder of an attempt.
struct SendOrder {
    MessageStatus state = MessageStatus::Unconfirmed;
    qint64 leaseMs = 0; ///< Still left when the store answered.
    bool viaRelay = false; ///< A relay was left a job to send it; whoever asked has done its part.
    NumberId number;
    QString provider;
    providers::Identity to;
    ContentType contentType = ContentType::Text;
    QString text; ///< The text, or what a template looks like.
    std::optional<providers::OutboundTemplate> tmpl = std::nullopt;
    QJsonObject change; ///< The message as the feed would tell it.
};

/// Whether the store does not know this session, or this device's login, any more.
bool isSignedOut(const Error &error);

/// A state that is not understood counts as one under which nothing is sent.
MessageStatus sendStatusFromJson(const QJsonValue &value);

/// What reserve, renew and begin answer.
SendOrder orderFromJson(const QJsonObject &json);

} // namespace conversure::sending
