// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Templates.h"

#include "sandbox/JsonText.h"

#include <QRegularExpression>

#include <algorithm>

namespace conversure::sandbox {

using namespace Qt::StringLiterals;

namespace {

constexpr int InvalidParameter = 100;
constexpr int ParameterMissing = 131008;
constexpr int WrongCount = 132000;
constexpr int NoSuchTemplate = 132001;
constexpr int TooLong = 132005;
constexpr int WrongFormat = 132012;
constexpr int Paused = 132015;
constexpr int Disabled = 132016;
constexpr int WrongText = 132018;
constexpr qsizetype HeaderLimit = 60;
constexpr qsizetype BodyLimit = 1024;

const QRegularExpression &variable()
{
    static const QRegularExpression expression(u"\\{\\{\\s*([A-Za-z0-9_]+)\\s*\\}\\}"_s);
    return expression;
}

Answer objection(int code, const QString &title, const QString &details)
{
    return errorAnswer(
        code == NoSuchTemplate ? 404 : 400, code, u"(#%1) %2"_s.arg(QString::number(code), title), details);
}

Answer wrongFormat(const QString &details)
{
    return objection(WrongFormat, u"Parameter format does not match format in the created template"_s, details);
}

Answer wrongCount(const QString &part, qsizetype given, qsizetype expected)
{
    return objection(WrongCount, u"Number of parameters does not match the expected number of params"_s,
        u"%1: number of localizable_params (%2) does not match the expected number of params (%3)"_s.arg(part)
            .arg(given)
            .arg(expected));
}

QJsonObject componentOf(const QJsonArray &components, const QString &type)
{
    for (const QJsonValue &value : components) {
        if (value["type"_L1].toString() == type)
            return value.toObject();
    }
    return {};
}

QStringList variablesOf(const QString &text)
{
    QStringList names;
    for (auto found = variable().globalMatch(text); found.hasNext();) {
        const QString name = found.next().captured(1);
        if (!names.contains(name))
            names << name;
    }
    return names;
}

/// Judges one send against one template.
class TemplateJudge
{
public:
    TemplateJudge(const QJsonObject &payload, const MessageTemplate &found)
        : m_sent(payload["components"_L1].toArray())
        , m_found(found)
    {
    }

    std::optional<Answer> objection() const
    {
        for (const QString &part : {u"header"_s, u"body"_s}) {
            if (auto answer = judgePart(part))
                return answer;
        }
        return judgeButtons();
    }

private:
    std::optional<Answer> judgePart(const QString &part) const
    {
        const QJsonObject expected = componentOf(m_found.components, part.toUpper());
        const QJsonArray given = componentOf(m_sent, part)["parameters"_L1].toArray();
        const QString format = expected["format"_L1].toString(u"TEXT"_s);
        if (format != "TEXT"_L1)
            return judgeMedia(format, given);
        return judgeTexts(part, expected["text"_L1].toString(), given);
    }

    static std::optional<Answer> judgeMedia(const QString &format, const QJsonArray &given)
    {
        const QString kind = given.at(0)["type"_L1].toString(u"unknown"_s);
        if (given.size() == 1 && kind.toUpper() == format)
            return std::nullopt;
        return wrongFormat(u"header: Format mismatch, expected %1, received %2"_s.arg(format, kind.toUpper()));
    }

    std::optional<Answer> judgeTexts(const QString &part, const QString &text, const QJsonArray &given) const
    {
        const QStringList names = variablesOf(text);
        if (given.size() != names.size())
            return wrongCount(part, given.size(), names.size());
        qsizetype length = QString(text).remove(variable()).size();
        for (const QJsonValue &parameter : given) {
            if (auto answer = judgeText(part, parameter, names))
                return answer;
            length += parameter["text"_L1].toString().size();
        }
        if (length > (part == "header"_L1 ? HeaderLimit : BodyLimit))
            return sandbox::objection(TooLong, u"Translated text too long"_s, part + u": the text is too long"_s);
        return std::nullopt;
    }

