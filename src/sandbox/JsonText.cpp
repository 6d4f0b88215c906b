// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/JsonText.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace conversure::sandbox::json {

namespace {

QByteArray escaped(QChar character)
{
    switch (character.unicode()) {
    case u'"':
        return "\\\"";
    case u'\\':
        return "\\\\";
    case u'/':
        return "\\/";
    case u'\n':
        return "\\n";
    case u'\r':
        return "\\r";
    case u'\t':
        return "\\t";
    default:
        return "\\u" + QByteArray::number(character.unicode(), 16).rightJustified(4, '0');
    }
}

bool isPlain(QChar character)
{
    const char16_t unit = character.unicode();
    return unit >= 0x20 && unit < 0x7f && unit != u'"' && unit != u'\\' && unit != u'/';
}

QByteArray joined(const QList<Piece> &pieces, char open, char close)
{
    return open + pieces.join(',') + close;
}

} // namespace

Piece text(QStringView value)
{
    QByteArray out = "\"";
    for (const QChar character : value) {
        if (isPlain(character))
            out += character.toLatin1();
        else
            out += escaped(character);
    }
    return out + '"';
}

Piece textOrNone(QStringView value)
{
    return value.isEmpty() ? Piece() : text(value);
}

Piece object(const QList<Member> &members)
{
    QList<Piece> pieces;
    for (const auto &[name, piece] : members) {
        if (!piece.isEmpty())
            pieces << text(QString::fromUtf8(name)) + ':' + piece;
    }
    return joined(pieces, '{', '}');
}

Piece array(const QList<Piece> &elements)
{
    return joined(elements, '[', ']');
}

Piece value(const QJsonValue &value)
{
    QList<Piece> pieces;
    if (value.isString())
        return text(value.toString());
    if (value.isObject()) {
        const QJsonObject members = value.toObject();
        for (auto it = members.begin(); it != members.end(); ++it)
            pieces << text(it.key()) + ':' + json::value(it.value());
        return joined(pieces, '{', '}');
    }
    if (value.isArray()) {
        const QJsonArray elements = value.toArray();
        for (const QJsonValue &element : elements)
            pieces << json::value(element);
        return joined(pieces, '[', ']');
    }
    const QByteArray scalar = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact); // "[17.5]"
    return scalar.mid(1, scalar.size() - 2);
}

} // namespace conversure::sandbox::json
