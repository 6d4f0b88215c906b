// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Ask.h"
#include "SignInCalls.h"
#include "StoreFixture.h"
#include "TestMain.h"

#include "store/Migrator.h"

#include <QRandomGenerator>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// What is counted of the address that a password is tried from.
class OriginTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Database> m_database;
    Connection m_admin;

    static QJsonObject beginAt(
        Connection &admin, const QString &email, const QString &proof, const QString &address, const Param &secret = {})
    {
        return MUST(admin.run("select conversure.begin_sign_in($1, $2, $3, nullif($4, '')::inet)",
                        {param(email), param(proof), secret, param(address)}))
            .object(0, 0);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_admin = m_database->admin();
    }

    void anAddressIsCountedWhereItMeansSomething_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addColumn<QString>("origin");
        QTest::newRow("none: a Unix socket") << QString() << QString();
        QTest::newRow("IPv4") << QStringLiteral("203.0.113.7") << QStringLiteral("203.0.113.7");
        QTest::newRow("IPv6: its network")
            << QStringLiteral("2001:db8:1:2:3:4:5:6") << QStringLiteral("2001:db8:1:2::");
        QTest::newRow("IPv6: the same network")
            << QStringLiteral("2001:db8:1:2:ffff::9") << QStringLiteral("2001:db8:1:2::");
        QTest::newRow("a pooler") << QStringLiteral("10.1.2.3") << QString();
        QTest::newRow("a pooler's network") << QStringLiteral("10.9.0.77") << QString();
        QTest::newRow("an IPv6 pooler") << QStringLiteral("fd00::1") << QString();
        QTest::newRow("beside it") << QStringLiteral("10.1.2.4") << QStringLiteral("10.1.2.4");
    }

    void anAddressIsCountedWhereItMeansSomething()
    {
        QFETCH(QString, address);
        QFETCH(QString, origin);
        MUST(m_admin.run("update conversure.installation set pooler_addresses = '{10.1.2.3,10.9.0.0/16,fd00::1}'"));
        QCOMPARE(text(m_admin, "select conversure.origin_of(nullif($1, '')::inet)", {param(address)}), origin);
    }

    void anAddressHasAHundredTriesInAQuarterOfAnHour()
    {
        Database database;
        Company company(database);
        const auto person = company.addPerson();
        Connection admin = database.admin();
        Connection door = database.door();
        const QString here = QStringLiteral("203.0.113.7");
        int names = 0;
        const auto guess = [&](const QString &address) {
            return outcome(beginAt(admin, QStringLiteral("n%1@example.com").arg(++names), wrongProof, address));
        };
        QCOMPARE(guess(here), QStringLiteral("ticket"));
        QCOMPARE(guess(here), QStringLiteral("ticket"));
        QCOMPARE(number(admin, "select tries from conversure.sign_in_buckets where kind = 'origin' and key = $1",
                     {param(here)}),
            2);
        MUST(admin.run("update conversure.sign_in_buckets set tries = 99 where kind = 'origin'"));
        QCOMPARE(guess(here), QStringLiteral("ticket"));
        QCOMPARE(guess(here), QStringLiteral("limit"));
        QCOMPARE(outcome(beginAt(admin, person.email, person.proof, here)), QStringLiteral("limit"));
        QCOMPARE(guess(QStringLiteral("203.0.113.8")), QStringLiteral("ticket"));
        QCOMPARE(guess({}), QStringLiteral("ticket"));
        // A refusal is no try: nothing was counted for its e-mail.
        QCOMPARE(rowsAbout(admin, person.email), QStringLiteral("0 0"));
        // Known computers are counted apart.
        const QString desk = newSecret();
        makeKnown(door, person, desk);
        QCOMPARE(outcome(beginAt(admin, person.email, person.proof, here, param(desk))), QStringLiteral("ticket"));

        database.moveClock(QStringLiteral("15 minutes"));
        QCOMPARE(guess(here), QStringLiteral("ticket"));
        // A right password gives its try back.
        MUST(admin.run(
            "update conversure.sign_in_buckets set tries = 99 where kind = 'origin' and key = $1", {param(here)}));
        const QJsonObject right = beginAt(admin, person.email, person.proof, here);
        QCOMPARE(guess(here), QStringLiteral("limit"));
        QCOMPARE(verdict(finish(door, right)), QStringLiteral("accepted"));
        QCOMPARE(guess(here), QStringLiteral("ticket"));
        QCOMPARE(guess(here), QStringLiteral("limit"));
    }

    void theAddressIsThatOfTheConnection()
    {
        // A server of its own that listens on loopback, under an address that nobody else has.
        QTemporaryDir folder(QStringLiteral("/tmp/cvtest-XXXXXX"));
        QFile::setPermissions(folder.path(), QFile::permissions(folder.path()) | QFile::ExeOther | QFile::ReadOther);
        const QString listen = QStringLiteral("127.%1.%2.%3")
                                   .arg(QRandomGenerator::global()->bounded(1, 255))
                                   .arg(QRandomGenerator::global()->bounded(1, 255))
                                   .arg(QRandomGenerator::global()->bounded(1, 255));
        PrivateCluster::Settings settings;
        settings.folder = folder.path() + QStringLiteral("/pg");
        settings.durable = false;
        settings.options = QStringList{QStringLiteral("listen_addresses=") + listen};
        const auto server = MUST(PrivateCluster::start(settings));
        MUST(server->ensureDatabase(QStringLiteral("conversure")));
        Connection admin =
            MUST(Connection::open(server->adminUrl(QStringLiteral("conversure")), QStringLiteral("test")));
        Migrator migrator(admin, sql());
        MUST(migrator.migrate({QStringLiteral("door"), QStringLiteral("relay")}));

        Connection door = MUST(Connection::open(
            QStringLiteral("postgresql://conversure_door:door@%1:5432/conversure?application_name=10.0.0.1")
                .arg(listen),
            QStringLiteral("test")));
        QCOMPARE(outcome(begin(door, QStringLiteral("n@example.com"), wrongProof)), QStringLiteral("ticket"));
        QCOMPARE(text(admin, "select key || ' ' || tries from conversure.sign_in_buckets where kind = 'origin'"),
            QStringLiteral("127.0.0.1 1"));
        MUST(admin.run("update conversure.installation set pooler_addresses = '{127.0.0.0/8}'"));
        QCOMPARE(outcome(begin(door, QStringLiteral("m@example.com"), wrongProof)), QStringLiteral("ticket"));
        QCOMPARE(number(admin, "select tries from conversure.sign_in_buckets where kind = 'origin'"), 1);
    }
};

CONVERSURE_TEST(OriginTest)
#include "OriginTest.moc"