    std::optional<Answer> judgeText(const QString &part, const QJsonValue &parameter, const QStringList &names) const
    {
        static const QStringList kinds{u"text"_s, u"currency"_s, u"date_time"_s};
        static const QRegularExpression broken(u"[\\n\\r\\t]| {5,}"_s);
        if (!kinds.contains(parameter["type"_L1].toString()))
            return wrongFormat(part + u": a parameter is not of type text"_s);
        const QString name = parameter["parameter_name"_L1].toString();
        const bool isNamed = m_found.parameterFormat == "NAMED"_L1;
        if (isNamed != !name.isEmpty() || (isNamed && !names.contains(name)))
            return wrongFormat(part + u": the parameters are not those of the template"_s);
        if (parameter["text"_L1].toString().contains(broken))
            return sandbox::objection(WrongText, u"There's an issue with the parameters in your template"_s,
                part + u": Param text cannot have new-line/tab characters or more than 4 consecutive spaces"_s);
        return std::nullopt;
    }

    std::optional<Answer> judgeButtons() const
    {
        const QJsonArray buttons = componentOf(m_found.components, u"BUTTONS"_s)["buttons"_L1].toArray();
        std::vector<bool> filled(static_cast<size_t>(buttons.size()));
        for (const QJsonValue &sent : m_sent) {
            if (sent["type"_L1].toString() != "button"_L1)
                continue;
            const int index = sent["index"_L1].toVariant().toInt();
            if (index >= buttons.size())
                return wrongFormat(u"button: there is no button at index %1"_s.arg(index));
            if (auto answer = judgeButton(sent.toObject(), buttons.at(index).toObject()))
                return answer;
            filled[static_cast<size_t>(index)] = true;
        }
        for (qsizetype i = 0; i < buttons.size(); ++i) {
            if (!filled[static_cast<size_t>(i)] && needsParameter(buttons.at(i).toObject()))
                return sandbox::objection(ParameterMissing, u"Required parameter is missing"_s,
                    u"buttons: Button at index %1 of type %2 requires a parameter"_s.arg(i).arg(
                        buttons.at(i)["type"_L1].toString()));
        }
        return std::nullopt;
    }

    static bool needsParameter(const QJsonObject &button)
    {
        const QString type = button["type"_L1].toString();
        return type == "COPY_CODE"_L1 || (type == "URL"_L1 && !variablesOf(button["url"_L1].toString()).isEmpty());
    }

    static std::optional<Answer> judgeButton(const QJsonObject &sent, const QJsonObject &button)
    {
        static const QHash<QString, QString> parameters{
            {u"url"_s, u"text"_s}, {u"quick_reply"_s, u"payload"_s}, {u"copy_code"_s, u"coupon_code"_s}};
        const QString kind = sent["sub_type"_L1].toString();
        const QJsonArray given = sent["parameters"_L1].toArray();
        if (kind.toUpper() != button["type"_L1].toString())
            return wrongFormat(u"button: %1 is not the button's type"_s.arg(kind));
        if (!given.isEmpty() && parameters.contains(kind)
            && given.at(0)["type"_L1].toString() != parameters.value(kind))
            return wrongFormat(u"button: the parameter is not of type %1"_s.arg(parameters.value(kind)));
        const qsizetype expected = needsParameter(button) || kind == "quick_reply"_L1 ? 1 : 0;
        if (parameters.contains(kind) && given.size() != expected)
            return wrongCount(u"button"_s, given.size(), expected);
        return std::nullopt;
    }

