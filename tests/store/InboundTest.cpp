// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Ask.h"
#include "StoreFixture.h"
#include "TestMain.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>
#include <random>
#include <thread>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// What relay.apply makes of messages and statuses, whatever their order, number and quality.
class InboundTest : public QObject
{
    Q_OBJECT

private:
    static inline const QString phone = QStringLiteral("+971501112233");
    static constexpr char leaseSecret[] = "0123456789abcdef0123";

    std::unique_ptr<Database> m_database;
    Connection m_admin;
    Connection m_relay;

    static QJsonObject identity(const char *kind, const QString &value, const QString &scope = {})
    {
        return {{QStringLiteral("kind"), QString::fromLatin1(kind)}, {QStringLiteral("scope"), scope},
            {QStringLiteral("value"), value}};
    }

    static QJsonObject message(const Company &company, const QString &id, const QString &text,
        const QJsonArray &identities = {identity("phone", phone)})
    {
        return {{QStringLiteral("type"), QStringLiteral("message")}, {QStringLiteral("company_id"), company.id.text()},
            {QStringLiteral("number_id"), company.number.text()}, {QStringLiteral("provider_message_id"), id},
            {QStringLiteral("identities"), identities}, {QStringLiteral("profile_name"), QStringLiteral("Omar")},
            {QStringLiteral("content_type"), QStringLiteral("TEXT")}, {QStringLiteral("text"), text},
            {QStringLiteral("timestamp"), QDateTime::currentSecsSinceEpoch()}};
    }

    static QJsonObject status(
        const Company &company, const QString &providerId, const QString &word, const QString &attempt = {})
    {
        return {{QStringLiteral("type"), QStringLiteral("status")}, {QStringLiteral("company_id"), company.id.text()},
            {QStringLiteral("number_id"), company.number.text()}, {QStringLiteral("provider_message_id"), providerId},
            {QStringLiteral("attempt_id"), attempt.isEmpty() ? QJsonValue() : QJsonValue(attempt)},
            {QStringLiteral("status"), word}, {QStringLiteral("timestamp"), QDateTime::currentSecsSinceEpoch()}};
    }

    static QJsonObject with(QJsonObject event, const QString &key, const QJsonValue &value)
    {
        event.insert(key, value);
        return event;
    }

    QString apply(const QJsonArray &events) { return verdict(RelayStore(m_relay).apply(events)); }
    static QString accepted() { return QStringLiteral("accepted"); }

    QString ask(const Company &company, const QByteArray &statement)
    {
        return text(m_admin, statement, {param(company.id.value)});
    }
    QString bodies(const Company &company)
    {
        return ask(company,
            "select string_agg(body, ' ' order by sort_at, message_id) from conversure.messages where company_id = "
            "$1::uuid");
    }
    QString lastLines(const Company &company)
    {
        return ask(company,
            "select string_agg(last_preview || ' ' || inbound_seq, ' ' order by conversation_id) from "
            "conversure.conversations where company_id = $1::uuid");
    }

    QUuid reserve(Connection &client, ConversationId conversation)
    {
        const QUuid attempt = newId();
        MUST(client.call(QLatin1StringView("api.reserve_send"),
            {param(newId()), param(attempt), param(conversation.value), param(QString::fromLatin1(leaseSecret)),
                json(QJsonObject{{QStringLiteral("type"), QStringLiteral("TEXT")},
                    {QStringLiteral("text"), QStringLiteral("Hello")}})}));
        return attempt;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_admin = m_database->admin();
        m_relay = m_database->relay();
    }

    void theSameMessageTwiceIsOne()
    {
        Company company(*m_database);
        const QJsonObject event = message(company, QStringLiteral("m1"), QStringLiteral("one"));
        QCOMPARE(apply({event, event}), accepted());
        QCOMPARE(apply({event}), accepted());
        QCOMPARE(apply({with(event, QStringLiteral("text"), QStringLiteral("changed"))}), accepted());
        QCOMPARE(bodies(company), QStringLiteral("one"));
        QCOMPARE(lastLines(company), QStringLiteral("one 1"));
    }

