// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/meta/TemplatePayload.h"

#include <QRegularExpression>
#include <QUrl>

namespace conversure::providers::meta {

namespace {

const QString typeKey = QStringLiteral("type");
const QString textKey = QStringLiteral("text");
const QString headerPart = QStringLiteral("header");
const QString bodyPart = QStringLiteral("body");
const QString buttonsPart = QStringLiteral("buttons");

/// Just enough of a row for the rules that a person's form goes by as well.
TemplateRow rowOf(const OutboundTemplate &tmpl)
{
    TemplateRow row;
    row.status = QStringLiteral("APPROVED");
    row.parameterFormat = tmpl.parameterFormat;
    row.components = tmpl.components;
    return row;
}

QJsonObject component(const OutboundTemplate &tmpl, const QString &kind)
{
    for (const QJsonValue &value : tmpl.components) {
        const QJsonObject object = value.toObject();
        if (object.value(typeKey).toString().compare(kind, Qt::CaseInsensitive) == 0)
            return object;
    }
    return {};
}

Result<void> check(const OutboundTemplate &tmpl)
{
    static const QRegularExpression name(QStringLiteral("^[a-z0-9_]{1,512}\\z"));
    static const QRegularExpression language(QStringLiteral("^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*\\z"));
    const TemplateRow row = rowOf(tmpl);
    if (!name.match(tmpl.name).hasMatch() || !language.match(tmpl.language).hasMatch() || !isSendable(row))
        return failure(ErrorKind::Invalid, QStringLiteral("provider:template"),
            QStringLiteral("a template of this form cannot be sent"), {{QStringLiteral("name"), tmpl.name.left(512)}});
    QJsonArray missing;
    for (const TemplateField &field : missingFields(row, tmpl.values))
        missing << field.part + u'.' + field.key;
    if (!missing.isEmpty())
        return failure(ErrorKind::Invalid, QStringLiteral("provider:template-fields"),
            QStringLiteral("fields of the template are not filled in"), {{QStringLiteral("missing"), missing}});
    return {};
}

QJsonObject textParameter(const OutboundTemplate &tmpl, const TemplateField &field)
{
    QJsonObject parameter{{typeKey, textKey}, {textKey, cleanValue(tmpl.values.value(field))}};
    if (tmpl.parameterFormat == QStringLiteral("NAMED"))
        parameter.insert(QStringLiteral("parameter_name"), field.key);
    return parameter;
}

QJsonArray textParameters(const OutboundTemplate &tmpl, const QString &part, const QList<TemplateField> &fields)
{
    QJsonArray parameters;
    for (const TemplateField &field : fields) {
        if (field.part == part)
            parameters << textParameter(tmpl, field);
    }
    return parameters;
}

/// A document without a name is shown with a random one.
QString fileNameOf(const OutboundTemplate &tmpl, const QString &link)
{
    const QString given = cleanValue(tmpl.values.value(headerPart, QStringLiteral("filename")));
    return given.isEmpty() ? QUrl(link).fileName() : given;
}

QJsonObject mediaParameter(const OutboundTemplate &tmpl, const QString &format)
{
    const QString link = cleanValue(tmpl.values.value(headerPart, QStringLiteral("link")));
    const QString kind = format.toLower();
    QJsonObject media{{QStringLiteral("link"), link}};
    if (kind == QStringLiteral("document")) {
        if (const QString name = fileNameOf(tmpl, link); !name.isEmpty())
            media.insert(QStringLiteral("filename"), name);
    }
    return {{typeKey, kind}, {kind, media}};
}

QJsonObject placeParameter(const OutboundTemplate &tmpl)
{
    const QString place = QStringLiteral("location");
    QJsonObject degrees;
    for (const QString &key : {QStringLiteral("latitude"), QStringLiteral("longitude")})
        degrees.insert(key, cleanValue(tmpl.values.value(headerPart, key)));
    return {{typeKey, place}, {place, degrees}};
}

QJsonObject buttonComponent(const OutboundTemplate &tmpl, const TemplateField &field)
{
    const QJsonArray buttons = component(tmpl, buttonsPart).value(QStringLiteral("buttons")).toArray();
    const QJsonObject button = buttons.at(field.key.toInt()).toObject();
    const QString value = cleanValue(tmpl.values.value(field));
    const bool copies = button.value(typeKey).toString().compare(QStringLiteral("COPY_CODE"), Qt::CaseInsensitive) == 0;
    QJsonObject parameter{{typeKey, textKey}, {textKey, value}};
    if (copies)
        parameter = {{typeKey, QStringLiteral("coupon_code")}, {QStringLiteral("coupon_code"), value}};
    return {{typeKey, QStringLiteral("button")},
        {QStringLiteral("sub_type"), copies ? QStringLiteral("copy_code") : QStringLiteral("url")},
        {QStringLiteral("index"), field.key}, {QStringLiteral("parameters"), QJsonArray{parameter}}};
}

QJsonArray headerParameters(const OutboundTemplate &tmpl, const QList<TemplateField> &fields)
{
    static const QStringList media{QStringLiteral("IMAGE"), QStringLiteral("VIDEO"), QStringLiteral("DOCUMENT")};
    const QString format = component(tmpl, headerPart).value(QStringLiteral("format")).toString().toUpper();
    if (media.contains(format))
        return {mediaParameter(tmpl, format)};
    if (format == QStringLiteral("LOCATION"))
        return {placeParameter(tmpl)};
    return textParameters(tmpl, headerPart, fields);
}

void addPart(QJsonArray &components, const QString &part, const QJsonArray &parameters)
{
    if (!parameters.isEmpty())
        components << QJsonObject{{typeKey, part}, {QStringLiteral("parameters"), parameters}};
}

/// Each part only when it has something to be filled in.
QJsonArray componentsOf(const OutboundTemplate &tmpl)
{
    const QList<TemplateField> fields = fieldsOf(rowOf(tmpl));
    QJsonArray components;
    addPart(components, headerPart, headerParameters(tmpl, fields));
    addPart(components, bodyPart, textParameters(tmpl, bodyPart, fields));
    for (const TemplateField &field : fields) {
        if (field.part == buttonsPart)
            components << buttonComponent(tmpl, field);
    }
    return components;
}

} // namespace

Result<QJsonObject> templatePayload(const OutboundTemplate &tmpl)
{
    if (const auto checked = check(tmpl); !checked)
        return tl::unexpected(checked.error());
    QJsonObject payload{{QStringLiteral("name"), tmpl.name},
        {QStringLiteral("language"), QJsonObject{{QStringLiteral("code"), tmpl.language}}}};
    const QJsonArray components = componentsOf(tmpl);
    if (!components.isEmpty())
        payload.insert(QStringLiteral("components"), components);
    return payload;
}

} // namespace conversure::providers::meta
