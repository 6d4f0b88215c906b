// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "VaultHouse.h"

#include "vault/PasswordKeys.h"

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// Ways back into a vault, on a real store.
class RecoveryTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<VaultHouse> m_house;
    Connection m_admin;

private Q_SLOTS:
    void initTestCase()
    {
        m_house = std::make_unique<VaultHouse>();
        m_admin = m_house->admin();
    }

    void theRecoveryCodeLetsAnAdminBackIn()
    {
        VaultHouse::Firm firm = m_house->firm();
        firm.admin.pins = MUST(vault::rotateVault(firm.admin.desk())).pins; // the code outlives a new data key
        // The only admin lost the password; the store's operator gives a new one, and can give no more than that.
        const vault::KeyPair keys = vault::KeyPair::generate();
        Connection door = m_house->database().door();
        const auto stretch =
            MUST(vault::StretchParams::fromJson(MUST(door.call(QLatin1StringView("api.sign_in_params"))).object(0, 0)));
        const auto password =
            MUST(vault::stretchPassword(QStringLiteral("another password"), firm.admin.email, stretch));
        Connection relay = m_house->database().relay();
        MUST(relay.call(QLatin1StringView("relay.reset_user"),
            {param(firm.admin.company.value), param(firm.admin.user.value), param(password.proof),
                bytes(keys.boxPublic), bytes(keys.signPublic), bytes(vault::wrapKeys(keys, password.wrap))}));
        Member again = m_house->signIn(firm.admin.email, QStringLiteral("another password"), firm.admin.pins);
        QCOMPARE(again.sees(), QStringLiteral("waiting"));
        QCOMPARE(
            outcome(vault::recover(again.desk(), vault::RecoveryCode::generate())), QStringLiteral("recovery:code"));
        QCOMPARE(again.sees(), QStringLiteral("waiting"));
        const auto code = vault::RecoveryCode::parse(firm.recoveryCode.toLower());
        QVERIFY(code);
        const auto recovered = vault::recover(again.desk(), *code);
        QVERIFY2(recovered, qPrintable(outcome(recovered)));
        QCOMPARE(again.sees(), QStringLiteral("access_token=EAAG"));
        // With full rights: signing, rotating, a new code.
        QCOMPARE(m_house->colleague(again).sees(), QStringLiteral("access_token=EAAG"));
        const auto renewed = MUST(vault::renewRecoveryCode(again.desk()));
        QCOMPARE(outcome(vault::recover(again.desk(), *code)), QStringLiteral("recovery:code"));
        QVERIFY(vault::recover(again.desk(), *vault::RecoveryCode::parse(renewed.text)));
        again.pins = MUST(vault::rotateVault(again.desk())).pins;
        QCOMPARE(firm.agent.sees(), QStringLiteral("access_token=EAAG"));
        // Not for agents, and not against the store's word for who an admin is.
        QCOMPARE(outcome(vault::recover(firm.agent.desk(), *vault::RecoveryCode::parse(renewed.text))),
            QStringLiteral("CV002"));
        QCOMPARE(MUST(m_admin.run("select string_agg(action, ' ' order by at) from conversure.audit_log where "
                                  "company_id = $1::uuid and action ~ 'recover'",
                          {param(firm.admin.company.value)}))
                     .text(0, 0),
            QStringLiteral("vault.recovered recovery.renewed vault.recovered"));
    }

    void aRestoredBackupIsConfirmedByAnAdmin()
    {
        VaultHouse::Firm firm = m_house->firm();
        const auto rows = [&](const char *table) {
            return MUST(m_admin.run(QByteArray("select jsonb_agg(t) from conversure.") + table
                                + " t where company_id = $1::uuid",
                            {param(firm.admin.company.value)}))
                .raw(0, 0);
        };
        const QByteArray secrets = rows("vault_secrets");
        const QByteArray manifest = rows("vault_manifests");
        firm.admin.pins = VaultHouse::put(firm.admin, firm.number, QStringLiteral("renewed"));
        firm.admin.pins = VaultHouse::put(firm.admin, firm.number, QStringLiteral("renewed again"));
        firm.agent.pins = firm.agent.open()->pins;
        firm.admin.pins.manifestVersion -= 1; // a computer that was off for the last change
        for (const auto &[table, backup] :
            {std::pair("vault_secrets", secrets), std::pair("vault_manifests", manifest)}) {
            const QByteArray name = QByteArray("conversure.") + table;
            MUST(
                m_admin.run("delete from " + name + " where company_id = $1::uuid", {param(firm.admin.company.value)}));
            MUST(m_admin.run(
                "insert into " + name + " select * from jsonb_populate_recordset(null::" + name + ", $1::jsonb)",
                {backup}));
        }
        for (const Member *member : {&firm.admin, &firm.agent})
            QCOMPARE(member->sees(), QStringLiteral("vault:rollback"));
        QCOMPARE(outcome(vault::putSecrets(
                     firm.admin.desk(), firm.number, {{QStringLiteral("k"), QStringLiteral("v")}}, newId)),
            QStringLiteral("vault:rollback"));
        QCOMPARE(outcome(vault::confirmRestored(firm.agent.desk())), QStringLiteral("vault:manifest"));
        firm.admin.pins = MUST(vault::confirmRestored(firm.admin.desk()));
        QCOMPARE(firm.admin.sees(), QStringLiteral("access_token=EAAG"));
        QCOMPARE(firm.agent.sees(), QStringLiteral("access_token=EAAG"));
        firm.admin.pins = VaultHouse::put(firm.admin, firm.number, QStringLiteral("and on"));
        QCOMPARE(firm.agent.sees(), QStringLiteral("access_token=and on"));
        // A changed root is no backup.
        firm.admin.pins.rootKey = QByteArray(32, 'r');
        QCOMPARE(outcome(vault::confirmRestored(firm.admin.desk())), QStringLiteral("vault:pin"));
    }

    void aCompanyWithoutACodeSaysSo()
    {
        VaultHouse::Firm firm = m_house->firm();
        MUST(m_admin.run(
            "delete from conversure.recovery_keys where company_id = $1::uuid", {param(firm.admin.company.value)}));
        QCOMPARE(outcome(vault::recover(firm.admin.desk(), *vault::RecoveryCode::parse(firm.recoveryCode))),
            QStringLiteral("recovery:none"));
    }

    void anEmptiedVaultBeginsAnewUnderTheSameRoot()
    {
        VaultHouse::Firm firm = m_house->firm();
        const auto emptied = MUST(vault::emptyVault(firm.admin.desk()));
        QCOMPARE(emptied.secrets, 1);
        QVERIFY(!emptied.newRoot);
        firm.admin.pins = emptied.pins;
        QCOMPARE(firm.admin.sees(), QString());
        QCOMPARE(firm.agent.sees(), QString());
        firm.admin.pins = VaultHouse::put(firm.admin, firm.number, QStringLiteral("entered again"));
        QCOMPARE(firm.agent.sees(), QStringLiteral("access_token=entered again"));
        QCOMPARE(
            MUST(m_admin.run(
                     "select detail from conversure.audit_log where company_id = $1::uuid and action = 'vault.emptied'",
                     {param(firm.admin.company.value)}))
                .object(0, 0)[QStringLiteral("new_root")]
                .toBool(true),
            false);
    }

    void anEmptiedVaultOfStrangersHasAnotherRoot()
    {
        VaultHouse::Firm firm = m_house->firm();
        firm.agent.pins = firm.agent.open()->pins;
        const vault::KeyPair keys = vault::KeyPair::generate();
        Member lost = m_house->signIn(firm.admin.email, firm.admin.password, firm.admin.pins);
        // Keys that nobody signed, and nobody left who could.
        MUST(m_admin.run("update conversure.user_keys set box_public = $2, sign_public = $3 where user_id = $1::uuid",
            {param(lost.user.value), bytes(keys.boxPublic), bytes(keys.signPublic)}));
        lost.keys = std::make_unique<vault::KeyPair>(
            vault::KeyPair{keys.boxPublic, keys.signPublic, keys.boxPrivate.copy(), keys.signPrivate.copy()});
        QVERIFY(lost.sees() != QStringLiteral("access_token=EAAG"));
        const auto emptied = MUST(vault::emptyVault(lost.desk()));
        QVERIFY(emptied.newRoot);
        QVERIFY(vault::RecoveryCode::parse(emptied.recoveryCode));
        lost.pins = emptied.pins;
        QCOMPARE(lost.sees(), QString());
        lost.pins = VaultHouse::put(lost, firm.number, QStringLiteral("entered again"));
        QCOMPARE(lost.sees(), QStringLiteral("access_token=entered again"));
        // Everybody else stops until somebody has looked at the new key, and then waits to be signed.
        QCOMPARE(firm.agent.sees(), QStringLiteral("vault:pin"));
        firm.agent.pins = {};
        QCOMPARE(firm.agent.sees(), QStringLiteral("waiting"));
        Member again =
            m_house->accept(MUST(vault::inviteReset(lost.desk(), firm.agent.user, newId())), firm.agent.email);
        QCOMPARE(again.sees(), QStringLiteral("access_token=entered again"));
    }
};

CONVERSURE_TEST(RecoveryTest)
#include "RecoveryTest.moc"
