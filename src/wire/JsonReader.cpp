// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/JsonReader.h"

#include "wire/JsonLimits.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace conversure::wire {

namespace {

tl::unexpected<Error> malformed(const QString &why)
{
    return failure(ErrorKind::Invalid, QStringLiteral("json:malformed"), QStringLiteral("not JSON: %1").arg(why));
}

/// QJsonValue::toInteger answers its argument for anything but an exact 64-bit integer, so two different arguments
/// tell a failure from a value. Numbers that only fit a double in part (1e300, 2^63) are failures too.
std::optional<qint64> integralNumber(const QJsonValue &value)
{
    const qint64 number = value.toInteger(0);
    return value.isDouble() && number == value.toInteger(1) ? std::optional(number) : std::nullopt;
}

std::optional<qint64> digitsAsNumber(const QString &text)
{
    const bool onlyDigits = std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    bool fits = false;
    const qint64 number = text.toLongLong(&fits);
    return onlyDigits && fits ? std::optional(number) : std::nullopt;
}

QString storable(QString text)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = std::as_const(text).at(i);
        const bool pair = c.isHighSurrogate() && i + 1 < text.size() && std::as_const(text).at(i + 1).isLowSurrogate();
        if (pair)
            ++i;
        else if (c.isNull() || c.isSurrogate())
            text[i] = QChar(QChar::ReplacementCharacter);
    }
    return text;
}

} // namespace

Result<JsonReader> JsonReader::parse(const QByteArray &bytes)
{
    if (const char *why = objectionToJson(bytes))
        return malformed(QLatin1StringView(why));
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &error);
    if (error.error != QJsonParseError::NoError)
        return malformed(QStringLiteral("%1 at byte %2").arg(error.errorString()).arg(error.offset));
    return JsonReader(document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object()));
}

JsonReader::JsonReader(QJsonValue value, QString path)
    : m_value(std::move(value))
    , m_path(std::move(path))
{
}

JsonReader JsonReader::operator[](const QString &key) const
{
    const QJsonValue member = m_value.isObject() ? m_value[key] : QJsonValue(QJsonValue::Undefined);
    return JsonReader(member, m_path.isEmpty() ? key : m_path + u'.' + key);
}

JsonReader JsonReader::at(qsizetype index) const
{
    const QJsonValue element = m_value.isArray() ? m_value[index] : QJsonValue(QJsonValue::Undefined);
    return JsonReader(element, QStringLiteral("%1[%2]").arg(m_path).arg(index));
}

bool JsonReader::exists() const
{
    return !m_value.isUndefined() && !m_value.isNull();
}

bool JsonReader::isObject() const
{
    return m_value.isObject();
}

bool JsonReader::isArray() const
{
    return m_value.isArray();
}

Result<QString> JsonReader::text() const
{
    if (!m_value.isString())
        return expected("text");
    return storable(m_value.toString());
}

Result<QString> JsonReader::id() const
{
    if (m_value.isString())
        return storable(m_value.toString());
    if (const auto number = integralNumber(m_value))
        return QString::number(*number);
    return expected("an id");
}

Result<qint64> JsonReader::integer() const
{
    const auto number = m_value.isString() ? digitsAsNumber(m_value.toString()) : integralNumber(m_value);
    if (!number)
        return expected("a whole number");
    return *number;
}

Result<std::vector<JsonReader>> JsonReader::elements() const
{
    if (!m_value.isArray())
        return expected("a list");
    return elementsOrNone();
}

QString JsonReader::textOr(const QString &fallback) const
{
    return m_value.isString() ? storable(m_value.toString()) : fallback;
}

std::vector<JsonReader> JsonReader::elementsOrNone() const
{
    std::vector<JsonReader> readers;
    const QJsonArray array = m_value.toArray();
    readers.reserve(static_cast<size_t>(array.size()));
    for (qsizetype i = 0; i < array.size(); ++i)
        readers.push_back(at(i));
    return readers;
}

tl::unexpected<Error> JsonReader::expected(const char *what) const
{
    const QString where = m_path.isEmpty() ? QStringLiteral("document") : m_path;
    return failure(ErrorKind::Invalid, QStringLiteral("json:type"),
        QStringLiteral("%1: expected %2").arg(where, QLatin1StringView(what)));
}

} // namespace conversure::wire