    void messagesOfOneSecondKeepTheirOrder()
    {
        Company company(*m_database);
        const qint64 second = QDateTime::currentSecsSinceEpoch() - 10;
        QJsonArray events;
        QStringList expected;
        for (int i = 0; i < 30; ++i) {
            expected << QStringLiteral("t%1").arg(i, 2, 10, QLatin1Char('0'));
            events << with(message(company, expected.last(), expected.last()), QStringLiteral("timestamp"), second);
        }
        QCOMPARE(apply(events), accepted());
        QCOMPARE(bodies(company), expected.join(u' '));
        QCOMPARE(lastLines(company), QStringLiteral("t29 30"));
    }

    void aLateMessageGoesToItsPlace()
    {
        Company company(*m_database);
        const qint64 now = QDateTime::currentSecsSinceEpoch();
        QCOMPARE(apply({with(message(company, QStringLiteral("m2"), QStringLiteral("second")),
                     QStringLiteral("timestamp"), now - 10)}),
            accepted());
        QCOMPARE(apply({with(message(company, QStringLiteral("m1"), QStringLiteral("first")),
                     QStringLiteral("timestamp"), now - 3600)}),
            accepted());
        QCOMPARE(bodies(company), QStringLiteral("first second"));
        QCOMPARE(lastLines(company), QStringLiteral("second 2"));
        QCOMPARE(ask(company,
                     "select extract(epoch from last_inbound_at)::bigint from conversure.conversations where "
                     "company_id = $1::uuid"),
            QString::number(now - 10));
    }

    void noMessageIsFromTheFutureOrFromNowhere_data()
    {
        QTest::addColumn<QJsonValue>("timestamp");
        QTest::newRow("tomorrow") << QJsonValue(QDateTime::currentSecsSinceEpoch() + 86400);
        QTest::newRow("zero") << QJsonValue(0);
        QTest::newRow("missing") << QJsonValue(QJsonValue::Null);
        QTest::newRow("negative") << QJsonValue(-5);
        QTest::newRow("before WhatsApp") << QJsonValue(1'000'000);
        QTest::newRow("milliseconds") << QJsonValue(QDateTime::currentMSecsSinceEpoch());
        QTest::newRow("nanoseconds") << QJsonValue(qint64(1'720'000'000'000'000'000));
        QTest::newRow("the largest") << QJsonValue(std::numeric_limits<qint64>::max());
        QTest::newRow("the smallest") << QJsonValue(std::numeric_limits<qint64>::min());
    }

    void noMessageIsFromTheFutureOrFromNowhere()
    {
        QFETCH(QJsonValue, timestamp);
        Company company(*m_database);
        const QString before = text(m_admin, "select clock_timestamp()");
        QCOMPARE(apply({with(message(company, QStringLiteral("m1"), QStringLiteral("x")), QStringLiteral("timestamp"),
                     timestamp)}),
            accepted());
        QCOMPARE(text(m_admin,
                     "select string_agg(concat_ws(' ', m.sort_at between $2::timestamptz and clock_timestamp(), "
                     "c.last_inbound_at = m.sort_at, c.last_message_at = m.sort_at), ',')"
                     " from conversure.messages m join conversure.conversations c using (company_id, conversation_id) "
                     "where m.company_id = $1::uuid",
                     {param(company.id.value), param(before)}),
            QStringLiteral("t t t"));
    }

    void whoHidesTheirNumberCanBeAnswered()
    {
        Company company(*m_database);
        const auto agent = company.addPerson();
        const QJsonArray hidden{identity("bsuid", QStringLiteral("AE.123"), QStringLiteral("waba"))};
        QCOMPARE(apply({with(message(company, QStringLiteral("m1"), QStringLiteral("x"), hidden),
                     QStringLiteral("profile_name"), QString())}),
            accepted());
        QCOMPARE(ask(company,
                     "select concat_ws('|', coalesce(phone, 'none'), masked_phone, name) from conversure.leads where "
                     "company_id = $1::uuid"),
            QStringLiteral("none||WhatsApp"));
        Connection client = company.connect(company.signIn(agent));
        QVERIFY(!reserve(client, company.conversationOf(QStringLiteral("AE.123"))).isNull());
    }

