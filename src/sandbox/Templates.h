// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/MetaRules.h"

#include <QJsonArray>

#include <optional>
#include <vector>

namespace conversure::sandbox {

/// A message template as Meta has it.
struct MessageTemplate {
    QString wabaId;
    QString id;
    QString name;
    QString language;
    QString category = QStringLiteral("UTILITY");
    QString status = QStringLiteral("APPROVED");
    QString parameterFormat = QStringLiteral("POSITIONAL");
    QString quality = QStringLiteral("GREEN");
    QString rejectedReason;
    QJsonArray components;
};

/// The page that was asked for, or what is wrong with the question. A page that is not the last one has the address of
/// the next one with the token in it, as live answers do: whoever follows it is refused.
Answer templatePage(const TemplateQuery &query, const std::vector<MessageTemplate> &templates);

/// What Meta says to a send of a template: nothing when it is right. \a payload is the member "template" of a request
/// that has the right shape, \a found the template of that name and language, null when there is none.
std::optional<Answer> objectionToTemplate(const QJsonObject &payload, const MessageTemplate *found);

} // namespace conversure::sandbox
