// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/ScriptReader.h"

namespace conversure::sandbox {

using namespace Qt::StringLiterals;
using wire::JsonReader;

void ScriptReader::complain(const QString &path, const QString &what)
{
    if (!m_error)
        m_error = Error{
            ErrorKind::Invalid, u"script:invalid"_s, u"%1: %2"_s.arg(path.isEmpty() ? u"script"_s : path, what), {}};
}

QString ScriptReader::requiredText(const JsonReader &object, const QString &key)
{
    const JsonReader member = object[key];
    if (!member.value().isString() || member.value().toString().isEmpty())
        complain(member.path(), u"expected text"_s);
    return member.textOr();
}

QString ScriptReader::text(const JsonReader &object, const QString &key, const QString &fallback)
{
    const JsonReader member = object[key];
    if (member.exists() && !member.value().isString())
        complain(member.path(), u"expected text"_s);
    return member.textOr(fallback);
}

QStringList ScriptReader::texts(const JsonReader &object, const QString &key, const QStringList &fallback)
{
    const JsonReader member = object[key];
    if (!member.exists())
        return fallback;
    if (!member.isArray())
        complain(member.path(), u"expected a list of texts"_s);
    QStringList found;
    for (const JsonReader &element : member.elementsOrNone()) {
        if (!element.value().isString())
            complain(element.path(), u"expected text"_s);
        found << element.textOr();
    }
    return found;
}

qint64 ScriptReader::integer(const JsonReader &object, const QString &key, qint64 fallback)
{
    const JsonReader member = object[key];
    if (!member.exists())
        return fallback;
    const auto number = member.integer();
    if (!number)
        complain(member.path(), u"expected a whole number"_s);
    return number.value_or(fallback);
}

bool ScriptReader::flag(const JsonReader &object, const QString &key)
{
    const JsonReader member = object[key];
    if (member.exists() && !member.value().isBool())
        complain(member.path(), u"expected true or false"_s);
    return member.value().toBool();
}

Span ScriptReader::span(const JsonReader &object, const QString &key, Span fallback)
{
    const JsonReader member = object[key];
    if (!member.exists())
        return fallback;
    const auto ends = member.elementsOrNone();
    if (ends.size() != 2 || !ends.at(0).integer() || !ends.at(1).integer()) {
        complain(member.path(), u"expected two whole numbers, [min, max]"_s);
        return fallback;
    }
    const Span found{*ends.at(0).integer(), *ends.at(1).integer()};
    if (found.minMs < 0 || found.maxMs < found.minMs)
        complain(member.path(), u"expected [min, max] with 0 <= min <= max"_s);
    return found;
}

std::vector<JsonReader> ScriptReader::objects(const JsonReader &object, const QString &key)
{
    const JsonReader member = object[key];
    if (member.exists() && !member.isArray())
        complain(member.path(), u"expected a list"_s);
    auto elements = member.elementsOrNone();
    for (const JsonReader &element : elements) {
        if (!element.isObject())
            complain(element.path(), u"expected an object"_s);
    }
    return elements;
}

void ScriptReader::onlyKnown(const JsonReader &object, const QStringList &known)
{
    for (const QString &key : object.value().toObject().keys()) {
        if (!known.contains(key))
            complain(object[key].path(), u"unknown member"_s);
    }
}

} // namespace conversure::sandbox