    void onePersonUnderTwoIdentitiesIsOneLead()
    {
        Company company(*m_database);
        const QJsonObject byPhone = identity("phone", phone);
        const QJsonObject byId = identity("bsuid", QStringLiteral("AE.123"), QStringLiteral("waba"));
        QCOMPARE(apply({message(company, QStringLiteral("m1"), QStringLiteral("one"), {byPhone})}), accepted());
        QCOMPARE(apply({message(company, QStringLiteral("m2"), QStringLiteral("two"), {byId, byPhone})}), accepted());
        QCOMPARE(apply({message(company, QStringLiteral("m3"), QStringLiteral("three"), {byId})}), accepted());
        QCOMPARE(lastLines(company), QStringLiteral("three 3"));
        QCOMPARE(ask(company,
                     "select count(*) || ' ' || count(distinct lead_id) from conversure.lead_identities where "
                     "company_id = $1::uuid"),
            QStringLiteral("2 1"));
    }

    void theNumberThatSpokeLastIsAnswered()
    {
        Company company(*m_database);
        const auto agent = company.addPerson();
        Connection client = company.connect(company.signIn(agent));
        const QJsonObject byId = identity("bsuid", QStringLiteral("AE.124"), QStringLiteral("waba"));
        const QString older = QStringLiteral("+971501000001");
        const QString newer = QStringLiteral("+971509000002");
        int count = 0;
        const auto from = [&](const QString &which, int ago) {
            const QJsonObject event = message(
                company, QStringLiteral("n%1").arg(++count), QStringLiteral("x"), {byId, identity("phone", which)});
            QCOMPARE(apply({with(event, QStringLiteral("timestamp"), QDateTime::currentSecsSinceEpoch() - ago)}),
                accepted());
        };
        const auto answered = [&] {
            return MUST(
                client.call(QLatin1StringView("api.reserve_send"),
                    {param(newId()), param(newId()), param(company.conversationOf(QStringLiteral("AE.124")).value),
                        param(QStringLiteral("0123456789abcdef0123")),
                        json(QJsonObject{{QStringLiteral("type"), QStringLiteral("TEXT")},
                            {QStringLiteral("text"), QStringLiteral("Hi")}})}))
                .object(0, 0)[QStringLiteral("identity")][QStringLiteral("value")]
                .toString();
        };
        from(older, 500);
        QCOMPARE(answered(), older);
        from(newer, 400);
        QCOMPARE(answered(), newer);
        from(older, 450); // late
        QCOMPARE(answered(), newer);
        from(older, 300); // moved back
        QCOMPARE(answered(), older);
    }

    void aNumberShownLaterCompletesTheLead()
    {
        Company company(*m_database);
        const QJsonObject byId = identity("bsuid", QStringLiteral("AE.123"));
        QCOMPARE(apply({message(company, QStringLiteral("m1"), QStringLiteral("one"), {byId}),
                     message(company, QStringLiteral("m2"), QStringLiteral("two"), {byId, identity("phone", phone)})}),
            accepted());
        QCOMPARE(ask(company,
                     "select string_agg(phone || ' ' || masked_phone, ',') from conversure.leads where company_id = "
                     "$1::uuid"),
            phone + QStringLiteral(" +971 ••••• ••33"));
        QCOMPARE(apply({message(company, QStringLiteral("m3"), QStringLiteral("three"), {identity("phone", phone)})}),
            accepted());
        QCOMPARE(lastLines(company), QStringLiteral("three 3"));
    }

    void theSameIdInAnotherScopeIsSomebodyElse()
    {
        Company company(*m_database);
        QCOMPARE(apply({message(company, QStringLiteral("m1"), QStringLiteral("one"),
                            {identity("bsuid", QStringLiteral("1"), QStringLiteral("a"))}),
                     message(company, QStringLiteral("m2"), QStringLiteral("two"),
                         {identity("bsuid", QStringLiteral("1"), QStringLiteral("b"))})}),
            accepted());
        QCOMPARE(
            ask(company, "select count(*) from conversure.leads where company_id = $1::uuid"), QStringLiteral("2"));
    }

