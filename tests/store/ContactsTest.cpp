// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Ask.h"
#include "StoreFixture.h"
#include "TestMain.h"

#include "store/ClientStore.h"

#include <QJsonArray>
#include <QJsonObject>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// Telephone numbers: told on request, with a record that cannot be taken back, and hidden where a company wants it.
class ContactsTest : public QObject
{
    Q_OBJECT

private:
    static inline const QString phone = QStringLiteral("+971501112233");

    std::unique_ptr<Database> m_database;
    Connection m_admin;

    struct Agency {
        Company company;
        Company::Person boss;
        Company::Person agent;
        Connection bossClient;
        Connection agentClient;
        QUuid lead;
        ConversationId conversation;

        explicit Agency(const Database &database)
            : company(database)
            , boss(company.addPerson(QStringLiteral("COMPANY_ADMIN")))
            , agent(company.addPerson())
            , bossClient(company.connect(company.signIn(boss)))
            , agentClient(company.connect(company.signIn(agent)))
        {
            lead = addLead(phone);
            conversation = company.conversationOf(phone);
        }
        QUuid addLead(const QString &number)
        {
            company.receive(number, number, QStringLiteral("Hi"), QStringLiteral("Omar"));
            return MUST(bossClient.run("select lead_id from conversure.conversations where conversation_id = $1::uuid",
                            {param(company.conversationOf(number).value)}))
                .uuid(0, 0);
        }
        void mask(bool masked) { MUST(bossClient.call(QLatin1StringView("api.set_phone_masking"), {param(masked)})); }
    };

    static Result<Rows> ask(Connection &client, const QList<QUuid> &leads)
    {
        return client.call(QLatin1StringView("api.ask_lead_contact"), {uuidArray(leads)});
    }
    static Result<Rows> tell(Connection &client, const QUuid &ticket)
    {
        return client.call(QLatin1StringView("api.lead_contact"), {param(ticket)});
    }
    static QJsonArray contacts(Connection &client, const QList<QUuid> &leads)
    {
        const QUuid ticket = MUST(ask(client, leads)).uuid(0, 0);
        return QJsonDocument::fromJson(MUST(tell(client, ticket)).raw(0, 0)).array();
    }
    QString audited(const Company &company)
    {
        return text(m_admin,
            "select string_agg(actor_id || ' ' || (detail ->> 'count') || ' ' || (detail ->> 'leads'), '; ' order by "
            "at, audit_id) from conversure.audit_log where company_id = $1::uuid and action = 'lead.contact_read'",
            {param(company.id.value)});
    }
    /// The lead's name as all readers have it: table, rows, list, newest rows of the feed.
    QStringList names(Agency &agency, const QUuid &lead)
    {
        const Params id{param(lead)};
        return {text(agency.agentClient, "select name from conversure.leads where lead_id = $1::uuid", id),
            text(agency.agentClient, "select row ->> 'name' from conversure.lead_rows where lead_id = $1::uuid", id),
            text(agency.agentClient, "select lead_name from conversure.conversations where lead_id = $1::uuid", id),
            text(agency.agentClient,
                "select change -> 'row' ->> 'lead_name' from api.conversation_page(null, null, 500) where change -> "
                "'row' ->> 'lead_id' = $1",
                {param(lead.toString(QUuid::WithoutBraces))}),
            text(m_admin,
                "select row ->> 'name' from conversure.change_feed where row_id = $1::uuid order by seq desc limit 1",
                id),
            text(m_admin,
                "select f.row ->> 'lead_name' from conversure.change_feed f join conversure.conversations c on "
                "c.conversation_id = f.row_id where c.lead_id = $1::uuid order by f.seq desc limit 1",
                id)};
    }
    void rename(const QUuid &lead, const QString &name)
    {
        MUST(m_admin.run("update conversure.leads set name = $2 where lead_id = $1::uuid", {param(lead), param(name)}));
        MUST(m_admin.run(
            "update conversure.conversations set lead_name = $2 where lead_id = $1::uuid", {param(lead), param(name)}));
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_admin = m_database->admin();
    }

