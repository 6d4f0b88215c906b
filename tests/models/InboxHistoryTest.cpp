// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "TestRows.h"

#include "state/Inbox.h"

#include <QJsonDocument>

#include <algorithm>
#include <random>

using namespace conversure;
using namespace conversure::test;
using state::Inbox;
using Kind = feed::Gone::Kind;

namespace {

QByteArray line(const feed::Change &change)
{
    return QJsonDocument(feed::toJson(change)).toJson(QJsonDocument::Compact) + '\n';
}

/// All that can be asked of the Inbox about conversations and leads 1 to \a count.
QByteArray stateOf(const Inbox &inbox, int count)
{
    QByteArray out;
    for (const ConversationId &id : inbox.order())
        out += id.text().toUtf8() + ' ';
    for (int n = 1; n <= count; ++n) {
        if (const ConversationRow *row = inbox.conversation(conversationId(n)))
            out += line(*row);
        if (const LeadRow *row = inbox.lead(leadId(n)))
            out += line(*row);
        out += QByteArray::number(inbox.unread(conversationId(n))) + '\n';
        if (const state::MessageWindow *window = inbox.messages(conversationId(n))) {
            for (const MessageRow &row : window->rows)
                out += line(row);
        }
    }
    return out;
}

} // namespace

/// Changes are not commands: what they lead to does not depend on how they came.
class InboxHistoryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Late, twice, in any order and in any slices: the end is the same.
    void everyOrderAndRepetitionEndsAlike()
    {
        QList<feed::Change> changes;
        for (int n = 1; n <= 6; ++n) {
            for (qint64 rev = 2; rev <= 4; ++rev) {
                changes << conversation(n, rev, (n * 37 + rev * 53) % 200) << lead(n, rev) << readMark(n, rev, rev % 3);
            }
        }
        changes << withLead(conversation(5, 9, 50), 6) << withLead(conversation(6, 9, 60), 5);
        changes << gone(Kind::Conversation, conversationId(3), 7) << gone(Kind::Lead, leadId(2), 9)
                << gone(Kind::ReadMark, conversationId(4), 9) << gone(Kind::Conversation, conversationId(4), 1);
        for (int n = 1; n <= 12; ++n) {
            for (qint64 rev = 1; rev <= 3; ++rev)
                changes << message(n, 1 + n % 3, rev, (n * 31 + rev * 17) % 90);
        }
        changes << message(13, 1, 0, 77) << message(1, 2, 0, 78) << gone(Kind::Message, messageId(2), 2)
                << gone(Kind::Message, messageId(4), 3) << gone(Kind::Message, messageId(14), 3)
                << message(14, 1, 0, 5);

        std::mt19937 random(20261122);
        QByteArray expected;
        for (int round = 0; round < 400; ++round) {
            QList<feed::Change> mixed = changes + changes.mid(static_cast<qsizetype>(random() % changes.size()));
            std::shuffle(mixed.begin(), mixed.end(), random);
            Inbox inbox;
            openEverything(inbox);
            while (!mixed.isEmpty())
                inbox.apply(takeSome(mixed, static_cast<qsizetype>(1 + random() % 9)));
            if (round == 0)
                expected = stateOf(inbox, 6);
            QCOMPARE(stateOf(inbox, 6), expected);
        }
        QVERIFY(expected.count('\n') > 20);
    }

private:
    static QList<feed::Change> takeSome(QList<feed::Change> &from, qsizetype count)
    {
        const QList<feed::Change> some = from.first(qMin(count, from.size()));
        from.remove(0, some.size());
        return some;
    }
};

CONVERSURE_TEST(InboxHistoryTest)
#include "InboxHistoryTest.moc"
