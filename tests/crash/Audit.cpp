// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Audit.h"

#include "House.h"

#include "sending/Journal.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace conversure::crash_test {

using namespace Qt::StringLiterals;

namespace {

const QStringList statusOrder{u"sent"_s, u"delivered"_s, u"read"_s};

void noteRequest(SandboxRecord &record, const QJsonObject &line)
{
    const QJsonObject body = line[u"body"_s].toObject();
    const QString text = body[u"text"_s][u"body"_s].toString();
    const QString id = line[u"message_id"_s].toString(); // only what was accepted has one
    if (!id.isEmpty() && line[u"path"_s].toString().endsWith(u"/messages"_s))
        record.accepted << Acceptance{body[u"biz_opaque_callback_data"_s].toString(), text, id};
}

void noteTold(SandboxRecord &record, const QJsonObject &line)
{
    const QJsonArray statuses = line[u"body"_s][u"entry"_s][0][u"changes"_s][0][u"value"_s][u"statuses"_s].toArray();
    for (const QJsonValue &value : statuses) {
        QString &told = record.told[value[u"id"_s].toString()];
        const QString status = value[u"status"_s].toString();
        if (statusOrder.indexOf(status) > statusOrder.indexOf(told))
            told = status;
    }
}

/// As the store has it.
struct Attempt {
    QString id;
    QString message;
    QString status;
    bool isRefunded = false;
};

struct Message {
    QString body;
    QString status;
    QString attempt; ///< The current one.
};

class Auditor
{
public:
    explicit Auditor(House &house)
        : m_house(house)
        , m_record(readRecord(house.recordFile()))
    {
        readStore();
    }

    QStringList complaints()
    {
        for (const Typed &typed : m_house.typed())
            checkMessage(typed);
        for (const Attempt &attempt : std::as_const(m_attempts))
            checkAttempt(attempt);
        for (const Acceptance &accepted : std::as_const(m_record.accepted))
            checkAcceptance(accepted);
        checkQuotas();
        return m_complaints;
    }

private:
    void readStore()
    {
        const auto messages = MUST(m_house.admin().run(
            "select message_id::text, body, status, current_attempt_id::text from conversure.messages "
            "where direction = 'OUTBOUND'"));
        for (int i = 0; i < messages.count(); ++i)
            m_messages.insert(messages.text(i, 0), {messages.text(i, 1), messages.text(i, 2), messages.text(i, 3)});
        const auto attempts = MUST(m_house.admin().run("select attempt_id::text, message_id::text, "
                                                       "conversure.status_of_rank(rank), refunded "
                                                       "from conversure.message_delivery_attempts"));
        for (int i = 0; i < attempts.count(); ++i)
            m_attempts.insert(attempts.text(i, 0),
                {attempts.text(i, 0), attempts.text(i, 1), attempts.text(i, 2), attempts.boolean(i, 3)});
    }

    /// Printed too, since QCOMPARE shortens what is long.
    void complain(const QString &about, const QString &what)
    {
        m_complaints << u"\"%1\" %2"_s.arg(about, what);
        qWarning("%s", qPrintable(m_complaints.last()));
    }

    void checkMessage(const Typed &typed)
    {
        const qsizetype accepted = m_record.of(typed).size();
        if (accepted > 1 + typed.resends)
            complain(typed.text, u"was accepted %1 times"_s.arg(accepted));
        const auto message = m_messages.constFind(typed.message.text());
        if (message == m_messages.constEnd()) {
            if (!isJournalled(typed))
                complain(typed.text, u"is gone"_s);
            return;
        }
        if (message->body != typed.text)
            complain(typed.text, u"is kept as "_s + message->body);
        if (message->status != m_attempts.value(message->attempt).status)
            complain(typed.text, u"is shown as "_s + message->status);
    }

    bool isJournalled(const Typed &typed) const
    {
        const auto journal = MUST(sending::Journal::open(typed.folder, m_house.user()));
        const auto sends = MUST(journal->sends());
        return std::any_of(sends.begin(), sends.end(),
            [&](const auto &send) { return send.message == typed.message && send.text == typed.text; });
    }

    void checkAttempt(const Attempt &attempt)
    {
        const auto accepted = std::find_if(m_record.accepted.begin(), m_record.accepted.end(),
            [&](const Acceptance &candidate) { return candidate.attempt == attempt.id; });
        const bool isAccepted = accepted != m_record.accepted.end();
        const QString told = isAccepted ? m_record.told.value(accepted->providerMessageId) : QString();
        QStringList possible{u"unconfirmed"_s, isAccepted ? u"sent"_s : u"failed"_s};
        if (!told.isEmpty())
            possible = QStringList{told};
        if (!possible.contains(attempt.status))
            complain(m_messages.value(attempt.message).body,
                u"is %1 and not %2"_s.arg(attempt.status, possible.join(u" or "_s)));
    }

    void checkAcceptance(const Acceptance &accepted)
    {
        if (m_messages.value(m_attempts.value(accepted.attempt).message).body != accepted.text)
            complain(accepted.text, u"was sent under the attempt of another"_s);
    }

    /// A place is taken by what was accepted and by what nobody knows, and given back by all else.
    void checkQuotas()
    {
        QSet<QString> taken;
        for (const Acceptance &accepted : std::as_const(m_record.accepted))
            taken.insert(accepted.attempt);
        qint64 charged = 0;
        for (const Attempt &attempt : std::as_const(m_attempts)) {
            if (attempt.status == u"unconfirmed"_s || attempt.status == u"sending"_s)
                taken.insert(attempt.id);
            charged += attempt.isRefunded ? 0 : 1;
        }
        if (charged != taken.size())
            complain(u"attempts"_s, u"that are charged: %1, and should be %2"_s.arg(charged).arg(taken.size()));
        for (const char *table : {"quota_log", "agent_quotas"}) {
            const QByteArray sum = QByteArray("select coalesce(sum(sent), 0)::text from conversure.") + table;
            const QString sent = m_house.text(sum.constData());
            if (sent != QString::number(taken.size()))
                complain(QString::fromLatin1(table), u"counts %1, and should %2"_s.arg(sent).arg(taken.size()));
        }
    }

    House &m_house;
    const SandboxRecord m_record;
    QHash<QString, Message> m_messages;
    QHash<QString, Attempt> m_attempts;
    QStringList m_complaints;
};

} // namespace

QList<Acceptance> SandboxRecord::of(const Typed &typed) const
{
    QList<Acceptance> out;
    std::copy_if(accepted.begin(), accepted.end(), std::back_inserter(out),
        [&](const Acceptance &candidate) { return candidate.text == typed.text; });
    return out;
}

SandboxRecord readRecord(const QString &file)
{
    SandboxRecord record;
    QFile lines(file);
    if (!lines.open(QIODevice::ReadOnly))
        qFatal("there is no record of the sandbox");
    while (!lines.atEnd()) {
        const QJsonObject line = QJsonDocument::fromJson(lines.readLine()).object();
        const QString kind = line[u"kind"_s].toString();
        if (kind == u"request"_s)
            noteRequest(record, line);
        else if (kind == u"delivered"_s)
            noteTold(record, line);
    }
    return record;
}

QStringList endsOf(House &house, const QList<Typed> &typed)
{
    const SandboxRecord record = readRecord(house.recordFile());
    QStringList ends;
    for (const Typed &one : typed)
        ends << u"%1 %2"_s.arg(record.of(one).size()).arg(house.statusOf(one));
    return ends;
}

QStringList complaints(House &house)
{
    return Auditor(house).complaints();
}

} // namespace conversure::crash_test