    void whoSeesTheLeadIsTold()
    {
        Agency agency(*m_database);
        const QJsonArray told = contacts(agency.agentClient, {agency.lead, agency.lead});
        const QString lead = agency.lead.toString(QUuid::WithoutBraces);
        QCOMPARE(told.size(), 1);
        QCOMPARE(told[0][QStringLiteral("lead_id")].toString(), lead);
        QCOMPARE(told[0][QStringLiteral("phone")].toString(), phone);
        QCOMPARE(told[0][QStringLiteral("identities")].toArray(),
            QJsonArray({QJsonObject{{QStringLiteral("kind"), QStringLiteral("phone")},
                {QStringLiteral("scope"), QString()}, {QStringLiteral("value"), phone}}}));
        QCOMPARE(audited(agency.company), QStringLiteral("%1 1 [\"%2\"]").arg(agency.agent.id.text(), lead));
    }

    void whatOneDoesNotSeeIsLeftOut()
    {
        Agency agency(*m_database);
        Agency other(*m_database);
        const QUuid second = agency.addLead(QStringLiteral("+971501112244"));
        MUST(agency.bossClient.call(QLatin1StringView("api.set_visibility"), {param(QStringLiteral("own"))}));
        MUST(agency.bossClient.call(
            QLatin1StringView("api.assign"), {param(agency.conversation.value), param(agency.agent.id.value)}));
        QCOMPARE(contacts(agency.agentClient, {agency.lead, second, other.lead}).size(), 1);
        QCOMPARE(contacts(agency.bossClient, {agency.lead, second, other.lead}).size(), 2);
        QCOMPARE(verdict(ask(agency.agentClient, {second})), QStringLiteral("CV003"));
        QCOMPARE(verdict(ask(agency.bossClient, {other.lead})), QStringLiteral("CV003"));
        // Taken away between the two calls.
        const QUuid ticket = MUST(ask(agency.agentClient, {agency.lead})).uuid(0, 0);
        MUST(agency.bossClient.call(QLatin1StringView("api.release"), {param(agency.conversation.value)}));
        QCOMPARE(MUST(tell(agency.agentClient, ticket)).text(0, 0), QStringLiteral("[]"));
    }

    void notTooManyAtOnce()
    {
        Agency agency(*m_database);
        QList<QUuid> many(50, agency.lead);
        QCOMPARE(verdict(ask(agency.agentClient, many)), QStringLiteral("accepted"));
        many << agency.lead;
        QCOMPARE(verdict(ask(agency.agentClient, many)), QStringLiteral("CV004"));
        QCOMPARE(verdict(ask(agency.agentClient, {})), QStringLiteral("CV004"));
        QCOMPARE(verdict(agency.agentClient, "select api.ask_lead_contact(null)"), QStringLiteral("CV004"));
    }

    void theRecordCannotBeTakenBack()
    {
        Agency agency(*m_database);
        Connection &client = agency.agentClient;
        const auto inOneTransaction = [&](const QByteArray &before, const QByteArray &between) {
            MUST(client.script("begin; " + before));
            const QUuid ticket = MUST(ask(client, {agency.lead})).uuid(0, 0);
            MUST(client.script(between + "select 1"));
            const auto told = tell(client, ticket);
            MUST(client.script("rollback"));
            return verdict(told) + QStringLiteral(" then ") + verdict(tell(client, ticket));
        };
        QCOMPARE(inOneTransaction("", ""), QStringLiteral("CV002 then CV002"));
        QCOMPARE(inOneTransaction("savepoint a; ", "release savepoint a; "), QStringLiteral("CV002 then CV002"));
        QCOMPARE(inOneTransaction("savepoint a; ", "savepoint b; "), QStringLiteral("CV002 then CV002"));
        QCOMPARE(audited(agency.company), QString());

        // Not yet committed on another connection of the same person.
        Connection second = agency.company.connect(agency.company.signIn(agency.agent));
        MUST(client.script("begin"));
        const QUuid ticket = MUST(ask(client, {agency.lead})).uuid(0, 0);
        QCOMPARE(verdict(tell(second, ticket)), QStringLiteral("CV002"));
        MUST(client.script("commit"));
        QCOMPARE(verdict(tell(second, ticket)), QStringLiteral("accepted"));
        // An answer that is thrown away was an answer all the same.
        MUST(client.script("begin"));
        QCOMPARE(verdict(tell(client, ticket)), QStringLiteral("accepted"));
        MUST(client.script("rollback"));
        QVERIFY(!audited(agency.company).isEmpty());
    }

