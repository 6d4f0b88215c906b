// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TemplateRows.h"

#include <QJsonDocument>

namespace conversure::test {

namespace {

QJsonArray components(const char *json)
{
    return QJsonDocument::fromJson(json).array();
}

} // namespace

TemplateRow plainTemplate(int n, const QString &name, const QString &language, const QString &body)
{
    TemplateRow row;
    row.id = templateId(n);
    row.rev = 1;
    row.provider = QStringLiteral("meta");
    row.accountId = QStringLiteral("waba-1");
    row.name = name;
    row.language = language;
    row.category = QStringLiteral("UTILITY");
    row.status = QStringLiteral("APPROVED");
    row.parameterFormat = QStringLiteral("POSITIONAL");
    row.components =
        QJsonArray{QJsonObject{{QStringLiteral("type"), QStringLiteral("BODY")}, {QStringLiteral("text"), body}}};
    return row;
}

TemplateRow viewingReminder()
{
    TemplateRow row = plainTemplate(1, QStringLiteral("viewing_reminder"), QStringLiteral("en"), {});
    row.parameterFormat = QStringLiteral("NAMED");
    row.components = components(R"([
        {"type":"HEADER","format":"TEXT","text":"Your viewing in {{location}}"},
        {"type":"BODY","text":"Hello {{first_name}}, this is {{agent_name}} of Marina Homes. We look forward to showing you the apartment on {{viewing_time}}.\nPlease bring your Emirates ID for the security desk.",
         "example":{"body_text_named_params":[{"param_name":"viewing_time","example":"Thursday at 17:30"}]}},
        {"type":"FOOTER","text":"Marina Homes, ORN 12345"},
        {"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"I will come"},
            {"type":"URL","text":"See the listing","url":"https://example.com/l/{{1}}","example":["https://example.com/l/DM-20417"]},
            {"type":"PHONE_NUMBER","text":"Call us","phone_number":"+97140000000"}]}])");
    return row;
}

TemplateRow brochure()
{
    TemplateRow row = plainTemplate(2, QStringLiteral("new_tower_brochure"), QStringLiteral("en_US"), {});
    row.category = QStringLiteral("MARKETING");
    row.components = components(R"([
        {"type":"HEADER","format":"IMAGE"},
        {"type":"BODY","text":"Dear {{1}}, a new tower opens in {{2}}, from {{3}} AED. Shall I send you the floor plans?",
         "example":{"body_text":[["Layla","Dubai Marina","1,900,000"]]}},
        {"type":"FOOTER","text":"Reply STOP to hear no more of it"}])");
    return row;
}

TemplateRow arabicReminder()
{
    TemplateRow row = plainTemplate(3, QStringLiteral("viewing_reminder"), QStringLiteral("ar"), {});
    row.components = components(R"([
        {"type":"HEADER","format":"TEXT","text":"موعد المعاينة"},
        {"type":"BODY","text":"مرحباً {{1}}، نذكّرك بموعد معاينة الشقة يوم {{2}}. نتطلع إلى لقائك.",
         "example":{"body_text":[["ليلى","الخميس الساعة 5:30"]]}},
        {"type":"FOOTER","text":"مارينا هومز"},
        {"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"سأحضر"}]}])");
    return row;
}

TemplateRow pausedOffer()
{
    TemplateRow row = plainTemplate(
        4, QStringLiteral("october_offer"), QStringLiteral("en"), QStringLiteral("Hello {{1}}, only this week."));
    row.category = QStringLiteral("MARKETING");
    row.status = QStringLiteral("PAUSED");
    return row;
}

TemplateRow foreignTemplate()
{
    TemplateRow row = plainTemplate(5, QStringLiteral("contract_ready"), QStringLiteral("en"),
        QStringLiteral("Your contract is ready to be signed."));
    row.accountId = QStringLiteral("waba-2");
    return row;
}

QList<feed::Change> allTemplates()
{
    return {viewingReminder(), brochure(), arabicReminder(), pausedOffer(), foreignTemplate(),
        plainTemplate(6, QStringLiteral("documents_missing"), QStringLiteral("en"),
            QStringLiteral("Hello {{1}}, to go on with your purchase we still need: {{2}}.")),
        plainTemplate(7, QStringLiteral("follow_up"), QStringLiteral("ru"),
            QStringLiteral("Здравствуйте, {{1}}! Удалось ли вам посмотреть варианты?")),
        plainTemplate(8, QStringLiteral("office_closed"), QStringLiteral("en"),
            QStringLiteral("Our office is closed today. We answer tomorrow morning."))};
}

} // namespace conversure::test