    void aMessageOfNobodyIsRefused()
    {
        Company company(*m_database);
        QCOMPARE(apply({message(company, QStringLiteral("m1"), QStringLiteral("one"), {})}), QStringLiteral("22023"));
        QCOMPARE(
            ask(company, "select count(*) from conversure.leads where company_id = $1::uuid"), QStringLiteral("0"));
    }

    void aNewProfileNameIsTakenOverUnlessAPersonNamedTheLead()
    {
        Company company(*m_database);
        const auto renamed = [&](const QString &id, const QString &name) {
            return with(message(company, id, QStringLiteral("x")), QStringLiteral("profile_name"), name);
        };
        const QByteArray names = "select string_agg(l.name || '|' || c.lead_name, ',') from conversure.leads l join "
                                 "conversure.conversations c using (company_id, lead_id) where l.company_id = $1::uuid";
        QCOMPARE(apply({renamed(QStringLiteral("m1"), QString())}), accepted());
        QCOMPARE(ask(company, names), QStringLiteral("+971 ••••• ••33|+971 ••••• ••33"));
        QCOMPARE(apply({renamed(QStringLiteral("m2"), QStringLiteral("Omar")),
                     renamed(QStringLiteral("m3"), QStringLiteral("Omar H."))}),
            accepted());
        QCOMPARE(ask(company, names), QStringLiteral("Omar H.|Omar H."));
        QCOMPARE(apply({renamed(QStringLiteral("m4"), QString())}), accepted());
        QCOMPARE(ask(company, names), QStringLiteral("Omar H.|Omar H."));
        MUST(m_admin.run(
            "update conversure.leads set name = 'Mr Hassan', name_from_profile = false where company_id = $1::uuid",
            {param(company.id.value)}));
        QCOMPARE(apply({renamed(QStringLiteral("m5"), QStringLiteral("omar"))}), accepted());
        QCOMPARE(
            ask(company, "select name from conversure.leads where company_id = $1::uuid"), QStringLiteral("Mr Hassan"));
    }

