// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/TemplateFill.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace conversure::models {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("TemplateFact", text);
}

const QStringList &titles()
{
    static const QStringList words{QStringLiteral("mr"), QStringLiteral("mrs"), QStringLiteral("ms"),
        QStringLiteral("miss"), QStringLiteral("dr"), QStringLiteral("eng"), QStringLiteral("sheikh"),
        QStringLiteral("sheikha"), QStringLiteral("السيد"), QStringLiteral("السيدة"), QStringLiteral("د"),
        QStringLiteral("م"), QStringLiteral("الشيخ"), QStringLiteral("г-н"), QStringLiteral("г-жа")};
    return words;
}

/// Words that are no name without the next one.
const QStringList &beginnings()
{
    static const QStringList words{QStringLiteral("abd"), QStringLiteral("abdul"), QStringLiteral("abdel"),
        QStringLiteral("abu"), QStringLiteral("um"), QStringLiteral("umm"), QStringLiteral("عبد"),
        QStringLiteral("أبو"), QStringLiteral("ابو"), QStringLiteral("أم"), QStringLiteral("ام")};
    return words;
}

QString bare(const QString &word)
{
    QString out = word.toLower();
    while (out.endsWith(u'.') || out.endsWith(u','))
        out.chop(1);
    return out;
}

QString keyOf(const QString &name)
{
    QString key;
    for (const QChar c : name.toLower()) {
        if (c.isLetter())
            key += c;
    }
    return key;
}

QStringList words(const char *list)
{
    return QString::fromUtf8(list).split(u',');
}

/// The text before each numbered variable's first place, in lower case and without the marks between.
QString before(const QString &text, const QString &key)
{
    const QRegularExpression place(QStringLiteral("\\{\\{\\s*%1\\s*\\}\\}").arg(key));
    const qsizetype at = text.indexOf(place);
    static const QRegularExpression edge(QStringLiteral("[\\s,:!*_~،]+$"));
    return at < 0 ? QString() : text.left(at).toLower().remove(edge);
}

bool endsWithCue(const QString &text, const QString &cue)
{
    if (!text.endsWith(cue))
        return false;
    const qsizetype start = text.size() - cue.size();
    return start == 0 || !text.at(start - 1).isLetterOrNumber();
}

QString textOf(const TemplateRow &row, const QString &part)
{
    for (const QJsonValue &value : row.components) {
        if (value[QLatin1StringView("type")].toString().compare(part, Qt::CaseInsensitive) == 0)
            return value[QLatin1StringView("text")].toString();
    }
    return {};
}

bool isNumbered(const TemplateField &field)
{
    return std::all_of(field.key.begin(), field.key.end(), [](QChar c) { return c.isDigit(); });
}

bool fits(const TemplateFact &fact, const TemplateField &field, const QString &leading)
{
    if (!isNumbered(field))
        return fact.keys.contains(keyOf(field.key));
    return std::any_of(
        fact.cues.begin(), fact.cues.end(), [&](const QString &cue) { return endsWithCue(leading, cue); });
}

} // namespace

QString firstName(const QString &name)
{
    QStringList parts = name.simplified().split(u' ', Qt::SkipEmptyParts);
    while (parts.size() > 1 && titles().contains(bare(parts.first())))
        parts.removeFirst();
    if (parts.isEmpty())
        return {};
    const bool needsMore = parts.size() > 1 && beginnings().contains(bare(parts.first()));
    return needsMore ? parts.mid(0, 2).join(u' ') : parts.first();
}

QList<TemplateFact> templateFacts(const LeadRow &lead, const QString &writer, const QString &company)
{
    const QList<TemplateFact> all{
        {tr("First name"), firstName(lead.name), words("firstname,leadfirstname,customerfirstname,clientfirstname"),
            words("hello,hi,hey,dear,good morning,good afternoon,good evening,hello "
                  "again,مرحبا,مرحباً,أهلا,أهلاً,اهلا,عزيزي,"
                  "عزيزتي,صباح الخير,مساء الخير,здравствуйте,добрый день,добрый вечер,доброе утро,привет,уважаемый,"
                  "уважаемая")},
        {tr("Name"), lead.name.simplified(),
            words("name,fullname,leadname,customername,clientname,customer,client,lead"), {}},
        {tr("Your name"), writer.simplified(),
            words("agent,agentname,consultant,consultantname,broker,brokername,sender,sendername,myname"),
            words("my name is,i am,i'm,this is,اسمي,أنا,معك,меня зовут,это")},
        {tr("Company"), company.simplified(), words("company,companyname,agency,brokerage,business"), {}},
        {tr("Property type"), lead.propertyType.simplified(), words("property,propertytype,unittype,type"), {}},
        {tr("Location"), lead.location.simplified(), words("location,area,community,district,place"), {}},
        {tr("Budget"), lead.budget.simplified(), words("budget,leadbudget"), {}},
        {tr("Bedrooms"), lead.bedrooms.simplified(), words("bedrooms,beds,rooms"), {}},
    };
    QList<TemplateFact> known;
    std::copy_if(all.begin(), all.end(), std::back_inserter(known),
        [](const TemplateFact &fact) { return !fact.value.isEmpty(); });
    return known;
}

TemplateValues prefilled(const TemplateRow &row, const QList<TemplateFact> &facts)
{
    TemplateValues values;
    const QList<TemplateField> fields = fieldsOf(row);
    for (const TemplateField &field : fields) {
        if (field.part == QLatin1StringView("buttons"))
            continue;
        const QString leading = before(textOf(row, field.part), field.key);
        const auto fact = std::find_if(
            facts.begin(), facts.end(), [&](const TemplateFact &known) { return fits(known, field, leading); });
        if (fact != facts.end())
            values.set(field.part, field.key, fact->value);
    }
    return values;
}

} // namespace conversure::models
