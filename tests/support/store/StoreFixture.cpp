// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "StoreFixture.h"

#include "domain/Clock.h"
#include "store/Migrator.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>

#include <atomic>

namespace conversure::test {

namespace {

constexpr char templateName[] = "conversure_template";
const QString doorPassword = QStringLiteral("door-secret-for-tests");
const QString relayPassword = QStringLiteral("relay-secret-for-tests");

bool durable = false;

struct Server {
    QTemporaryDir folder{QStringLiteral("/tmp/cvtest-XXXXXX")};
    std::unique_ptr<store::PrivateCluster> cluster;

    Server()
    {
        store::PrivateCluster::Settings settings;
        settings.folder = folder.path() + QStringLiteral("/pg");
        settings.durable = durable;
        // It has transactions of its own, which hold the feed's horizon back, and counts tables while they are small.
        settings.options << QStringLiteral("autovacuum=off");
        QFile::setPermissions(folder.path(), QFile::permissions(folder.path()) | QFile::ExeOther | QFile::ReadOther);
        cluster = MUST(store::PrivateCluster::start(settings));
        MUST(cluster->ensureDatabase(QString::fromLatin1(templateName)));
        store::Connection connection =
            MUST(store::Connection::open(cluster->adminUrl(QString::fromLatin1(templateName)), QStringLiteral("test")));
        store::Migrator migrator(connection, sql());
        MUST(migrator.migrate({doorPassword, relayPassword}));
        // Many sign-ins, and none of them about how long stretching and hashing take: the weakest parameters a client
        // accepts and bcrypt's least cost. What people get is for MigrationTest to say.
        MUST(connection.script("update conversure.installation set kdf_ops = 2, kdf_mem_kib = 65536, "
                               "dummy_hash = conversure_ext.crypt('x', conversure_ext.gen_salt('bf', 4));"
                               "create or replace function conversure.new_salt() returns text language sql volatile "
                               "set search_path = pg_catalog, pg_temp return conversure_ext.gen_salt('bf', 4)"));
    }
};

std::unique_ptr<Server> &server()
{
    static std::unique_ptr<Server> instance;
    if (!instance) {
        instance = std::make_unique<Server>();
        // Before the application object goes, so that the server's process object still has its event dispatcher.
        qAddPostRoutine([] { server().reset(); });
    }
    return instance;
}

} // namespace

void useDurableCluster()
{
    durable = true;
}

store::PrivateCluster &cluster()
{
    return *server()->cluster;
}

const store::SqlLibrary &sql()
{
    static const store::SqlLibrary library = MUST(store::SqlLibrary::load());
    return library;
}

QUuid newId()
{
    static const SystemClock clock;
    static IdSource ids(clock);
    return ids.next();
}

Database::Database()
{
    static std::atomic<int> counter = 0;
    m_name = QStringLiteral("t%1").arg(++counter);
    store::PrivateCluster &pg = cluster();
    store::Connection connection =
        MUST(store::Connection::open(pg.adminUrl(QStringLiteral("postgres")), QStringLiteral("test")));
    MUST(connection.script("create database " + connection.identifier(m_name) + " template " + templateName));
    store::Connection own = admin();
    store::Migrator migrator(own, sql()); // rights on the database itself are not copied from the template
    MUST(migrator.migrate({}));
}

QString Database::adminUrl() const
{
    return cluster().adminUrl(m_name);
}

QString Database::doorUrl() const
{
    return store::Connection::urlWithUser(adminUrl(), QStringLiteral("conversure_door"), doorPassword);
}

QString Database::relayUrl() const
{
    return store::Connection::urlWithUser(adminUrl(), QStringLiteral("conversure_relay"), relayPassword);
}

store::Connection Database::admin() const
{
    return MUST(store::Connection::open(adminUrl(), QStringLiteral("test")));
}

store::Connection Database::door() const
{
    return MUST(store::Connection::open(doorUrl(), QStringLiteral("test")));
}

store::Connection Database::relay() const
{
    return MUST(store::Connection::open(relayUrl(), QStringLiteral("test")));
}

void Database::moveClock(const QString &interval) const
{
    store::Connection connection = admin();
    MUST(connection.run(
        "update conversure.installation set testing = true, clock_offset = $1::interval", {store::param(interval)}));
}

Company::Company(const Database &database, const QString &name)
    : id(newId())
    , m_database(database)
    , m_relay(std::make_shared<store::Connection>(database.relay()))
{
    const QUuid relayId = newId();
    MUST(m_relay->call(QLatin1StringView("relay.register_relay"),
        {store::param(relayId), store::param(QStringLiteral("test")), store::bytes(QByteArray(32, 'b')),
            store::bytes(QByteArray(32, 's'))}));
    MUST(m_relay->call(QLatin1StringView("relay.create_company"),
        {store::param(id.value), store::param(name), store::param(QStringLiteral("Asia/Dubai")), store::param(relayId),
            store::bytes("sealed")}));
    providerNumberId = QStringLiteral("pn-") + newId().toString(QUuid::WithoutBraces);
    number = addNumber(providerNumberId, 100'000);
}

Company::Person Company::addPerson(const QString &role)
{
    Person person{UserId(newId()), {}, QString(43, u'p')};
    person.email = person.id.text() + QStringLiteral("@example.com");
    MUST(m_relay->call(QLatin1StringView("relay.create_user"),
        {store::param(id.value), store::param(person.id.value), store::param(person.email),
            store::param(QStringLiteral("Agent")), store::param(role), store::param(person.proof),
            store::bytes(QByteArray(32, 'b')), store::bytes(QByteArray(32, 's')), store::bytes("wrapped"),
            store::param(qint64(1)), store::bytes("sealed")}));
    return person;
}

NumberId Company::addNumber(const QString &atProvider, int dailyLimit)
{
    const NumberId added(newId());
    MUST(m_relay->call(QLatin1StringView("relay.add_number"),
        {store::param(id.value), store::param(added.value), store::param(QStringLiteral("+971500000000")),
            store::param(QStringLiteral("Sales")), store::param(QStringLiteral("meta")), store::param(atProvider),
            store::param(QStringLiteral("waba")),
            store::json(QJsonObject{{QStringLiteral("phone_number_id"), atProvider}}), store::json(QJsonArray())}));
    if (dailyLimit >= 0) {
        store::Connection admin = m_database.admin();
        MUST(admin.run("update conversure.whatsapp_numbers set daily_limit = $2::integer where number_id = $1::uuid",
            {store::param(added.value), store::param(qint64(dailyLimit))}));
    }
    return added;
}

void Company::setDailyLimit(int limit) const
{
    store::Connection admin = m_database.admin();
    MUST(admin.run("update conversure.whatsapp_numbers set daily_limit = $2::integer where number_id = $1::uuid",
        {store::param(number.value), store::param(qint64(limit))}));
}

Company::Device Company::signIn(const Person &person) const
{
    store::Connection door = m_database.door();
    const QJsonObject begun = MUST(
        door.call(QLatin1StringView("api.sign_in_begin"), {store::param(person.email), store::param(person.proof)}))
                                  .object(0, 0);
    const QString secret = newId().toString(QUuid::WithoutBraces);
    const QString verifier = MUST(door.scramVerifier(QStringLiteral("any"), secret));
    const QJsonObject finished = MUST(door.call(QLatin1StringView("api.sign_in_finish"),
                                          {store::param(begun[QStringLiteral("ticket")].toString()),
                                              store::param(QStringLiteral("test")), store::param(verifier)}))
                                     .object(0, 0);
    const QString role = finished[QStringLiteral("role")].toString();
    return {store::Connection::urlWithUser(m_database.adminUrl(), role, secret),
        finished[QStringLiteral("token")].toString(), role};
}

store::Connection Company::connect(const Device &device) const
{
    return MUST(store::Connection::open(device.url, QStringLiteral("test client")));
}

void Company::receive(
    const QString &phone, const QString &providerMessageId, const QString &text, const QString &name) const
{
    const QJsonObject event{{QStringLiteral("type"), QStringLiteral("message")},
        {QStringLiteral("company_id"), id.text()}, {QStringLiteral("number_id"), number.text()},
        {QStringLiteral("provider_message_id"), providerMessageId},
        {QStringLiteral("identities"),
            QJsonArray{QJsonObject{{QStringLiteral("kind"), QStringLiteral("phone")},
                {QStringLiteral("scope"), QString()}, {QStringLiteral("value"), phone}}}},
        {QStringLiteral("profile_name"), name}, {QStringLiteral("content_type"), QStringLiteral("TEXT")},
        {QStringLiteral("text"), text}, {QStringLiteral("timestamp"), QDateTime::currentSecsSinceEpoch()}};
    MUST(m_relay->call(QLatin1StringView("relay.apply"), {store::json(QJsonArray{event})}));
}

void Company::status(const QString &providerMessageId, const QString &attempt, const QString &word) const
{
    const QJsonObject event{{QStringLiteral("type"), QStringLiteral("status")},
        {QStringLiteral("company_id"), id.text()}, {QStringLiteral("number_id"), number.text()},
        {QStringLiteral("provider_message_id"), providerMessageId},
        {QStringLiteral("attempt_id"), attempt.isEmpty() ? QJsonValue() : QJsonValue(attempt)},
        {QStringLiteral("status"), word}, {QStringLiteral("timestamp"), QDateTime::currentSecsSinceEpoch()}};
    MUST(m_relay->call(QLatin1StringView("relay.apply"), {store::json(QJsonArray{event})}));
}

ConversationId Company::conversationOf(const QString &phone) const
{
    store::Connection admin = m_database.admin();
    const auto rows = MUST(admin.run(
        "select c.conversation_id from conversure.conversations c "
        "join conversure.lead_identities i using (company_id, lead_id) where i.company_id = $1::uuid and i.value = $2",
        {store::param(id.value), store::param(phone)}));
    return rows.isEmpty() ? ConversationId() : ConversationId(rows.uuid(0, 0));
}

} // namespace conversure::test
