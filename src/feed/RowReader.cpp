// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/RowReader.h"

namespace conversure::feed {

namespace {

constexpr qint64 lastMicrosecond = 253'402'300'799'999'999; // 9999-12-31T23:59:59.999999Z

} // namespace

RowReader::RowReader(QJsonObject object, QString path)
    : m_object(std::move(object))
    , m_path(std::move(path))
{
}

QString RowReader::text(QLatin1StringView key)
{
    if (!value(key).isString())
        expected(key, "text");
    return value(key).toString();
}

QString RowReader::textOrNull(QLatin1StringView key)
{
    return isNothing(key) ? QString() : text(key);
}

QUuid RowReader::id(QLatin1StringView key)
{
    const QUuid id = QUuid::fromString(value(key).toString());
    if (id.isNull())
        expected(key, "an id");
    return id;
}

QUuid RowReader::idOrNull(QLatin1StringView key)
{
    return isNothing(key) ? QUuid() : id(key);
}

qint64 RowReader::count(QLatin1StringView key)
{
    const qint64 number = value(key).toInteger(-1);
    if (number < 0)
        expected(key, "a whole number that is not negative");
    return number;
}

qint64 RowReader::time(QLatin1StringView key)
{
    const qint64 number = value(key).toInteger(-1);
    if (number < 0 || number > lastMicrosecond)
        expected(key, "a time in microseconds");
    return number;
}

qint64 RowReader::timeOrNull(QLatin1StringView key)
{
    return isNothing(key) ? 0 : time(key);
}

bool RowReader::flag(QLatin1StringView key)
{
    if (!isNothing(key) && !value(key).isBool())
        expected(key, "true or false");
    return value(key).toBool();
}

QJsonObject RowReader::objectOrNull(QLatin1StringView key)
{
    if (!isNothing(key) && !value(key).isObject())
        expected(key, "an object");
    return value(key).toObject();
}

QJsonArray RowReader::listOrNull(QLatin1StringView key)
{
    if (!isNothing(key) && !value(key).isArray())
        expected(key, "a list");
    return value(key).toArray();
}

RowReader RowReader::member(QLatin1StringView key)
{
    if (!value(key).isObject())
        expected(key, "an object");
    return RowReader(value(key).toObject(), pathOf(key));
}

void RowReader::absorb(const RowReader &other)
{
    if (!m_error)
        m_error = other.m_error;
}

tl::unexpected<Error> RowReader::error() const
{
    return failure(ErrorKind::Invalid, QStringLiteral("feed:row"), m_error.value_or(QString()));
}

bool RowReader::isNothing(QLatin1StringView key) const
{
    return value(key).isUndefined() || value(key).isNull();
}

void RowReader::expected(QLatin1StringView key, const char *what)
{
    if (!m_error)
        m_error = QStringLiteral("%1: expected %2").arg(pathOf(key), QLatin1StringView(what));
}

QString RowReader::pathOf(QLatin1StringView key) const
{
    return m_path.isEmpty() ? QString(key) : m_path + u'.' + key;
}

} // namespace conversure::feed
