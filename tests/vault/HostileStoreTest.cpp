// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "VaultHouse.h"

#include "vault/Founding.h"

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// What somebody who may write to the database, and means harm, gets out of it: nothing.
class HostileStoreTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<VaultHouse> m_house;
    Connection m_admin;

    /// What the store keeps of a company's vault, to be put back later.
    struct Backup {
        QList<std::pair<QByteArray, QByteArray>> tables;
    };
    static constexpr std::array vaultTables{"vault_keys", "vault_secrets", "vault_manifests", "key_signatures"};
    Backup backUp(CompanyId company)
    {
        Backup backup;
        for (const char *table : vaultTables) {
            backup.tables.append({table,
                MUST(m_admin.run(QByteArray("select coalesce(jsonb_agg(t), '[]') from conversure.") + table
                             + " t where company_id = $1::uuid",
                         {param(company.value)}))
                    .raw(0, 0)});
        }
        return backup;
    }
    void putBack(CompanyId company, const Backup &backup, const QByteArrayList &only)
    {
        for (const auto &[table, rows] : backup.tables) {
            if (!only.contains(table))
                continue;
            MUST(m_admin.run(
                "delete from conversure." + table + " where company_id = $1::uuid", {param(company.value)}));
            MUST(m_admin.run("insert into conversure." + table
                    + " select * from jsonb_populate_recordset(null::conversure." + table + ", $1::jsonb)",
                {rows}));
        }
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_house = std::make_unique<VaultHouse>();
        m_admin = m_house->admin();
    }

    void aRotationStopsAtAKeyThatIsNotSigned()
    {
        VaultHouse::Firm firm = m_house->firm();
        // The operator swaps the agent's public key, in the statement as well, to have the new data key sealed to it.
        const vault::KeyPair theirs = vault::KeyPair::generate();
        MUST(m_admin.run("update conversure.user_keys set box_public = $2 where user_id = $1::uuid",
            {param(firm.agent.user.value), bytes(theirs.boxPublic)}));
        MUST(m_admin.run("update conversure.key_signatures set box_public = $2 where subject_id = $1::uuid",
            {param(firm.agent.user.value), bytes(theirs.boxPublic)}));
        const auto refused = vault::rotateVault(firm.admin.desk());
        QCOMPARE(outcome(refused), QStringLiteral("chain:signature"));
        QCOMPARE(refused.error().detail[QStringLiteral("id")].toString(), firm.agent.user.text());
        QCOMPARE(outcome(vault::confirmRole(firm.admin.desk(), firm.agent.user)), QStringLiteral("chain:signature"));
        QCOMPARE(MUST(m_admin.run("select max(key_version) from conversure.vault_keys where company_id = $1::uuid",
                          {param(firm.admin.company.value)}))
                     .number(0, 0),
            1);
    }

    void anOperatorWhoSealsAKeyOfTheirOwnIsFoundOut()
    {
        VaultHouse::Firm firm = m_house->firm();
        const vault::Secret theirs = vault::Secret::random(32);
        const QByteArray sealed = vault::sealDataKey(theirs, firm.admin.keys->boxPublic);
        MUST(m_admin.run("update conversure.vault_keys set sealed = $2 where recipient_id = $1::uuid",
            {param(firm.admin.user.value), bytes(sealed)}));
        QCOMPARE(firm.admin.sees(), QStringLiteral("vault:unsigned"));
        QCOMPARE(outcome(vault::putSecrets(
                     firm.admin.desk(), firm.number, {{QStringLiteral("access_token"), QStringLiteral("new")}}, newId)),
            QStringLiteral("vault:unsigned"));
        MUST(m_admin.run("update conversure.vault_keys set signature = null, sealed_by = null, sealed_by_kind = null "
                         "where recipient_id = $1::uuid",
            {param(firm.admin.user.value)}));
        QCOMPARE(firm.admin.sees(), QStringLiteral("vault:unsigned"));
        QCOMPARE(firm.agent.sees(), QStringLiteral("access_token=EAAG"));
    }

    void whatIsPutBackIsFoundOut()
    {
        VaultHouse::Firm firm = m_house->firm();
        firm.agent.pins = firm.agent.open()->pins;
        const Backup before = backUp(firm.admin.company);
        firm.admin.pins = VaultHouse::put(firm.admin, firm.number, QStringLiteral("renewed"));
        firm.agent.pins = firm.agent.open()->pins;
        const Backup after = backUp(firm.admin.company);
        putBack(firm.admin.company, before, {"vault_secrets"});
        QCOMPARE(firm.agent.sees(), QStringLiteral("vault:manifest"));
        putBack(firm.admin.company, before, {"vault_secrets", "vault_manifests"});
        QCOMPARE(firm.agent.sees(), QStringLiteral("vault:rollback"));
        putBack(firm.admin.company, after, {"vault_secrets", "vault_manifests"});
        QCOMPARE(firm.agent.sees(), QStringLiteral("access_token=renewed"));
        MUST(m_admin.run(
            "delete from conversure.vault_secrets where company_id = $1::uuid", {param(firm.admin.company.value)}));
        QCOMPARE(firm.agent.sees(), QStringLiteral("vault:manifest"));
        putBack(firm.admin.company, after, {"vault_secrets"});
        MUST(m_admin.run(
            "delete from conversure.vault_manifests where company_id = $1::uuid", {param(firm.admin.company.value)}));
        QCOMPARE(firm.agent.sees(), QStringLiteral("vault:manifest"));
        putBack(firm.admin.company, after, {"vault_manifests"});

        // A whole vault of before a rotation.
        const auto rotated = MUST(vault::rotateVault(firm.admin.desk()));
        firm.admin.pins = rotated.pins;
        firm.agent.pins = firm.agent.open()->pins;
        putBack(firm.admin.company, after, {"vault_keys", "vault_secrets", "vault_manifests"});
        QCOMPARE(firm.agent.sees(), QStringLiteral("vault:rollback"));
        QCOMPARE(firm.admin.sees(), QStringLiteral("vault:rollback"));
    }

    void aChangedRootStopsEverybody()
    {
        VaultHouse::Firm firm = m_house->firm();
        firm.agent.pins = firm.agent.open()->pins;
        // The operator founds the company anew under a key of their own, and seals to everybody.
        const Holder theirs(vault::KeyHolder::Kind::Relay);
        const auto founding = vault::foundVault(firm.admin.company.value, theirs.signer(), nullptr);
        const auto vault =
            MUST(vault::openCompanyVault(firm.admin.company.value, theirs.who, theirs.keys, founding.document, {}));
        const auto given =
            MUST(vault::welcome(vault, theirs.keys, {vault::KeyHolder::Kind::User, firm.agent.user.value},
                firm.agent.keys->boxPublic, firm.agent.keys->signPublic, false));
        MUST(m_admin.run(
            "delete from conversure.vault_secrets where company_id = $1::uuid", {param(firm.admin.company.value)}));
        for (const char *table : {"vault_keys", "vault_manifests", "key_signatures"})
            MUST(m_admin.run(QByteArray("delete from conversure.") + table + " where company_id = $1::uuid",
                {param(firm.admin.company.value)}));
        MUST(m_admin.run("insert into conversure.relays values ($1::uuid, 'theirs', $2, $3)",
            {param(theirs.who.id), bytes(theirs.keys.boxPublic), bytes(theirs.keys.signPublic)}));
        MUST(m_admin.run("select conversure.found_vault($1::uuid, $2::jsonb)",
            {param(firm.admin.company.value), json(founding.document)}));
        MUST(m_admin.run(
            "select conversure.put_statement($1::uuid, $2::jsonb), conversure.put_seal($1::uuid, $3::jsonb)",
            {param(firm.admin.company.value), json(given[QStringLiteral("statement")].toObject()),
                json(given[QStringLiteral("seal")].toObject())}));
        const QString remembering = firm.agent.sees();
        QCOMPARE(remembering, QStringLiteral("vault:pin"));
        firm.agent.pins = {};
        QCOMPARE(firm.agent.sees(), QString()); // who remembers nothing believes it: hence the pins
    }

    void nothingOfAnotherCompanyIsTouched()
    {
        VaultHouse::Firm mine = m_house->firm();
        VaultHouse::Firm other = m_house->firm();
        // Everything that an admin may do, with rows of the other company.
        const auto vault = MUST(mine.admin.desk().open());
        const auto given =
            MUST(vault::welcome(vault, *mine.admin.keys, {vault::KeyHolder::Kind::User, other.agent.user.value},
                other.agent.keys->boxPublic, other.agent.keys->signPublic, false));
        QCOMPARE(
            outcome(mine.admin.device->call(QLatin1StringView("api.sign_key"),
                {json(given[QStringLiteral("statement")].toObject()), json(given[QStringLiteral("seal")].toObject())})),
            QStringLiteral("CV003"));
        QCOMPARE(outcome(vault::putSecrets(
                     mine.admin.desk(), other.number, {{QStringLiteral("k"), QStringLiteral("v")}}, newId)),
            QStringLiteral("CV003"));
        const auto made = m_house->invite(other.admin);
        QCOMPARE(outcome(mine.admin.device->call(QLatin1StringView("api.revoke_invitation"), {param(made.invitation)})),
            QStringLiteral("CV003"));
        QCOMPARE(
            MUST(mine.admin.device->run("select count(*) from conversure.key_signatures where company_id <> $1::uuid",
                     {param(mine.admin.company.value)}))
                .number(0, 0),
            0);
        QCOMPARE(MUST(mine.admin.device->run("select count(*) from conversure.vault_manifests")).number(0, 0), 1);
        QCOMPARE(other.agent.sees(), QStringLiteral("access_token=EAAG"));
    }
};

CONVERSURE_TEST(HostileStoreTest)
#include "HostileStoreTest.moc"
