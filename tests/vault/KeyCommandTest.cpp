// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Agency.h"
#include "TestMain.h"
#include "VaultHouse.h"

#include "vault/Signing.h"

#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// The relay's commands about keys, as a program.
class KeyCommandTest : public QObject
{
    Q_OBJECT

private:
    VaultHouse m_house;
    QTemporaryDir m_folder;
    std::unique_ptr<RelayProgram> m_relay;
    std::unique_ptr<Agency> m_agency;
    Connection m_admin;

    std::unique_ptr<RelayProgram> relayIn(const char *name) const
    {
        return std::make_unique<RelayProgram>(
            m_house.database().adminUrl(), m_folder.filePath(QString::fromLatin1(name)));
    }
    /// "exit code" of a command's failure, or "0".
    static QString verdict(const QJsonObject &answer)
    {
        return QStringLiteral("%1 %2")
            .arg(answer[QStringLiteral("exit")].toInt())
            .arg(answer[QStringLiteral("error")][QStringLiteral("code")].toString())
            .trimmed();
    }
    static QStringList words(const char *command) { return QString::fromLatin1(command).split(u' '); }
    QString company() const { return m_agency->company.toString(QUuid::WithoutBraces); }
    QJsonObject createUser(const RelayProgram &relay, const QString &email, const char *role = "AGENT") const
    {
        return relay.command(words("create-user --name Somebody --password-stdin --role")
                << QString::fromLatin1(role) << QStringLiteral("--company") << company() << QStringLiteral("--email")
                << email,
            "a password of somebody\n");
    }
    QJsonObject authorize(const RelayProgram &relay, const QStringList &more) const
    {
        return relay.command(words("key authorize --company") << company() << more);
    }
    QString seenBy(const QString &email, const QString &password) { return m_house.signIn(email, password).sees(); }

private Q_SLOTS:
    void initTestCase()
    {
        m_relay = relayIn("relay");
        m_agency = std::make_unique<Agency>(*m_relay, QStringLiteral("Key Homes"));
        m_admin = m_house.admin();
    }

    void aKeyIsMadeOnceAndShown()
    {
        const auto fresh = relayIn("fresh");
        QCOMPARE(verdict(fresh->command(words("key show"))), QStringLiteral("4 key:none"));
        const QJsonObject made = fresh->command(words("key init"));
        QCOMPARE(verdict(made), QStringLiteral("0"));
        QVERIFY(QRegularExpression(QStringLiteral("^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$"))
                    .match(made[QStringLiteral("fingerprint")].toString())
                    .hasMatch());
        QVERIFY(!QUuid::fromString(made[QStringLiteral("relay_id")].toString()).isNull());
        QFile file(made[QStringLiteral("key_file")].toString());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QCOMPARE(verdict(fresh->command(words("key init"))), QStringLiteral("4 key:exists"));
        QVERIFY(file.seek(0) && file.readAll() == text);
        QCOMPARE(fresh->command(words("key show")), made);
        for (const QString &part : QString::fromLatin1(text.trimmed()).split(u' ').mid(2))
            QVERIFY(!QJsonDocument(made).toJson().contains(part.toLatin1()));
        QCOMPARE(verdict(fresh->command(words("key"))), QStringLiteral("2"));
        QCOMPARE(verdict(fresh->command(words("key lose"))), QStringLiteral("2"));
    }

    void theDoctorMakesNoKey()
    {
        const auto fresh = relayIn("doctor");
        const QJsonObject answer = fresh->command(words("doctor"));
        QCOMPARE(answer[QStringLiteral("healthy")].toBool(true), false);
        QVERIFY(!QFile::exists(m_folder.filePath(QStringLiteral("doctor/relay.key"))));
        QCOMPARE(answer[QStringLiteral("registration")].toString(), QStringLiteral("open"));
        QCOMPARE(m_relay->command(words("doctor"))[QStringLiteral("healthy")].toBool(), true);
        // Nor do commands for which a new key would be of no use.
        QCOMPARE(verdict(createUser(*fresh, VaultHouse::nextEmail())), QStringLiteral("4 key:none"));
        QVERIFY(!QFile::exists(m_folder.filePath(QStringLiteral("doctor/relay.key"))));
    }

    void whoIsMadeByTheRelayOpensTheVault()
    {
        const QString sees = seenBy(m_agency->email, m_agency->password);
        QVERIFY2(sees.contains(QStringLiteral("access_token=") + m_agency->accessToken), qPrintable(sees));
        QVERIFY(sees.contains(QStringLiteral("app_secret=") + m_agency->appSecret));
        Member member = m_house.signIn(m_agency->email, m_agency->password);
        const QString email = VaultHouse::nextEmail();
        QCOMPARE(verdict(createUser(*m_relay, email, "COMPANY_ADMIN")), QStringLiteral("0"));
        Member admin = m_house.signIn(email, QStringLiteral("a password of somebody"));
        QCOMPARE(admin.sees(), sees);
        // An admin whom the relay signed works like one whom a founder signed.
        admin.pins = admin.open()->pins;
        QCOMPARE(m_house.colleague(admin).sees(), sees);
    }