    void aTicketIsOnesOwnAndOfThisMinute()
    {
        Database database;
        Agency agency(database);
        const QUuid ticket = MUST(ask(agency.agentClient, {agency.lead})).uuid(0, 0);
        QCOMPARE(verdict(tell(agency.bossClient, ticket)), QStringLiteral("CV002"));
        QCOMPARE(verdict(tell(agency.agentClient, newId())), QStringLiteral("CV002"));
        QCOMPARE(verdict(agency.agentClient, "select api.lead_contact(null)"), QStringLiteral("CV002"));
        database.moveClock(QStringLiteral("61 seconds"));
        QCOMPARE(verdict(tell(agency.agentClient, ticket)), QStringLiteral("CV002"));
    }

    void whereNumbersAreHiddenOnlyAdminsAreTold()
    {
        Agency agency(*m_database);
        const QUuid ticket = MUST(ask(agency.agentClient, {agency.lead})).uuid(0, 0);
        agency.mask(true);
        QCOMPARE(verdict(tell(agency.agentClient, ticket)), QStringLiteral("CV002"));
        QCOMPARE(verdict(ask(agency.agentClient, {agency.lead})), QStringLiteral("CV002"));
        QCOMPARE(contacts(agency.bossClient, {agency.lead})[0][QStringLiteral("phone")].toString(), phone);
        agency.mask(false);
        QCOMPARE(contacts(agency.agentClient, {agency.lead}).size(), 1);
    }

    void whereNumbersAreHiddenTheRelaySends()
    {
        Agency agency(*m_database);
        const auto settings = [&] {
            return text(m_admin,
                "select send_via || ' ' || mask_phones from conversure.company_settings where company_id = $1::uuid",
                {param(agency.company.id.value)});
        };
        const auto sendVia = [&](Connection &client, const char *via) {
            return verdict(client.call(QLatin1StringView("api.set_send_via"), {param(QString::fromLatin1(via))}));
        };
        QCOMPARE(verdict(agency.agentClient, "select api.set_phone_masking(true)"), QStringLiteral("CV002"));
        QCOMPARE(verdict(agency.bossClient, "select api.set_phone_masking(null)"), QStringLiteral("CV004"));
        QCOMPARE(sendVia(agency.agentClient, "relay"), QStringLiteral("CV002"));
        QCOMPARE(sendVia(agency.bossClient, "pigeon"), QStringLiteral("CV004"));
        QCOMPARE(settings(), QStringLiteral("client false"));
        agency.mask(true);
        agency.mask(true);
        QCOMPARE(settings(), QStringLiteral("relay true"));
        QCOMPARE(sendVia(agency.bossClient, "client"), QStringLiteral("CV002"));
        QCOMPARE(sendVia(agency.bossClient, "relay"), QStringLiteral("accepted"));
        QCOMPARE(verdict(m_admin,
                     "update conversure.company_settings set send_via = 'client' where company_id = "
                         + m_admin.literal(agency.company.id.text())),
            QStringLiteral("23514"));
        agency.mask(false);
        QCOMPARE(settings(), QStringLiteral("relay false"));
        QCOMPARE(sendVia(agency.bossClient, "client"), QStringLiteral("accepted"));
        QCOMPARE(
            text(m_admin,
                "select string_agg(action, ' ' order by at, audit_id) from conversure.audit_log where company_id = "
                "$1::uuid",
                {param(agency.company.id.value)}),
            QStringLiteral("company.phone_masking_changed company.phone_masking_changed company.send_via_changed"));
    }