    QJsonArray m_sent;
    const MessageTemplate &m_found;
};

std::optional<Answer> objectionToStatus(const QString &name, const QString &language, const MessageTemplate *found)
{
    if (!found)
        return objection(NoSuchTemplate, u"Template name does not exist in the translation"_s,
            u"template name (%1) does not exist in %2"_s.arg(name, language));
    if (found->status == "PAUSED"_L1)
        return objection(
            Paused, u"Template is Paused"_s, u"Template (%1) is paused due to low quality."_s.arg(found->name));
    if (found->status == "DISABLED"_L1)
        return objection(
            Disabled, u"Template is Disabled"_s, u"Template (%1) has been disabled permanently."_s.arg(found->name));
    if (found->status != "APPROVED"_L1)
        return objection(NoSuchTemplate, u"Template name does not exist in the translation"_s,
            u"template name (%1) is not approved in %2"_s.arg(name, language));
    return std::nullopt;
}

QJsonObject fieldsOf(const MessageTemplate &item)
{
    return {{u"id"_s, item.id}, {u"name"_s, item.name}, {u"language"_s, item.language}, {u"status"_s, item.status},
        {u"category"_s, item.category}, {u"parameter_format"_s, item.parameterFormat},
        {u"quality_score"_s, QJsonObject{{u"score"_s, item.quality}}},
        {u"rejected_reason"_s, item.rejectedReason.isEmpty() ? u"NONE"_s : item.rejectedReason},
        {u"components"_s, item.components}};
}

QString cursorAt(qsizetype index)
{
    return QString::fromLatin1(("t" + QByteArray::number(index)).toBase64());
}

/// How many templates come before what a cursor points to; −1 for what is no cursor.
qsizetype indexOf(const QString &cursor)
{
    if (cursor.isEmpty())
        return 0;
    const QByteArray text = QByteArray::fromBase64(cursor.toLatin1());
    bool isNumber = false;
    const int index = text.mid(1).toInt(&isNumber);
    return text.startsWith('t') && isNumber && index >= 0 ? index : -1;
}

bool isAskedFor(const TemplateQuery &query, const MessageTemplate &item)
{
    const auto fits = [](const QString &wanted, const QString &value) { return wanted.isEmpty() || wanted == value; };
    return item.wabaId == query.wabaId && fits(query.status, item.status) && fits(query.category, item.category)
        && fits(query.language, item.language) && item.name.contains(query.name);
}

QJsonObject pagingOf(const TemplateQuery &query, qsizetype first, qsizetype end, bool isLast)
{
    QJsonObject paging;
    if (end > first)
        paging.insert(u"cursors"_s, QJsonObject{{u"before"_s, cursorAt(first)}, {u"after"_s, cursorAt(end)}});
    if (!isLast)
        paging.insert(u"next"_s,
            u"%1?access_token=%2&limit=%3&after=%4"_s.arg(query.address, query.token)
                .arg(query.limit)
                .arg(cursorAt(end)));
    return paging;
}

} // namespace

Answer templatePage(const TemplateQuery &query, const std::vector<MessageTemplate> &templates)
{
    const QJsonObject known = fieldsOf({});
    for (const QString &field : query.fields) {
        if (!known.contains(field))
            return errorAnswer(400, InvalidParameter,
                u"(#100) Tried accessing nonexisting field (%1) on node type (WhatsAppMessageTemplate)"_s.arg(field));
    }
    std::vector<const MessageTemplate *> asked;
    for (const MessageTemplate &item : templates) {
        if (isAskedFor(query, item))
            asked.push_back(&item);
    }
    const auto size = static_cast<qsizetype>(asked.size());
    const qsizetype first = indexOf(query.after);
    if (first < 0)
        return errorAnswer(400, InvalidParameter, u"(#100) Invalid cursors values"_s);
    const qsizetype end = std::min<qsizetype>(size, first + query.limit);
    QJsonArray data;
    for (qsizetype i = first; i < end; ++i) {
        const QJsonObject all = fieldsOf(*asked.at(static_cast<size_t>(i)));
        QJsonObject chosen{{u"id"_s, all["id"_L1]}};
        for (const QString &field : query.fields)
            chosen.insert(field, all.value(field));
        data << chosen;
    }
    return {200, json::value(QJsonObject{{u"data"_s, data}, {u"paging"_s, pagingOf(query, first, end, end == size)}})};
}

std::optional<Answer> objectionToTemplate(const QJsonObject &payload, const MessageTemplate *found)
{
    if (auto answer =
            objectionToStatus(payload["name"_L1].toString(), payload["language"_L1]["code"_L1].toString(), found))
        return answer;
    return TemplateJudge(payload, *found).objection();
}

} // namespace conversure::sandbox