    void aCompanyTellsItsFingerprintAndItsCodeOnlyWhenAsked()
    {
        const QJsonObject plain = m_relay->command(words("create-company --name Plain"));
        QVERIFY(!plain.contains(QStringLiteral("recovery_code")));
        const QByteArray root =
            MUST(m_admin.run("select root_key from conversure.companies where company_id = $1::uuid",
                     {param(plain[QStringLiteral("company_id")].toString())}))
                .bytes(0, 0);
        QCOMPARE(plain[QStringLiteral("fingerprint")].toString(), vault::fingerprintOf(root));
        const QJsonObject coded = m_relay->command(words("create-company --name Coded --recovery-code"));
        const auto code = vault::RecoveryCode::parse(coded[QStringLiteral("recovery_code")].toString());
        QVERIFY(code);
        QCOMPARE(MUST(m_admin.run("select recovery_id from conversure.recovery_keys where company_id = $1::uuid",
                          {param(coded[QStringLiteral("company_id")].toString())}))
                     .uuid(0, 0),
            vault::recoveryHolder(code->keys()).id);
    }

    void aSecondRelayIsGivenTheDataKey()
    {
        const auto second = relayIn("second");
        const QJsonObject key = second->command(words("key init"));
        const QString id = key[QStringLiteral("relay_id")].toString();
        const QString print = key[QStringLiteral("fingerprint")].toString();
        const QStringList relay{QStringLiteral("--relay"), id};
        QCOMPARE(verdict(authorize(*m_relay, relay)), QStringLiteral("4 CV003")); // has not shown itself yet
        QVERIFY(second->start());
        const QUrl handshake = second->http(QStringLiteral("/api/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=42&"
                                                           "hub.verify_token=")
            + m_agency->verifyToken);
        QNetworkAccessManager network;
        QVERIFY(get(network, handshake).first != 200);
        QCOMPARE(verdict(createUser(*second, VaultHouse::nextEmail())), QStringLiteral("4 key:stranger"));

        QCOMPARE(verdict(authorize(
                     *m_relay, relay + QStringList{QStringLiteral("--fingerprint"), vault::fingerprintOf("x")})),
            QStringLiteral("4 key:fingerprint"));
        const QJsonObject given = authorize(*m_relay, relay + QStringList{QStringLiteral("--fingerprint"), print});
        QCOMPARE(verdict(given), QStringLiteral("0"));
        QCOMPARE(given[QStringLiteral("relay_id")].toString(), id);
        QCOMPARE(given[QStringLiteral("fingerprint")].toString(), print);
        // The running relay hears of it and opens the company's numbers.
        QTRY_COMPARE_WITH_TIMEOUT(get(network, handshake).first, 200, 10'000);
        QCOMPARE(verdict(createUser(*second, VaultHouse::nextEmail())), QStringLiteral("4 chain:authority"));
        QCOMPARE(verdict(authorize(*second, {QStringLiteral("--user"), m_agency->email})),
            QStringLiteral("4 chain:authority"));
        QCOMPARE(verdict(authorize(*second, relay)), QStringLiteral("4 chain:root")); // nor by themselves

        QCOMPARE(verdict(authorize(*m_relay, relay + QStringList{QStringLiteral("--authority")})), QStringLiteral("0"));
        const QString email = VaultHouse::nextEmail();
        QCOMPARE(verdict(createUser(*second, email)), QStringLiteral("0"));
        QVERIFY(seenBy(email, QStringLiteral("a password of somebody")).contains(m_agency->accessToken));
        QCOMPARE(second->terminate(), 0);
    }

    void aMemberWhoseKeysAreNewIsAuthorized()
    {
        const QString email = VaultHouse::nextEmail();
        createUser(*m_relay, email);
        MUST(m_admin.run("delete from conversure.key_signatures k using conversure.users u where u.user_id = "
                         "k.subject_id and u.email = $1",
            {param(email)}));
        MUST(m_admin.run("delete from conversure.vault_keys k using conversure.users u where u.user_id = "
                         "k.recipient_id and u.email = $1",
            {param(email)}));
        QCOMPARE(seenBy(email, QStringLiteral("a password of somebody")), QStringLiteral("waiting"));
        const QJsonObject given = authorize(*m_relay, {QStringLiteral("--user"), email.toUpper()});
        QCOMPARE(verdict(given), QStringLiteral("0"));
        QCOMPARE(given[QStringLiteral("authority")].toBool(true), false);
        QVERIFY(seenBy(email, QStringLiteral("a password of somebody")).contains(m_agency->accessToken));
        QCOMPARE(verdict(authorize(*m_relay, {QStringLiteral("--user"), QStringLiteral("nobody@example.com")})),
            QStringLiteral("4 CV003"));
        QCOMPARE(verdict(authorize(*m_relay, {})), QStringLiteral("2 usage"));
        QCOMPARE(verdict(authorize(*m_relay, {QStringLiteral("--user"), email, QStringLiteral("--relay"), email})),
            QStringLiteral("2 usage"));
    }

    void aForgottenPasswordIsReplaced()
    {
        const QString email = VaultHouse::nextEmail();
        createUser(*m_relay, email, "COMPANY_ADMIN");
        Member before = m_house.signIn(email, QStringLiteral("a password of somebody"));
        const auto reset = [&](const RelayProgram &relay) {
            return relay.command(
                words("reset-password --password-stdin --company") << company() << QStringLiteral("--email") << email,
                "a new password\nnot this");
        };
        const QJsonObject done = reset(*m_relay);
        QCOMPARE(verdict(done), QStringLiteral("0"));
        QCOMPARE(done[QStringLiteral("opens_vault")].toBool(), true);
        QCOMPARE(before.sees(), QStringLiteral("CV001"));
        const QString sees = seenBy(email, QStringLiteral("a new password"));
        QVERIFY(sees.contains(m_agency->accessToken));
        Member again = m_house.signIn(email, QStringLiteral("a new password"));
        again.pins = again.open()->pins;
        QVERIFY(vault::rotateVault(again.desk())); // signed with authority, as before

        // A relay that has no part in the vault gives back the account only.
        const auto third = relayIn("third");
        third->command(words("key init"));
        const QJsonObject half = reset(*third);
        QCOMPARE(verdict(half), QStringLiteral("0"));
        QCOMPARE(half[QStringLiteral("opens_vault")].toBool(true), false);
        QCOMPARE(seenBy(email, QStringLiteral("a new password")), QStringLiteral("waiting"));
    }

    void aChangedRootStopsTheRelay()
    {
        const auto keep = MUST(m_admin.run("select root_key from conversure.companies where company_id = $1::uuid",
                                   {param(m_agency->company)}))
                              .bytes(0, 0);
        MUST(m_admin.run(
            "update conversure.companies set root_key = decode(repeat('ab', 32), 'hex') where company_id = $1::uuid",
            {param(m_agency->company)}));
        QCOMPARE(verdict(createUser(*m_relay, VaultHouse::nextEmail())), QStringLiteral("4 vault:pin"));
        // Forgetting is no way round the signatures.
        const QJsonObject forgotten = m_relay->command(words("key forget --company") << company());
        QCOMPARE(forgotten[QStringLiteral("fingerprint")].toString(), vault::fingerprintOf(keep));
        QCOMPARE(verdict(m_relay->command(words("key forget --company") << company())), QStringLiteral("4 CV003"));
        QCOMPARE(verdict(createUser(*m_relay, VaultHouse::nextEmail())), QStringLiteral("4 vault:manifest"));
        MUST(m_admin.run("update conversure.companies set root_key = $2 where company_id = $1::uuid",
            {param(m_agency->company), bytes(keep)}));
        QCOMPARE(verdict(createUser(*m_relay, VaultHouse::nextEmail())), QStringLiteral("0"));
        // A data key that somebody else sealed: no token is ever put under it.
        MUST(m_admin.run("update conversure.vault_keys set signature = decode(repeat('ab', 64), 'hex') where "
                         "company_id = $1::uuid and recipient_kind = 'relay'",
            {param(m_agency->company)}));
        QCOMPARE(verdict(createUser(*m_relay, VaultHouse::nextEmail())), QStringLiteral("4 vault:unsigned"));
    }

    void registrationIsShownAndSet()
    {
        QCOMPARE(
            m_relay->command(words("registration"))[QStringLiteral("registration")].toString(), QStringLiteral("open"));
        QCOMPARE(m_relay->command(words("registration --set closed"))[QStringLiteral("registration")].toString(),
            QStringLiteral("closed"));
        Connection door = m_house.database().door();
        QCOMPARE(outcome(vault::registerCompany(door, VaultHouse::companyOf(VaultHouse::nextEmail()), newId)),
            QStringLiteral("CV002"));
        QCOMPARE(verdict(m_relay->command(words("registration --set sometimes"))), QStringLiteral("4 CV004"));
        QCOMPARE(m_relay->command(words("registration --set open"))[QStringLiteral("registration")].toString(),
            QStringLiteral("open"));
    }
};

CONVERSURE_TEST(KeyCommandTest)
#include "KeyCommandTest.moc"
