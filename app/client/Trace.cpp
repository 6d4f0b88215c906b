// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Trace.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>

namespace conversure::clientapp {

namespace {

QJsonObject line(const QString &kind, const QString &id, qint64 rev)
{
    return {{QStringLiteral("kind"), kind}, {QStringLiteral("id"), id}, {QStringLiteral("rev"), rev}};
}

QJsonObject describe(const ConversationRow &row)
{
    QJsonObject out = line(QStringLiteral("conversation"), row.id.text(), row.rev);
    out.insert(QStringLiteral("status"), row.status);
    return out;
}

QJsonObject describe(const MessageRow &row)
{
    QJsonObject out = line(QStringLiteral("message"), row.id.text(), row.rev);
    out.insert(QStringLiteral("status"), toText(row.status));
    out.insert(QStringLiteral("conversation_id"), row.conversationId.text());
    return out;
}

QJsonObject describe(const LeadRow &row)
{
    return line(QStringLiteral("lead"), row.id.text(), row.rev);
}

QJsonObject describe(const ReadMarkRow &row)
{
    return line(QStringLiteral("read_mark"), row.conversationId.text(), row.rev);
}

QJsonObject describe(const TemplateRow &row)
{
    QJsonObject out = line(QStringLiteral("template"), row.id.text(), row.rev);
    out.insert(QStringLiteral("status"), row.status);
    return out;
}

QJsonObject describe(const feed::Gone &gone)
{
    return line(QStringLiteral("gone"), gone.id.toString(QUuid::WithoutBraces), gone.rev);
}

QJsonObject describe(const feed::SessionNews &news)
{
    return {{QStringLiteral("kind"), QStringLiteral("session")}, {QStringLiteral("status"), news.what}};
}

} // namespace

Trace::Trace(const state::Inbox &inbox, const QString &path, QObject *parent)
    : QObject(parent)
    , m_file(path)
{
    if (!path.isEmpty() && m_file.open(QIODevice::WriteOnly | QIODevice::Append))
        connect(&inbox, &state::Inbox::applied, this, &Trace::write);
}

void Trace::write(const state::Applied &what)
{
    for (const feed::Change &change : what.accepted) {
        QJsonObject out = std::visit([](const auto &row) { return describe(row); }, change);
        out.insert(QStringLiteral("at"), QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs));
        m_file.write(QJsonDocument(out).toJson(QJsonDocument::Compact) + '\n');
    }
    m_file.flush();
}

} // namespace conversure::clientapp
