// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Connection.h"

#include <QJsonArray>

#include <libpq-fe.h>

// What goes to the server and what comes back, in PostgreSQL's text form.

namespace conversure::store {

namespace {

PGresult *resultOf(const std::shared_ptr<void> &held)
{
    return static_cast<PGresult *>(held.get());
}

QByteArray quotedElement(const QByteArray &value)
{
    QByteArray out;
    out.reserve(value.size() + 2);
    out += '"';
    for (const char c : value) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out += '"';
}

template <class List, class ToBytes>
Param arrayOf(const List &values, ToBytes toBytes)
{
    QByteArray out("{");
    for (const auto &value : values) {
        if (out.size() > 1)
            out += ',';
        out += toBytes(value);
    }
    return out += '}';
}

} // namespace

Param param(const QString &text)
{
    return text.isNull() ? QByteArray("") : text.toUtf8();
}

Param param(qint64 number)
{
    return QByteArray::number(number);
}

Param param(bool value)
{
    return QByteArray(value ? "t" : "f");
}

Param param(const QUuid &id)
{
    return id.isNull() ? Param() : Param(id.toByteArray(QUuid::WithoutBraces));
}

Param bytes(const QByteArray &value)
{
    return QByteArray("\\x") + value.toHex();
}

Param json(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

Param json(const QJsonArray &array)
{
    return QJsonDocument(array).toJson(QJsonDocument::Compact);
}

Param textArray(const QStringList &values)
{
    return arrayOf(values, [](const QString &value) { return quotedElement(value.toUtf8()); });
}

Param numberArray(const QList<qint64> &values)
{
    return arrayOf(values, [](qint64 value) { return QByteArray::number(value); });
}

Param uuidArray(const QList<QUuid> &values)
{
    return arrayOf(values,
        [](const QUuid &id) { return id.isNull() ? QByteArray("NULL") : id.toByteArray(QUuid::WithoutBraces); });
}

Param bytesArray(const QList<QByteArray> &values)
{
    return arrayOf(values, [](const QByteArray &value) { return QByteArray("\"\\\\x") + value.toHex() + '"'; });
}

int Rows::count() const
{
    return m_result ? PQntuples(resultOf(m_result)) : 0;
}

int Rows::affected() const
{
    return m_result ? QByteArray(PQcmdTuples(resultOf(m_result))).toInt() : 0;
}

bool Rows::isNull(int row, int column) const
{
    return PQgetisnull(resultOf(m_result), row, column) != 0;
}

QByteArray Rows::raw(int row, int column) const
{
    PGresult *result = resultOf(m_result);
    return QByteArray(PQgetvalue(result, row, column), PQgetlength(result, row, column));
}

QString Rows::text(int row, int column) const
{
    return QString::fromUtf8(raw(row, column));
}

qint64 Rows::number(int row, int column) const
{
    return raw(row, column).toLongLong();
}

bool Rows::boolean(int row, int column) const
{
    return raw(row, column) == "t";
}

QUuid Rows::uuid(int row, int column) const
{
    return QUuid::fromString(text(row, column));
}

QByteArray Rows::bytes(int row, int column) const
{
    return QByteArray::fromHex(raw(row, column).mid(2));
}

QJsonObject Rows::object(int row, int column) const
{
    return QJsonDocument::fromJson(raw(row, column)).object();
}

QStringList Rows::texts(int row, int column) const
{
    const QString literal = text(row, column);
    QStringList out;
    QString element;
    bool quoted = false;
    bool any = false;
    for (qsizetype i = 1; i < literal.size(); ++i) {
        const QChar c = literal.at(i);
        if (c == u'\\' && i + 1 < literal.size()) {
            element += literal.at(++i);
        } else if (c == u'"') {
            quoted = !quoted;
            any = true;
        } else if (!quoted && (c == u',' || c == u'}')) {
            if (any || !element.isEmpty())
                out << element;
            element.clear();
            any = false;
        } else {
            element += c;
        }
    }
    return out;
}

} // namespace conversure::store
