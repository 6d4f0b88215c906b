// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "VaultHouse.h"

#include <QJsonArray>

#include <thread>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// A company that is founded from a client, on a real store.
class FoundingTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<VaultHouse> m_house;
    Connection m_admin;

    Result<vault::RegisteredCompany> tryToFound(const vault::NewCompany &company)
    {
        Connection door = m_house->database().door();
        return vault::registerCompany(door, company, newId);
    }
    void setRule(const char *word)
    {
        MUST(m_admin.run("update conversure.installation set registration = $1", {param(QString::fromLatin1(word))}));
    }
    qint64 companies() { return MUST(m_admin.run("select count(*) from conversure.companies")).number(0, 0); }

private Q_SLOTS:
    void initTestCase()
    {
        m_house = std::make_unique<VaultHouse>();
        m_admin = m_house->admin();
    }

    void init() { setRule("open"); }

    void aFounderSignsInAndOpensTheVault()
    {
        QString code;
        Member founder = m_house->found(&code);
        QCOMPARE(founder.sees(), QString());
        const auto opened = founder.open();
        QVERIFY(opened);
        QCOMPARE(opened->pins.rootKey, founder.keys->signPublic);
        QCOMPARE(opened->pins.manifestVersion, 1);
        QVERIFY(vault::RecoveryCode::parse(code));
        const Rows facts =
            MUST(m_admin.run("select u.role, u.name, c.name, c.time_zone, s.visibility from conversure.users u"
                             " join conversure.companies c using (company_id) join "
                             "conversure.company_settings s using (company_id) where u.user_id = $1::uuid",
                {param(founder.user.value)}));
        QCOMPARE(facts.text(0, 0), QStringLiteral("COMPANY_ADMIN"));
        QCOMPARE(facts.text(0, 1), QStringLiteral("Founder"));
        QCOMPARE(facts.text(0, 3), QStringLiteral("Asia/Dubai"));
        QCOMPARE(MUST(m_admin.run("select count(*) from conversure.audit_log where company_id = $1::uuid and action = "
                                  "'company.registered' and actor_id = $2::uuid",
                          {param(founder.company.value), param(founder.user.value)}))
                     .number(0, 0),
            1);
        const NumberId number = m_house->addNumber(founder.company);
        founder.pins = VaultHouse::put(founder, number, QStringLiteral("EAAG"));
        QCOMPARE(founder.pins.manifestVersion, 2);
        QCOMPARE(founder.sees(), QStringLiteral("access_token=EAAG"));
    }

    void whoMayFoundIsASetting()
    {
        setRule("closed");
        QCOMPARE(outcome(tryToFound(VaultHouse::companyOf(VaultHouse::nextEmail()))), QStringLiteral("CV002"));
        setRule("first");
        QVERIFY(companies() > 0);
        QCOMPARE(outcome(tryToFound(VaultHouse::companyOf(VaultHouse::nextEmail()))), QStringLiteral("CV002"));
    }

    void theFirstCompanyClosesTheDoorBehindIt()
    {
        Database fresh;
        Connection admin = fresh.admin();
        QCOMPARE(
            MUST(admin.run("select registration from conversure.installation")).text(0, 0), QStringLiteral("first"));
        std::array<QString, 6> outcomes;
        std::vector<std::thread> threads;
        for (QString &result : outcomes) {
            threads.emplace_back([&fresh, out = &result] {
                Connection door = fresh.door();
                auto made =
                    vault::registerCompany(door, VaultHouse::companyOf(VaultHouse::nextEmail()), QUuid::createUuid);
                while (!made && made.error().code == QStringLiteral("CV007"))
                    made =
                        vault::registerCompany(door, VaultHouse::companyOf(VaultHouse::nextEmail()), QUuid::createUuid);
                *out = outcome(made);
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        std::sort(outcomes.begin(), outcomes.end());
        QCOMPARE(outcomes.front(), QStringLiteral("CV002"));
        QCOMPARE(std::count(outcomes.begin(), outcomes.end(), QStringLiteral("accepted")), 1);
        QCOMPARE(MUST(admin.run("select count(*) from conversure.companies")).number(0, 0), 1);
        QCOMPARE(
            MUST(admin.run("select registration from conversure.installation")).text(0, 0), QStringLiteral("closed"));
    }

    void aTakenEmailIsAnsweredLikeANewOne()
    {
        const Member founder = m_house->found();
        const qint64 before = companies();
        vault::NewCompany second = VaultHouse::companyOf(founder.email.toUpper());
        const auto answered = tryToFound(second);
        QVERIFY2(answered, qPrintable(outcome(answered)));
        QCOMPARE(companies(), before);
        for (const char *table : {"users", "user_keys", "vault_keys", "key_signatures", "audit_log", "vault_manifests"})
            QCOMPARE(MUST(m_admin.run(
                              QByteArray("select count(*) from conversure.") + table + " where company_id = $1::uuid",
                              {param(answered->company.value)}))
                         .number(0, 0),
                0);
        // The account is still who it was.
        QCOMPARE(m_house->signIn(founder.email, founder.password).user, founder.user);
    }

    void whatIsNotWellFormedIsRefused_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("value");
        QTest::newRow("no name") << QStringLiteral("name") << QStringLiteral("  ");
        QTest::newRow("long name") << QStringLiteral("name") << QString(201, u'x');
        QTest::newRow("no such zone") << QStringLiteral("zone") << QStringLiteral("Asia/Nowhere");
        QTest::newRow("no admin's name") << QStringLiteral("admin") << QString();
        QTest::newRow("no e-mail") << QStringLiteral("email") << QStringLiteral("nobody");
        QTest::newRow("long e-mail") << QStringLiteral("email") << QString(250, u'x') + QStringLiteral("@example.com");
    }

    void whatIsNotWellFormedIsRefused()
    {
        QFETCH(QString, field);
        QFETCH(QString, value);
        vault::NewCompany company = VaultHouse::companyOf(VaultHouse::nextEmail());
        (field == QStringLiteral("name")           ? company.name
                : field == QStringLiteral("zone")  ? company.timeZone
                : field == QStringLiteral("admin") ? company.adminName
                                                   : company.email) = value;
        const qint64 before = companies();
        QCOMPARE(outcome(tryToFound(company)), QStringLiteral("CV004"));
        QCOMPARE(companies(), before);
    }

    void aFoundingThatIsRolledBackLeavesNothing()
    {
        const qint64 before = companies();
        const vault::NewCompany wanted = VaultHouse::companyOf(VaultHouse::nextEmail());
        Connection door = m_house->database().door();
        MUST(door.script("begin"));
        QVERIFY(vault::registerCompany(door, wanted, newId));
        MUST(door.script("rollback"));
        QCOMPARE(companies(), before);
    }

    void aStrangerCannotSealInTheirOwnName()
    {
        // Documents that do not fit together: refused, and nothing stays behind.
        const qint64 before = companies();
        Connection door = m_house->database().door();
        const vault::KeyPair keys = vault::KeyPair::generate();
        const QUuid company = newId();
        const QUuid person = newId();
        const QJsonObject whole =
            vault::foundVault(company, {{vault::KeyHolder::Kind::User, person}, keys}, nullptr).document;
        const auto call = [&](const QJsonObject &document) {
            return outcome(door.call(QLatin1StringView("api.register_company"),
                {param(company), param(QStringLiteral("Homes")), param(QStringLiteral("UTC")), param(person),
                    param(QStringLiteral("Somebody")), param(VaultHouse::nextEmail()), param(QString(43, u'p')),
                    bytes(keys.boxPublic), bytes(keys.signPublic), bytes(QByteArray(120, 'w')), json(document)}));
        };
        QJsonObject broken = whole;
        broken.insert(QStringLiteral("root_key"), QStringLiteral("short"));
        QCOMPARE(call(broken), QStringLiteral("CV004"));
        broken = whole;
        broken.insert(QStringLiteral("manifest"), QJsonObject());
        QCOMPARE(call(broken), QStringLiteral("CV004"));
        broken = whole;
        QJsonObject foreign = whole[QStringLiteral("statements")][0].toObject();
        foreign.insert(QStringLiteral("id"), newId().toString(QUuid::WithoutBraces));
        broken.insert(QStringLiteral("statements"), QJsonArray{foreign});
        QCOMPARE(call(broken), QStringLiteral("CV040"));
        QCOMPARE(companies(), before);
        QCOMPARE(call(whole), QStringLiteral("accepted"));
        QCOMPARE(companies(), before + 1);
    }
};

CONVERSURE_TEST(FoundingTest)
#include "FoundingTest.moc"
