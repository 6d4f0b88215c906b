// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/Template.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QUrl>

#include <algorithm>
#include <cmath>
#include <utility>

namespace conversure {

namespace {

constexpr int maxHeaderText = 60;
constexpr int maxBodyText = 1024;
constexpr int maxAddress = 2000;
constexpr int maxFileName = 240;
constexpr int maxCode = 15;
constexpr int maxDegrees = 20;

const QString headerPart = QStringLiteral("header");
const QString bodyPart = QStringLiteral("body");
const QString buttonsPart = QStringLiteral("buttons");
const QString linkKey = QStringLiteral("link");
const QString filenameKey = QStringLiteral("filename");

QString tr(const char *text)
{
    return QCoreApplication::translate("TemplateField", text);
}

const QRegularExpression &variable()
{
    static const QRegularExpression expression(QStringLiteral("\\{\\{\\s*([A-Za-z0-9_]+)\\s*\\}\\}"));
    return expression;
}

QString textOf(const QJsonObject &object, const char *key)
{
    return object.value(QLatin1StringView(key)).toString();
}

QString kindOf(const QJsonObject &object)
{
    return textOf(object, "type").toUpper();
}

QString formatOf(const QJsonObject &header)
{
    const QString format = textOf(header, "format").toUpper();
    return format.isEmpty() ? QStringLiteral("TEXT") : format;
}

QJsonObject component(const QJsonArray &components, const char *kind)
{
    for (const QJsonValue &value : components) {
        const QJsonObject object = value.toObject();
        if (kindOf(object) == QLatin1StringView(kind))
            return object;
    }
    return {};
}

QJsonArray buttonsOf(const TemplateRow &row)
{
    return component(row.components, "BUTTONS").value(QLatin1StringView("buttons")).toArray();
}

/// Lists of examples come flat for a header and nested for a body, or as {"param_name", "example"} when they are named.
QString exampleOf(const QJsonObject &part, const char *listKey, const QString &key, qsizetype index)
{
    const QJsonObject example = part.value(QLatin1StringView("example")).toObject();
    for (const QJsonValue &value :
        example.value(QLatin1StringView(listKey) + QStringLiteral("_named_params")).toArray()) {
        if (textOf(value.toObject(), "param_name") == key)
            return textOf(value.toObject(), "example");
    }
    QJsonArray list = example.value(QLatin1StringView(listKey)).toArray();
    if (list.at(0).isArray())
        list = list.at(0).toArray();
    return list.at(index).toString();
}

QString variableLabel(const QString &key, bool inHeader)
{
    const bool isNumber = std::all_of(key.begin(), key.end(), [](QChar c) { return c.isDigit(); });
    if (!isNumber)
        return QString(key).replace(u'_', u' ');
    return (inHeader ? tr("Heading, text %1") : tr("Text %1")).arg(key);
}

/// What is left for a value beside the text that is always there.
int roomIn(const QString &text, int limit)
{
    const QString fixed = QString(text).remove(variable());
    return std::max(1, limit - static_cast<int>(fixed.size()));
}

void addVariables(QList<TemplateField> &fields, const QString &part, const QJsonObject &object)
{
    const bool inHeader = part == headerPart;
    const QString text = textOf(object, "text");
    const QStringList keys = templateVariables(text);
    const int room = roomIn(text, inHeader ? maxHeaderText : maxBodyText);
    for (qsizetype i = 0; i < keys.size(); ++i) {
        const QString example = exampleOf(object, inHeader ? "header_text" : "body_text", keys.at(i), i);
        fields << TemplateField{part, keys.at(i), variableLabel(keys.at(i), inHeader), example, true, room};
    }
}

QString mediaLabel(const QString &format)
{
    if (format == QLatin1StringView("IMAGE"))
        return tr("Address of the picture (https)");
    if (format == QLatin1StringView("VIDEO"))
        return tr("Address of the video (https)");
    return tr("Address of the document (https)");
}

bool isMedia(const QString &format)
{
    return format == QLatin1StringView("IMAGE") || format == QLatin1StringView("VIDEO")
        || format == QLatin1StringView("DOCUMENT");
}

void addPlace(QList<TemplateField> &fields)
{
    fields << TemplateField{headerPart, QStringLiteral("latitude"), tr("Latitude of the place"), {}, true, maxDegrees}
           << TemplateField{
                  headerPart, QStringLiteral("longitude"), tr("Longitude of the place"), {}, true, maxDegrees};
}

void addHeader(QList<TemplateField> &fields, const QJsonObject &header)
{
    if (header.isEmpty())
        return;
    const QString format = formatOf(header);
    if (format == QLatin1StringView("LOCATION"))
        return addPlace(fields);
    if (!isMedia(format))
        return addVariables(fields, headerPart, header);
    fields << TemplateField{headerPart, linkKey, mediaLabel(format), {}, true, maxAddress};
    if (format == QLatin1StringView("DOCUMENT"))
        fields << TemplateField{headerPart, filenameKey, tr("Name of the document"), {}, false, maxFileName};
}

QString buttonExample(const QJsonObject &button)
{
    const QJsonValue example = button.value(QLatin1StringView("example"));
    return example.isArray() ? example.toArray().at(0).toString() : example.toString();
}

/// The example of a link is the whole address; filled in is only what stands for the variable.
QString suffixExample(const QJsonObject &button, const QString &address)
{
    const QString example = buttonExample(button);
    const QString fixed = address.left(variable().match(address).capturedStart());
    return example.startsWith(fixed) ? example.mid(fixed.size()) : example;
}

void addButton(QList<TemplateField> &fields, const QJsonObject &button, qsizetype index)
{
    const QString kind = kindOf(button);
    const QString key = QString::number(index);
    const QString address = textOf(button, "url");
    if (kind == QLatin1StringView("COPY_CODE"))
        fields << TemplateField{buttonsPart, key, tr("Code to copy"), buttonExample(button), true, maxCode};
    else if (kind == QLatin1StringView("URL") && !templateVariables(address).isEmpty())
        fields << TemplateField{buttonsPart, key, tr("Ending of the link of “%1”").arg(textOf(button, "text")),
            suffixExample(button, address), true, roomIn(address, maxAddress)};
}

/// One pass, so that a value that looks like a variable is not taken for one.
QString filled(const QString &text, const QString &part, const TemplateValues &values)
{
    QString out;
    qsizetype done = 0;
    for (auto found = variable().globalMatch(text); found.hasNext();) {
        const QRegularExpressionMatch match = found.next();
        const QString value = cleanValue(values.value(part, match.captured(1)));
        out += text.mid(done, match.capturedStart() - done);
        out += value.isEmpty() ? match.captured() : value;
        done = match.capturedEnd();
    }
    return out + text.mid(done);
}

QString headerText(const QJsonObject &header, const TemplateValues &values)
{
    if (header.isEmpty() || !isMedia(formatOf(header)))
        return filled(textOf(header, "text"), headerPart, values);
    const QString name = cleanValue(values.value(headerPart, filenameKey));
    return name.isEmpty() ? cleanValue(values.value(headerPart, linkKey)) : name;
}

/// Numbers come first and in their order, names after them as they stand.
std::pair<bool, int> orderOf(const QString &name)
{
    bool isNumber = false;
    const int number = name.toInt(&isNumber);
    return {!isNumber, isNumber ? number : 0};
}

bool isPublicAddress(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    return url.isValid() && url.scheme() == QLatin1StringView("https") && !url.host().isEmpty();
}

/// "25.0805", up to \a most degrees from nought.
bool isDegrees(const QString &text, double most)
{
    static const QRegularExpression form(QStringLiteral("^-?[0-9]{1,3}(\\.[0-9]{1,15})?\\z"));
    return form.match(text).hasMatch() && std::abs(text.toDouble()) <= most;
}

bool isRight(const TemplateField &field, const QString &value)
{
    if (value.isEmpty() || value.size() > field.maxLength)
        return value.isEmpty() && !field.required;
    if (field.part != headerPart)
        return true;
    if (field.key == linkKey)
        return isPublicAddress(value);
    const bool isLatitude = field.key == QLatin1StringView("latitude");
    return (!isLatitude && field.key != QLatin1StringView("longitude")) || isDegrees(value, isLatitude ? 90 : 180);
}

bool isKnownButton(const QJsonObject &button)
{
    static const QStringList known{QStringLiteral("QUICK_REPLY"), QStringLiteral("URL"), QStringLiteral("PHONE_NUMBER"),
        QStringLiteral("COPY_CODE"), QStringLiteral("VOICE_CALL")};
    return known.contains(kindOf(button));
}

/// Whether what stands between braces are variables that can be filled in.
bool isReadable(const QString &text)
{
    static const QRegularExpression braces(QStringLiteral("\\{\\{[^{}]*\\}\\}"));
    return !braces.match(QString(text).remove(variable())).hasMatch();
}

bool isKnownComponent(const QJsonObject &object)
{
    const QString kind = kindOf(object);
    if (!isReadable(textOf(object, "text")))
        return false;
    if (kind == QLatin1StringView("HEADER"))
        return formatOf(object) == QLatin1StringView("TEXT") || formatOf(object) == QLatin1StringView("LOCATION")
            || isMedia(formatOf(object));
    if (kind != QLatin1StringView("BUTTONS"))
        return kind == QLatin1StringView("BODY") || kind == QLatin1StringView("FOOTER");
    const QJsonArray buttons = object.value(QLatin1StringView("buttons")).toArray();
    return std::all_of(
        buttons.begin(), buttons.end(), [](const QJsonValue &button) { return isKnownButton(button.toObject()); });
}

} // namespace

QJsonObject TemplateValues::toJson() const
{
    QJsonObject json;
    for (auto part = parts.begin(); part != parts.end(); ++part) {
        QJsonObject values;
        for (auto value = part->begin(); value != part->end(); ++value)
            values.insert(value.key(), value.value());
        if (!values.isEmpty())
            json.insert(part.key(), values);
    }
    return json;
}

TemplateValues TemplateValues::fromJson(const QJsonObject &json)
{
    TemplateValues values;
    for (auto part = json.begin(); part != json.end(); ++part) {
        const QJsonObject object = part->toObject();
        for (auto value = object.begin(); value != object.end(); ++value) {
            if (value->isString())
                values.set(part.key(), value.key(), value->toString());
        }
    }
    return values;
}

QStringList templateVariables(const QString &text)
{
    QStringList names;
    for (auto found = variable().globalMatch(text); found.hasNext();) {
        const QString name = found.next().captured(1);
        if (!names.contains(name))
            names << name;
    }
    std::stable_sort(
        names.begin(), names.end(), [](const QString &a, const QString &b) { return orderOf(a) < orderOf(b); });
    return names;
}

QList<TemplateField> fieldsOf(const TemplateRow &row)
{
    QList<TemplateField> fields;
    addHeader(fields, component(row.components, "HEADER"));
    addVariables(fields, bodyPart, component(row.components, "BODY"));
    const QJsonArray buttons = buttonsOf(row);
    for (qsizetype i = 0; i < buttons.size(); ++i)
        addButton(fields, buttons.at(i).toObject(), i);
    return fields;
}

QString cleanValue(const QString &value)
{
    static const QRegularExpression breaks(QStringLiteral(" *[\\t\\n\\v\\f\\r\\x{85}\\x{2028}\\x{2029}]+ *"));
    static const QRegularExpression wide(QStringLiteral(" {5,}"));
    return QString(value).replace(breaks, QStringLiteral(" ")).replace(wide, QStringLiteral("    ")).trimmed();
}

TemplateText render(const TemplateRow &row, const TemplateValues &values)
{
    TemplateText text;
    text.header = headerText(component(row.components, "HEADER"), values);
    text.body = filled(textOf(component(row.components, "BODY"), "text"), bodyPart, values);
    text.footer = textOf(component(row.components, "FOOTER"), "text");
    for (const QJsonValue &button : buttonsOf(row))
        text.buttons << textOf(button.toObject(), "text");
    return text;
}

QList<TemplateField> missingFields(const TemplateRow &row, const TemplateValues &values)
{
    QList<TemplateField> missing;
    for (const TemplateField &field : fieldsOf(row)) {
        if (!isRight(field, cleanValue(values.value(field))))
            missing << field;
    }
    return missing;
}

bool isSendable(const TemplateRow &row)
{
    return row.status == QLatin1StringView("APPROVED")
        && std::all_of(row.components.begin(), row.components.end(),
            [](const QJsonValue &value) { return isKnownComponent(value.toObject()); });
}

} // namespace conversure