    void aNameThatIsTheNumberIsMasked_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("masked");
        QTest::newRow("the number") << phone << true;
        QTest::newRow("with blanks") << QStringLiteral("+971 50 111-2233") << true;
        QTest::newRow("without the country") << QStringLiteral("050 111 2233") << true;
        QTest::newRow("with a word") << QStringLiteral("Omar 0501112233") << true;
        QTest::newRow("Arabic digits") << QStringLiteral("٠٥٠١١١٢٢٣٣") << true;
        QTest::newRow("another number") << QStringLiteral("+44 20 7946 0000") << true;
        QTest::newRow("a name") << QStringLiteral("Omar 2") << false;
        QTest::newRow("a flat") << QStringLiteral("Marina 2301 / 12") << false;
    }

    void aNameThatIsTheNumberIsMasked()
    {
        QFETCH(QString, name);
        QFETCH(bool, masked);
        Company company(*m_database);
        QCOMPARE(apply({with(message(company, QStringLiteral("m1"), QStringLiteral("x")),
                     QStringLiteral("profile_name"), name)}),
            accepted());
        QCOMPARE(apply({with(message(company, QStringLiteral("m2"), QStringLiteral("x")),
                     QStringLiteral("profile_name"), name)}),
            accepted());
        const QString shown = ask(company,
            "select l.name from conversure.leads l join conversure.conversations c using (company_id, lead_id) where "
            "l.company_id = $1::uuid and c.lead_name = l.name");
        QCOMPARE(shown, masked ? QStringLiteral("+971 ••••• ••33") : name);
    }

    void anyTextIsKeptAsItIs_data()
    {
        QTest::addColumn<QString>("body");
        QTest::newRow("as long as a text may be") << QString(16'384, QChar(0x0639));
        QTest::newRow("Arabic with marks") << QStringLiteral("\u200fمرحبا\u0640\u064b بك \u202a123\u202c");
        QTest::newRow("emoji") << QStringLiteral("👩‍👩‍👧‍👦🇦🇪\U0010fffd");
        QTest::newRow("quotes") << QStringLiteral("'; drop table x; -- \\ \" $$ %s {}");
        QTest::newRow("lines") << QStringLiteral("a\r\n\tb\u2028c\u0001");
        QTest::newRow("empty") << QString();
    }

    void anyTextIsKeptAsItIs()
    {
        QFETCH(QString, body);
        Company company(*m_database);
        QCOMPARE(apply({message(company, QStringLiteral("m1"), body)}), accepted());
        QCOMPARE(bodies(company), body);
        QVERIFY(ask(company, "select length(last_preview) from conversure.conversations where company_id = $1::uuid")
                    .toInt()
            <= 160);
    }

    void whatIsLongerThanAnyMessageIsCut()
    {
        Company company(*m_database);
        QCOMPARE(apply({message(company, QStringLiteral("m1"), QString(400'000, QChar(0x0639)))}), accepted());
        QCOMPARE(bodies(company), QString(16'384, QChar(0x0639)));
    }

    /// Somebody's open transaction in one company keeps only that company waiting.
    void aHeldConversationStopsNobodyElse()
    {
        Company held(*m_database);
        Company other(*m_database, QStringLiteral("Other"));
        held.receive(phone, QStringLiteral("wamid.first"), QStringLiteral("first"));
        Connection holder = m_database->admin();
        MUST(holder.script("begin"));
        MUST(holder.run(
            "select from conversure.conversations where company_id = $1::uuid for update", {param(held.id.value)}));
        Connection relay = m_database->relay();
        RelayStore store(relay);
        const QJsonArray events{message(held, QStringLiteral("m2"), QStringLiteral("waits")),
            message(other, QStringLiteral("m3"), QStringLiteral("goes on"))};
        const auto conversation = held.conversationOf(phone);
        QVERIFY(!conversation.isNull());
        const QList<CompanyId> waiting = MUST(store.apply(
            QJsonArray{[&] {
                           QJsonObject again = events.at(0).toObject();
                           again.insert(QStringLiteral("identities"),
                               QJsonArray{QJsonObject{{QStringLiteral("kind"), QStringLiteral("phone")},
                                   {QStringLiteral("scope"), QString()}, {QStringLiteral("value"), phone}}});
                           return again;
                       }(),
                events.at(1)}));
        QCOMPARE(waiting, QList<CompanyId>{held.id});
        QCOMPARE(bodies(other), QStringLiteral("goes on"));
        MUST(holder.script("rollback"));
    }

    void aTextWithNulIsRefusedWhole()
    {
        Company company(*m_database);
        QString body = QStringLiteral("a");
        body.append(QChar(0)).append(u'b');
        QCOMPARE(apply({message(company, QStringLiteral("m1"), QStringLiteral("fine")),
                     message(company, QStringLiteral("m2"), body)}),
            QStringLiteral("22P05"));
        QCOMPARE(
            ask(company, "select count(*) from conversure.messages where company_id = $1::uuid"), QStringLiteral("0"));
        QCOMPARE(apply({message(company, QStringLiteral("m1"), QStringLiteral("fine"))}), accepted());
    }

    void anUnknownEventUndoesTheWholeBatch()
    {
        Company company(*m_database);
        const QJsonObject fine = message(company, QStringLiteral("m1"), QStringLiteral("fine"));
        QCOMPARE(
            apply({fine, with(fine, QStringLiteral("type"), QStringLiteral("telepathy"))}), QStringLiteral("22023"));
        QCOMPARE(apply({fine, QJsonObject()}), QStringLiteral("22023"));
        QCOMPARE(
            ask(company, "select count(*) from conversure.messages where company_id = $1::uuid"), QStringLiteral("0"));
    }

    void companiesWithTheSameLeadStayApart()
    {
        Company one(*m_database);
        Company two(*m_database);
        QCOMPARE(apply({message(one, QStringLiteral("same"), QStringLiteral("to one")),
                     with(message(two, QStringLiteral("same"), QStringLiteral("to two")),
                         QStringLiteral("profile_name"), QStringLiteral("Umar"))}),
            accepted());
        QCOMPARE(bodies(one), QStringLiteral("to one"));
        QCOMPARE(bodies(two), QStringLiteral("to two"));
        QCOMPARE(ask(one, "select string_agg(name, ',') from conversure.leads where company_id = $1::uuid"),
            QStringLiteral("Omar"));
        QCOMPARE(ask(two, "select string_agg(name, ',') from conversure.leads where company_id = $1::uuid"),
            QStringLiteral("Umar"));
        QCOMPARE(apply({with(message(one, QStringLiteral("m9"), QStringLiteral("x")), QStringLiteral("number_id"),
                     two.number.text())}),
            QStringLiteral("23503"));
    }

    void aLeadOnTwoNumbersHasTwoConversations()
    {
        Company company(*m_database);
        const NumberId second = company.addNumber(QStringLiteral("second-") + newId().toString(QUuid::WithoutBraces));
        QCOMPARE(apply({message(company, QStringLiteral("m1"), QStringLiteral("one")),
                     with(message(company, QStringLiteral("m1"), QStringLiteral("two")), QStringLiteral("number_id"),
                         second.text())}),
            accepted());
        QCOMPARE(ask(company,
                     "select count(*) || ' ' || count(distinct lead_id) from conversure.conversations where company_id "
                     "= $1::uuid"),
            QStringLiteral("2 1"));
    }

    void aStatusThatComesBeforeItsConfirmIsNotLost()
    {
        Company company(*m_database);
        const auto agent = company.addPerson();
        company.receive(phone, QStringLiteral("m1"), QStringLiteral("Hi"));
        Connection client = company.connect(company.signIn(agent));
        const QUuid attempt = reserve(client, company.conversationOf(phone));
        QCOMPARE(apply({status(company, QStringLiteral("out1"), QStringLiteral("delivered"))}), accepted());
        QCOMPARE(ask(company,
                     "select status from conversure.messages where company_id = $1::uuid and direction = 'OUTBOUND'"),
            QStringLiteral("sending"));
        MUST(client.call(QLatin1StringView("api.confirm_send"),
            {param(attempt), param(QString::fromLatin1(leaseSecret)), param(QStringLiteral("out1"))}));
        QCOMPARE(ask(company,
                     "select status from conversure.messages where company_id = $1::uuid and direction = 'OUTBOUND'"),
            QStringLiteral("delivered"));
    }

    void aStatusOfAnotherCompanyOrNumberTouchesNothing()
    {
        Company company(*m_database);
        Company other(*m_database);
        const auto agent = company.addPerson();
        company.receive(phone, QStringLiteral("m1"), QStringLiteral("Hi"));
        Connection client = company.connect(company.signIn(agent));
        const QUuid attempt = reserve(client, company.conversationOf(phone));
        MUST(client.call(QLatin1StringView("api.confirm_send"),
            {param(attempt), param(QString::fromLatin1(leaseSecret)), param(QStringLiteral("out1"))}));
        const QString attemptId = attempt.toString(QUuid::WithoutBraces);
        QCOMPARE(apply({status(other, QStringLiteral("out1"), QStringLiteral("read"), attemptId),
                     with(status(company, QStringLiteral("out1"), QStringLiteral("read"), attemptId),
                         QStringLiteral("number_id"), other.number.text()),
                     status(company, QStringLiteral("out1"), QStringLiteral("word of the future"))}),
            accepted());
        QCOMPARE(ask(company,
                     "select status from conversure.messages where company_id = $1::uuid and direction = 'OUTBOUND'"),
            QStringLiteral("sent"));
    }

    /// Several relays get the same deliveries, each in its own order, while a client confirms.
    void anyConcurrentOrderEndsAlike()
    {
        constexpr int rounds = 32;
        constexpr int workers = 4;
        constexpr int people = 3;
        constexpr int each = 4;
        Company company(*m_database);
        const auto agent = company.addPerson();
        const auto device = company.signIn(agent);
        std::vector<Connection> relays;
        std::vector<Connection> clients;
        for (int i = 0; i < workers; ++i)
            relays.push_back(m_database->relay());
        clients.push_back(company.connect(device));
        company.receive(phone, QStringLiteral("m0"), QStringLiteral("Hi"));
        const ConversationId conversation = company.conversationOf(phone);
        std::mt19937 random(11);
        std::atomic<int> deadlocks = 0;
        std::atomic<int> failures = 0;
        const qint64 now = QDateTime::currentSecsSinceEpoch();

        for (int round = 0; round < rounds; ++round) {
            const QUuid attempt = reserve(clients.front(), conversation);
            const QString providerId = QStringLiteral("out%1").arg(round);
            QList<QJsonObject> events;
            for (int p = 0; p < people; ++p) {
                const QString who =
                    QStringLiteral("+9715%1%2").arg(round, 4, 10, QLatin1Char('0')).arg(p, 3, 10, QLatin1Char('0'));
                for (int m = 0; m < each; ++m)
                    events << with(message(company, QStringLiteral("%1-%2").arg(who).arg(m), QString::number(m),
                                       {identity("bsuid", who.mid(1)), identity("phone", who)}),
                        QStringLiteral("timestamp"), now - static_cast<int>(random() % 3));
            }
            events << status(company, providerId, QStringLiteral("sent"))
                   << status(company, providerId, QStringLiteral("delivered"), attempt.toString(QUuid::WithoutBraces))
                   << status(company, providerId, QStringLiteral("read"));

            std::vector<std::thread> threads;
            for (int w = 0; w < workers; ++w) {
                QList<QJsonObject> shuffled = events;
                std::shuffle(shuffled.begin(), shuffled.end(), random);
                const qsizetype batch = 1 + static_cast<qsizetype>(random() % 6);
                threads.emplace_back([&, w, shuffled, batch] {
                    RelayStore store(relays[static_cast<size_t>(w)]);
                    for (qsizetype at = 0; at < shuffled.size(); at += batch) {
                        QJsonArray slice;
                        for (const QJsonObject &event : shuffled.mid(at, batch))
                            slice << event;
                        for (int attempts = 0;; ++attempts) {
                            const QString outcome = verdict(store.apply(slice));
                            if (outcome == QStringLiteral("40P01") && attempts < 20) {
                                ++deadlocks;
                                continue;
                            }
                            failures += outcome == QStringLiteral("accepted") ? 0 : 1;
                            break;
                        }
                    }
                });
            }
            threads.emplace_back([&] {
                QString outcome;
                do {
                    outcome = verdict(clients.front().call(QLatin1StringView("api.confirm_send"),
                        {param(attempt), param(QString::fromLatin1(leaseSecret)), param(providerId)}));
                    deadlocks += outcome == QStringLiteral("40P01") ? 1 : 0;
                } while (outcome == QStringLiteral("40P01"));
                failures += outcome == QStringLiteral("accepted") ? 0 : 1;
            });
            for (std::thread &thread : threads)
                thread.join();
        }
        qInfo("deadlocks that were tried again: %d", deadlocks.load());
        QCOMPARE(failures.load(), 0);

        const int persons = rounds * people;
        QCOMPARE(ask(company,
                     "select count(*) from conversure.messages where company_id = $1::uuid and direction = 'INBOUND'")
                     .toInt(),
            persons * each + 1);
        QCOMPARE(
            ask(company, "select count(*) from conversure.leads where company_id = $1::uuid").toInt(), persons + 1);
        QCOMPARE(ask(company,
                     "select count(*) || ' ' || count(distinct lead_id) from conversure.lead_identities where "
                     "company_id = $1::uuid"),
            QStringLiteral("%1 %2").arg(2 * persons + 1).arg(persons + 1));
        QCOMPARE(ask(company,
                     "select count(*) from conversure.conversations where company_id = $1::uuid and inbound_seq = 4")
                     .toInt(),
            persons);
        QCOMPARE(ask(company,
                     "select count(*) from conversure.conversations c where c.company_id = $1::uuid and "
                     "c.last_message_id <> (select m.message_id from conversure.messages m"
                     " where m.company_id = c.company_id and m.conversation_id = c.conversation_id order by m.sort_at "
                     "desc, m.message_id desc limit 1)"),
            QStringLiteral("0"));
        QCOMPARE(ask(company,
                     "select string_agg(distinct status, ' ') || ' ' || count(*) from conversure.messages where "
                     "company_id = $1::uuid and direction = 'OUTBOUND'"),
            QStringLiteral("read %1").arg(rounds));
        QCOMPARE(
            ask(company, "select sum(sent) from conversure.quota_log where company_id = $1::uuid").toInt(), rounds);
    }
};

CONVERSURE_TEST(InboundTest)
#include "InboundTest.moc"
