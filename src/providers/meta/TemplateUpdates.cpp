// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/meta/TemplateUpdates.h"

namespace conversure::providers::meta {

namespace {

using wire::JsonReader;

constexpr qsizetype maxWordLength = 64;
constexpr qsizetype maxNameLength = 512;

const QString statusField = QStringLiteral("message_template_status_update");
const QString qualityField = QStringLiteral("message_template_quality_update");
const QString categoryField = QStringLiteral("template_category_update");

/// Words and ids that are longer than any can be count as none.
QString shortText(const JsonReader &reader, qsizetype limit = maxWordLength)
{
    const QString text = reader.textOr();
    return text.size() <= limit ? text : QString();
}

void fillStatus(TemplateNews &news, const JsonReader &value)
{
    news.event = shortText(value[QStringLiteral("event")]);
    news.category = shortText(value[QStringLiteral("message_template_category")]);
    const QString reason = shortText(value[QStringLiteral("reason")]);
    news.reason = reason == QStringLiteral("NONE") ? QString() : reason;
}

} // namespace

bool isTemplateField(const QString &field)
{
    return field == statusField || field == qualityField || field == categoryField;
}

std::optional<TemplateNews> templateNewsOf(const QString &field, const JsonReader &value)
{
    TemplateNews news;
    const QString id = value[QStringLiteral("message_template_id")].id().value_or(QString());
    news.providerTemplateId = id.size() <= maxWordLength ? id : QString();
    news.name = shortText(value[QStringLiteral("message_template_name")], maxNameLength);
    news.language = shortText(value[QStringLiteral("message_template_language")]);
    if (news.providerTemplateId.isEmpty() && (news.name.isEmpty() || news.language.isEmpty()))
        return std::nullopt;
    if (field == statusField)
        fillStatus(news, value);
    else if (field == qualityField)
        news.quality = shortText(value[QStringLiteral("new_quality_score")]);
    else
        news.category = shortText(value[QStringLiteral("new_category")]);
    return news;
}

bool saysSomething(const TemplateNews &news)
{
    return !news.event.isEmpty() || !news.quality.isEmpty() || !news.category.isEmpty();
}

} // namespace conversure::providers::meta
