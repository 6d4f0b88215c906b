// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Desk.h"
#include "TestMain.h"

#include "store/ClientStore.h"

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// What a client asks for whoever writes: templates, what is left of today, whether marketing may go.
class ComposeTest : public QObject
{
    Q_OBJECT

private:
    static ConversationRow conversationOf(Desk &desk)
    {
        ClientStore client(desk.client, sql());
        const Page page = MUST(client.openConversation(desk.conversation, 10));
        for (const feed::Change &change : page.changes) {
            if (const auto *row = std::get_if<ConversationRow>(&change))
                return *row;
        }
        return {};
    }

private Q_SLOTS:
    void allTemplatesComeAsChanges()
    {
        Desk desk;
        ClientStore client(desk.client, sql());
        QVERIFY(MUST(client.templates()).isEmpty());
        desk.putTemplates({Desk::templateOf(QStringLiteral("viewing"), QStringLiteral("UTILITY"),
                               {Desk::part(QStringLiteral("BODY"), QStringLiteral("Hello {{1}}"))}),
            Desk::templateOf(QStringLiteral("offer"), QStringLiteral("MARKETING"),
                {Desk::part(QStringLiteral("BODY"), QStringLiteral("Today"))}, QStringLiteral("PAUSED"))});
        Company other(desk.database, QStringLiteral("Other"));
        MUST(desk.relay.call(QLatin1StringView("relay.put_templates"),
            {param(other.id.value), param(QStringLiteral("meta")), param(QStringLiteral("waba")),
                json(QJsonArray{Desk::templateOf(QStringLiteral("theirs"), QStringLiteral("UTILITY"),
                    {Desk::part(QStringLiteral("BODY"), QStringLiteral("Secret"))})})}));
        QHash<QString, TemplateRow> found;
        for (const feed::Change &change : MUST(client.templates())) {
            const auto *row = std::get_if<TemplateRow>(&change);
            QVERIFY(row);
            found.insert(row->name, *row);
        }
        QCOMPARE(found.size(), 2);
        const TemplateRow viewing = found.value(QStringLiteral("viewing"));
        QVERIFY(!viewing.id.isNull());
        QVERIFY(viewing.rev > 0);
        QVERIFY(isSendable(viewing));
        QCOMPARE(viewing.accountId, QStringLiteral("waba"));
        QCOMPARE(fieldsOf(viewing).size(), 1);
        QVERIFY(!isSendable(found.value(QStringLiteral("offer"))));
    }

    void howMuchIsLeft()
    {
        Desk desk("2026-03-04 10:00+00");
        ClientStore client(desk.client, sql());
        MUST(desk.admin.call(QLatin1StringView("api.set_number_limit"),
            {param(desk.company.number.value), param(qint64(20)), param(QStringLiteral("new number"))}));
        MUST(desk.reserve(Desk::Send()));
        const SendLimits limits = MUST(client.sendLimits(desk.conversation));
        QVERIFY(limits.number);
        QCOMPARE(limits.number->limit, 20);
        QCOMPARE(limits.number->used, 1);
        QCOMPARE(limits.number->left(), 19);
        QVERIFY(limits.number->freesAt > limits.now);
        QVERIFY(limits.number->freesAt - limits.now <= Microseconds(86'400'000'000));
        QVERIFY(!limits.agent);
        MUST(desk.admin.call(QLatin1StringView("api.set_agent_limit"), {param(desk.agent.id.value), param(qint64(5))}));
        const SendLimits both = MUST(client.sendLimits(desk.conversation));
        QVERIFY(both.agent);
        QCOMPARE(both.agent->limit, 5);
        QCOMPARE(both.agent->used, 1);
        QCOMPARE(verdict(client.sendLimits(ConversationId(newId()))), QStringLiteral("CV003"));
    }

    void theConversationSaysWhatMayGo()
    {
        Desk desk("2026-03-04 10:00+00");
        const ConversationRow row = conversationOf(desk);
        QCOMPARE(row.provider, QStringLiteral("meta"));
        QVERIFY(row.hasWindow);
        QCOMPARE(row.windowUntil, row.lastInboundAt + Microseconds(86'400'000'000));
        QVERIFY(row.optedOut.isEmpty());
        QCOMPARE(row.marketingAfter, 0);
    }

    void marketingIsStoppedAndAllowedAgain()
    {
        Desk desk;
        ClientStore client(desk.client, sql());
        MUST(client.optOut(desk.conversation, QStringLiteral("told me by phone")));
        QCOMPARE(conversationOf(desk).optedOut, QStringLiteral("admin"));
        QCOMPARE(verdict(client.liftOptOut(desk.conversation, {})), QStringLiteral("CV004"));
        MUST(client.liftOptOut(desk.conversation, QStringLiteral("asked for the brochure")));
        QVERIFY(conversationOf(desk).optedOut.isEmpty());
        QCOMPARE(verdict(client.liftOptOut(desk.conversation, QStringLiteral("again"))), QStringLiteral("CV003"));
        desk.apply(QStringLiteral("preference"), {{QStringLiteral("value"), QStringLiteral("stop")}});
        QCOMPARE(conversationOf(desk).optedOut, QStringLiteral("provider"));
        QCOMPARE(verdict(client.liftOptOut(desk.conversation, QStringLiteral("asked"))), QStringLiteral("CV002"));
        QCOMPARE(verdict(client.optOut(ConversationId(newId()), {})), QStringLiteral("CV003"));
    }
};

CONVERSURE_TEST(ComposeTest)
#include "ComposeTest.moc"
