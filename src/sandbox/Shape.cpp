// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Shape.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

namespace conversure::sandbox::shape {

using namespace Qt::StringLiterals;

namespace {

Violation bad(const QString &path, const QString &details)
{
    return {Violation::Kind::Bad, path, details};
}

QString inside(const QString &path, const QString &name)
{
    return path.isEmpty() ? name : path + u'.' + name;
}

std::optional<Violation> unexpectedMember(
    const QJsonObject &object, const std::vector<Member> &members, const QString &path)
{
    for (const QString &key : object.keys()) {
        const bool known = std::any_of(members.begin(), members.end(), [&](const Member &m) { return m.name == key; });
        if (!known)
            return Violation{Violation::Kind::Unexpected, inside(path, key), u"is not a known parameter"_s};
    }
    return std::nullopt;
}

} // namespace

Check anything()
{
    return [](const QJsonValue &, const QString &) -> std::optional<Violation> { return std::nullopt; };
}

Check boolean()
{
    return [](const QJsonValue &value, const QString &path) -> std::optional<Violation> {
        if (value.isBool())
            return std::nullopt;
        return bad(path, u"must be a boolean"_s);
    };
}

Check numeric()
{
    return [](const QJsonValue &value, const QString &path) -> std::optional<Violation> {
        bool reads = value.isDouble();
        if (value.isString())
            value.toString().toDouble(&reads);
        if (reads)
            return std::nullopt;
        return bad(path, u"must be a number"_s);
    };
}

Check integer(int min, int max)
{
    return [min, max](const QJsonValue &value, const QString &path) -> std::optional<Violation> {
        const qint64 number = value.toInteger(qint64{min} - 1);
        if (number >= min && number <= max)
            return std::nullopt;
        return bad(path, u"must be an integer from %1 to %2"_s.arg(min).arg(max));
    };
}

Check text(int min, int max, const QString &pattern)
{
    const QRegularExpression expression(
        QRegularExpression::anchoredPattern(pattern), QRegularExpression::DotMatchesEverythingOption);
    return [=](const QJsonValue &value, const QString &path) -> std::optional<Violation> {
        if (!value.isString())
            return bad(path, u"must be a string"_s);
        const QString string = value.toString();
        const qsizetype length = string.toUcs4().size();
        if (length < min)
            return bad(path, u"must be at least %1 character(s) long"_s.arg(min));
        if (length > max)
            return bad(path, u"must be at most %1 characters long"_s.arg(max));
        if (!pattern.isEmpty() && !expression.match(string).hasMatch())
            return bad(path, u"has an invalid format"_s);
        return std::nullopt;
    };
}

Check oneOf(const QStringList &words)
{
    return [words](const QJsonValue &value, const QString &path) -> std::optional<Violation> {
        if (value.isString() && words.contains(value.toString()))
            return std::nullopt;
        return bad(path, u"must be one of {%1}"_s.arg(words.join(u", "_s)));
    };
}

Check list(int min, int max, Check element)
{
    return [=](const QJsonValue &value, const QString &path) -> std::optional<Violation> {
        if (!value.isArray())
            return bad(path, u"must be an array"_s);
        const QJsonArray elements = value.toArray();
        if (elements.size() < min || elements.size() > max)
            return bad(path, u"must have %1 to %2 elements"_s.arg(min).arg(max));
        for (qsizetype i = 0; i < elements.size(); ++i) {
            if (auto violation = element(elements.at(i), u"%1[%2]"_s.arg(path).arg(i)))
                return violation;
        }
        return std::nullopt;
    };
}

Check object(std::vector<Member> members)
{
    return [members = std::move(members)](const QJsonValue &value, const QString &path) -> std::optional<Violation> {
        if (!value.isObject())
            return bad(path, u"must be an object"_s);
        const QJsonObject object = value.toObject();
        if (auto violation = unexpectedMember(object, members, path))
            return violation;
        for (const Member &member : members) {
            const QString where = inside(path, member.name);
            if (object.contains(member.name)) {
                if (auto violation = member.check(object.value(member.name), where))
                    return violation;
            } else if (member.required) {
                return Violation{Violation::Kind::Missing, where, u"is required"_s};
            }
        }
        return std::nullopt;
    };
}

Check tagged(const QString &tag, std::map<QString, Check> shapes)
{
    return [tag, shapes = std::move(shapes)](const QJsonValue &value, const QString &path) -> std::optional<Violation> {
        if (!value.isObject())
            return bad(path, u"must be an object"_s);
        const QJsonObject object = value.toObject();
        if (!object.contains(tag))
            return Violation{Violation::Kind::Missing, inside(path, tag), u"is required"_s};
        const auto shape = shapes.find(object.value(tag).toString());
        if (shape == shapes.end())
            return bad(inside(path, tag), u"has an unknown value"_s);
        return shape->second(value, path);
    };
}

Check exactlyOne(const QStringList &names)
{
    return [names](const QJsonValue &value, const QString &path) -> std::optional<Violation> {
        const QJsonObject object = value.toObject();
        const auto there =
            std::count_if(names.begin(), names.end(), [&](const QString &n) { return object.contains(n); });
        if (there == 1)
            return std::nullopt;
        const QString details = u"needs exactly one of {%1}"_s.arg(names.join(u", "_s));
        return Violation{there == 0 ? Violation::Kind::Missing : Violation::Kind::Bad, path, details};
    };
}

Check both(Check first, Check second)
{
    return [=](const QJsonValue &value, const QString &path) {
        auto violation = first(value, path);
        return violation ? violation : second(value, path);
    };
}

Check either(Check first, Check second)
{
    return [=](const QJsonValue &value, const QString &path) {
        return first(value, path) ? second(value, path) : std::optional<Violation>();
    };
}

} // namespace conversure::sandbox::shape