    void whoSendsIsNotToldTheNumberEither()
    {
        Agency agency(*m_database);
        const auto reserve = [&] {
            return MUST(agency.agentClient.call(QLatin1StringView("api.reserve_send"),
                            {param(newId()), param(newId()), param(agency.conversation.value),
                                param(QStringLiteral("lease-secret-of-the-test")),
                                json(QJsonObject{{QStringLiteral("type"), QStringLiteral("TEXT")},
                                    {QStringLiteral("text"), QStringLiteral("Hello")}})}))
                .text(0, 0);
        };
        QVERIFY(reserve().contains(phone));
        agency.mask(true);
        QVERIFY(!reserve().contains(phone.right(7)));
    }

    void aNameThatIsTheNumberIsHiddenToo_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("hidden");
        QTest::newRow("the number") << phone << true;
        QTest::newRow("with blanks") << QStringLiteral("0501 112 233") << true;
        QTest::newRow("Arabic digits") << QStringLiteral("٠٥٠١١١٢٢٣٣") << true;
        QTest::newRow("with a name") << QStringLiteral("Omar 0501112233") << true;
        QTest::newRow("another number alone") << QStringLiteral("+44 7700 900123") << true;
        QTest::newRow("second number with a name") << QStringLiteral("Omar 0507654321") << true;
        QTest::newRow("a name") << QStringLiteral("Omar") << false;
        QTest::newRow("a name and something else") << QStringLiteral("Omar, plot 1234567") << false;
    }

    void aNameThatIsTheNumberIsHiddenToo()
    {
        QFETCH(QString, name);
        QFETCH(bool, hidden);
        Agency agency(*m_database);
        const QUuid untouched = agency.addLead(QStringLiteral("+971509998877"));
        MUST(m_admin.run("insert into conversure.lead_identities (company_id, kind, value, lead_id) values ($1::uuid, "
                         "'phone', '+971507654321', $2::uuid)",
            {param(agency.company.id.value), param(agency.lead)}));
        rename(agency.lead, name);
        QCOMPARE(names(agency, agency.lead), QStringList(6, name));
        const feed::Cursor before = MUST(ClientStore(agency.agentClient, sql()).feedCursor());

        agency.mask(true);
        const QString masked = hidden ? QStringLiteral("+971 ••••• ••33") : name;
        QCOMPARE(names(agency, agency.lead), QStringList(6, masked));
        QCOMPARE(names(agency, untouched).mid(0, 4), QStringList(4, QStringLiteral("Omar")));
        QVERIFY(MUST(ClientStore(agency.agentClient, sql()).feedSince(before)).resync);

        // Given while numbers are hidden, by whatever way.
        rename(untouched, QStringLiteral("+971 50 999 8877"));
        QCOMPARE(names(agency, untouched), QStringList(6, QStringLiteral("+971 ••••• ••77")));
        agency.company.receive(phone, QStringLiteral("again"), QStringLiteral("Hi"), QStringLiteral("Omar"));
        QCOMPARE(names(agency, agency.lead).mid(0, 4), QStringList(4, QStringLiteral("Omar")));

        rename(agency.lead, name);
        agency.mask(false);
        QCOMPARE(names(agency, agency.lead), QStringList(6, name));
        QCOMPARE(names(agency, untouched), QStringList(6, QStringLiteral("+971 50 999 8877")));
        QCOMPARE(number(m_admin,
                     "select count(*) from conversure.leads where unmasked_name is not null and company_id "
                     "= $1::uuid",
                     {param(agency.company.id.value)}),
            0);
    }

    /// Somebody gives a lead its number as a name at the moment in which an admin hides numbers.
    void aNameGivenMeanwhileIsHiddenAsWell()
    {
        Agency agency(*m_database);
        Connection other = m_database->admin();
        MUST(other.script("begin"));
        MUST(other.run(
            "update conversure.leads set name = $2 where lead_id = $1::uuid", {param(agency.lead), param(phone)}));
        MUST(agency.bossClient.script("set lock_timeout = '50ms'"));
        QCOMPARE(verdict(agency.bossClient, "select api.set_phone_masking(true)"), QStringLiteral("55P03"));
        MUST(other.script("commit"));
        agency.mask(true);
        QCOMPARE(text(agency.agentClient, "select name from conversure.leads where lead_id = $1::uuid",
                     {param(agency.lead)}),
            QStringLiteral("+971 ••••• ••33"));
    }
};

CONVERSURE_TEST(ContactsTest)
#include "ContactsTest.moc"
