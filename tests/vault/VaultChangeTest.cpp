// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "VaultHouse.h"

#include "vault/SealedKey.h"
#include "vault/Signing.h"

#include <QJsonDocument>

#include <thread>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// New secrets, new data keys and relays, on a real store.
class VaultChangeTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<VaultHouse> m_house;
    Connection m_admin;

    qint64 count(const char *what, CompanyId company)
    {
        return MUST(m_admin.run(QByteArray("select count(*) from conversure.") + what + " and company_id = $1::uuid",
                        {param(company.value)}))
            .number(0, 0);
    }
private Q_SLOTS:
    void initTestCase()
    {
        m_house = std::make_unique<VaultHouse>();
        m_admin = m_house->admin();
    }

    void secretsAreRenewedAndAdded()
    {
        VaultHouse::Firm firm = m_house->firm();
        firm.admin.pins = MUST(vault::putSecrets(firm.admin.desk(), firm.number,
            {{QStringLiteral("access_token"), QStringLiteral("renewed")},
                {QStringLiteral("app_secret"), QStringLiteral("s")}},
            newId));
        QCOMPARE(firm.agent.sees(), QStringLiteral("access_token=renewed app_secret=s"));
        QCOMPARE(MUST(m_admin.run(
                          "select secret_version from conversure.vault_secrets where owner_id = $1::uuid order by kind",
                          {param(firm.number.value)}))
                     .number(0, 0),
            2);
        const NumberId second = m_house->addNumber(firm.admin.company);
        firm.admin.pins = VaultHouse::put(firm.admin, second, QStringLiteral("second"));
        QCOMPARE(firm.agent.sees(), QStringLiteral("access_token=renewed access_token=second app_secret=s"));
        QCOMPARE(outcome(vault::putSecrets(
                     firm.admin.desk(), NumberId(newId()), {{QStringLiteral("k"), QStringLiteral("v")}}, newId)),
            QStringLiteral("CV003"));
        const Rows renew = MUST(firm.admin.device->call(QLatin1StringView("api.tokens_to_renew")));
        const QJsonArray tokens = QJsonDocument::fromJson(renew.raw(0, 0)).array();
        QCOMPARE(tokens.size(), 2);
        QStringList kinds;
        for (const QJsonValue &token : tokens) {
            QCOMPARE(token[QStringLiteral("provider")].toString(), QStringLiteral("meta"));
            for (const QJsonValue &kind : token[QStringLiteral("kinds")].toArray())
                kinds << kind.toString();
        }
        kinds.sort();
        QCOMPARE(kinds.join(u' '), QStringLiteral("access_token access_token app_secret"));
        QCOMPARE(outcome(firm.agent.device->call(QLatin1StringView("api.tokens_to_renew"))), QStringLiteral("CV002"));
    }

    void twoWhoChangeTheVaultAtOnceDoNotLoseAnything()
    {
        VaultHouse::Firm firm = m_house->firm();
        Member second = m_house->colleague(firm.admin, QStringLiteral("COMPANY_ADMIN"));
        const NumberId other = m_house->addNumber(firm.admin.company);
        std::array<std::pair<Member *, NumberId>, 2> work{{{&firm.admin, firm.number}, {&second, other}}};
        std::atomic<int> stale = 0;
        std::vector<std::thread> threads;
        for (const auto &[member, number] : work) {
            threads.emplace_back([member = member, number = number, &stale] {
                for (int i = 0; i < 10; ++i) {
                    while (true) {
                        const auto kept = vault::putSecrets(member->desk(), number,
                            {{QStringLiteral("access_token"), QString::number(i)}}, QUuid::createUuid);
                        if (kept)
                            break;
                        if (kept.error().code != QStringLiteral("CV040"))
                            qFatal("%s", qPrintable(kept.error().code));
                        ++stale;
                    }
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(firm.agent.sees(), QStringLiteral("access_token=9 access_token=9"));
        QCOMPARE(firm.agent.open()->pins.manifestVersion, 22);
    }

    void theStoreTakesNoManifestThatDoesNotFit()
    {
        VaultHouse::Firm firm = m_house->firm();
        const auto vault = MUST(firm.admin.desk().open());
        const vault::Signer signer{vault.holder, *firm.admin.keys};
        const auto putting = [&](vault::Manifest manifest) {
            return outcome(firm.admin.device->call(QLatin1StringView("api.put_secrets"),
                {param(firm.number.value), json(QJsonArray()),
                    json(vault::signManifest(vault.company, manifest, signer).toJson())}));
        };
        vault::Manifest next = vault.manifest;
        QCOMPARE(putting(next), QStringLiteral("CV040")); // the same version
        next.version -= 1;
        QCOMPARE(putting(next), QStringLiteral("CV040"));
        next.version += 2;
        vault::Manifest wrong = next;
        wrong.entries.clear();
        QCOMPARE(putting(wrong), QStringLiteral("CV040"));
        wrong = next;
        wrong.entries.insert(QUuid::createUuid(), 1);
        QCOMPARE(putting(wrong), QStringLiteral("CV040"));
        wrong = next;
        wrong.entries.begin().value() += 1;
        QCOMPARE(putting(wrong), QStringLiteral("CV040"));
        wrong = next;
        wrong.keyVersion += 1;
        QCOMPARE(putting(wrong), QStringLiteral("CV040"));
        wrong = next;
        wrong.commitment = QByteArray(32, 'c');
        QCOMPARE(putting(wrong), QStringLiteral("CV040"));
        QCOMPARE(putting(next), QStringLiteral("accepted"));
        QCOMPARE(firm.agent.sees(), QStringLiteral("access_token=EAAG"));
        // Signed in somebody else's name.
        QJsonObject posing = vault::signManifest(vault.company, next, signer).toJson();
        posing.insert(QStringLiteral("signed_by"), firm.agent.user.text());
        QCOMPARE(outcome(firm.admin.device->call(QLatin1StringView("api.put_secrets"),
                     {param(firm.number.value), json(QJsonArray()), json(posing)})),
            QStringLiteral("CV004"));
        QCOMPARE(outcome(firm.agent.device->call(QLatin1StringView("api.put_secrets"),
                     {param(firm.number.value), json(QJsonArray()), json(posing)})),
            QStringLiteral("CV002"));
    }

    void whoIsDeactivatedOpensNothingNew()
    {
        VaultHouse::Firm firm = m_house->firm();
        Member stays = m_house->colleague(firm.admin);
        const auto lapsing = m_house->invite(firm.admin);
        // What the agent could have copied: keys, data key, everything.
        const auto copied = MUST(firm.agent.desk().open());
        MUST(firm.admin.device->call(QLatin1StringView("api.deactivate"), {param(firm.agent.user.value)}));
        const auto rotated = MUST(vault::rotateVault(firm.admin.desk()));
        QCOMPARE(rotated.keyVersion, 2);
        QCOMPARE(rotated.lapsedInvitations, 1);
        QVERIFY(!rotated.recipients.contains({vault::KeyHolder::Kind::User, firm.agent.user.value}));
        QCOMPARE(rotated.recipients.size(), 3); // founder, the other agent, the recovery code
        firm.admin.pins = rotated.pins;
        QCOMPARE(firm.admin.sees(), QStringLiteral("access_token=EAAG"));
        QCOMPARE(stays.sees(), QStringLiteral("access_token=EAAG"));
        QCOMPARE(count("vault_keys where key_version = 1", firm.admin.company), 0);
        QCOMPARE(count("invitations where sealed_data_key is not null", firm.admin.company), 0);
        Connection door = m_house->database().door();
        QCOMPARE(outcome(vault::readInvitation(door, VaultHouse::linkOf(lapsing))), QStringLiteral("CV003"));

        // Everything that there is now, with everything that the agent had.
        const Rows secret = MUST(m_admin.run("select secret_id, kind, key_version, secret_version, nonce, ciphertext "
                                             "from conversure.vault_secrets where company_id = $1::uuid",
            {param(firm.admin.company.value)}));
        const vault::SealedSecret sealed{secret.bytes(0, 4), secret.bytes(0, 5)};
        for (const int version : {1, 2}) {
            QCOMPARE(outcome(vault::openSecret(copied.dataKey,
                         {firm.admin.company.value, secret.uuid(0, 0), secret.text(0, 1), version, 1}, sealed)),
                QStringLiteral("vault:secret"));
        }
        const Rows seals = MUST(m_admin.run(
            "select sealed from conversure.vault_keys where company_id = $1::uuid", {param(firm.admin.company.value)}));
        QCOMPARE(seals.count(), 3);
        for (int row = 0; row < seals.count(); ++row)
            QCOMPARE(outcome(vault::openDataKey(seals.bytes(row, 0), *firm.agent.keys)), QStringLiteral("vault:seal"));
        QCOMPARE(outcome(firm.agent.desk().open()), QStringLiteral("CV001"));
        QCOMPARE(MUST(m_admin.run("select detail ->> 'recipients' from conversure.audit_log where company_id = "
                                  "$1::uuid and action = 'vault.rotated'",
                          {param(firm.admin.company.value)}))
                     .text(0, 0),
            QStringLiteral("3"));
    }

    void aRotationNamesExactlyWhoIsThere()
    {
        VaultHouse::Firm firm = m_house->firm();
        const auto vault = MUST(firm.admin.desk().open());
        const vault::Signer signer{vault.holder, *firm.admin.keys};
        const auto members = MUST(firm.admin.desk().members(vault));
        QList<vault::MemberKey> all;
        for (const vault::KeyHolder &holder : members.recipients)
            all.append(MUST(members.chain.verify(holder)));
        QCOMPARE(all.size(), 3);
        const vault::Secret dataKey = vault::Secret::random(32);
        const Rows rows = MUST(m_admin.run("select secret from conversure.secret_rows where company_id = $1::uuid",
            {param(firm.admin.company.value)}));
        QJsonArray secrets;
        for (int row = 0; row < rows.count(); ++row)
            secrets.append(rows.object(row, 0));
        const auto rotating = [&](int from, const QList<vault::MemberKey> &recipients, const QJsonArray &sealedSecrets,
                                  int keyVersion) {
            QJsonArray seals;
            for (const auto &seal : vault::sealForMembers(vault.company, keyVersion, dataKey, recipients, signer))
                seals.append(seal.toJson());
            vault::Manifest manifest = vault.manifest;
            manifest.version += 1;
            manifest.keyVersion = keyVersion;
            manifest.commitment = vault::commitmentOf(dataKey, vault.company, keyVersion);
            return firm.admin.device->call(QLatin1StringView("api.rotate_vault"),
                {param(qint64(from)), json(seals), json(sealedSecrets),
                    json(vault::signManifest(vault.company, manifest, signer).toJson())});
        };
        QCOMPARE(outcome(rotating(0, all, secrets, 1)), QStringLiteral("CV040"));
        QCOMPARE(outcome(rotating(1, all, secrets, 3)), QStringLiteral("CV040"));
        const auto missing = rotating(1, all.mid(1), secrets, 2);
        QCOMPARE(outcome(missing), QStringLiteral("CV040"));
        QCOMPARE(missing.error().detail[QStringLiteral("missing")].toArray().size(), 1);
        // Somebody who accepted, but whom nobody has signed yet.
        const Member unsignedMember = m_house->join(m_house->invite(firm.admin));
        const Holder stranger;
        const vault::TrustChain own(
            vault.company, stranger.keys.signPublic, {stranger.signs(vault.company, stranger, true)});
        const auto surplus = rotating(1, all + QList{MUST(own.verify(stranger.who))}, secrets, 2);
        QCOMPARE(outcome(surplus), QStringLiteral("CV040"));
        QCOMPARE(surplus.error().detail[QStringLiteral("surplus")].toArray().size(), 1);
        // Secrets left out, doubled, of another version.
        QCOMPARE(outcome(rotating(1, all, {}, 2)), QStringLiteral("CV040"));
        QCOMPARE(outcome(rotating(1, all, {secrets.at(0), secrets.at(0)}, 2)), QStringLiteral("CV040"));
        QJsonObject newer = secrets.at(0).toObject();
        newer.insert(QStringLiteral("secret_version"), 2);
        QCOMPARE(outcome(rotating(1, all, {newer, secrets.at(1)}, 2)), QStringLiteral("CV040"));
        QCOMPARE(firm.agent.sees(), QStringLiteral("access_token=EAAG"));
        QCOMPARE(unsignedMember.sees(), QStringLiteral("access_token=EAAG"));

        const auto rotated = vault::rotateVault(firm.admin.desk());
        QVERIFY2(rotated, qPrintable(outcome(rotated)));
        QCOMPARE(unsignedMember.sees(), QStringLiteral("waiting"));
        firm.admin.pins = rotated->pins;
        MUST(vault::confirmMembers(firm.admin.desk(), QDateTime::currentMSecsSinceEpoch()));
        QCOMPARE(unsignedMember.sees(), QStringLiteral("access_token=EAAG"));
    }

    void aRelayIsGivenTheDataKeyByFingerprint()
    {
        VaultHouse::Firm firm = m_house->firm();
        const Holder relay(vault::KeyHolder::Kind::Relay);
        Connection asRelay = m_house->database().relay();
        MUST(asRelay.call(QLatin1StringView("relay.register_relay"),
            {param(relay.who.id), param(QStringLiteral("relay.example.com")), bytes(relay.keys.boxPublic),
                bytes(relay.keys.signPublic)}));
        const auto reading = [&] {
            const Rows rows = MUST(asRelay.call(
                QLatin1StringView("relay.company_vault"), {param(firm.admin.company.value), param(relay.who.id)}));
            return vault::openCompanyVault(firm.admin.company.value, relay.who, relay.keys, rows.object(0, 0), {});
        };
        QVERIFY(reading() && reading()->isWaiting());
        const QString print = vault::fingerprintOf(relay.keys.boxPublic, relay.keys.signPublic);
        QCOMPARE(outcome(vault::authorizeRelay(firm.admin.desk(), relay.who.id, vault::fingerprintOf("another"))),
            QStringLiteral("relay:fingerprint"));
        QCOMPARE(
            outcome(vault::authorizeRelay(firm.admin.desk(), QUuid::createUuid(), print)), QStringLiteral("CV003"));
        QCOMPARE(outcome(vault::authorizeRelay(firm.agent.desk(), relay.who.id, print)), QStringLiteral("CV002"));
        QVERIFY(reading()->isWaiting());
        QVERIFY(vault::authorizeRelay(firm.admin.desk(), relay.who.id, print.toLower()));
        QVERIFY(reading() && !reading()->isWaiting());
        // It opens, and signs nothing.
        const auto vault = reading();
        QCOMPARE(outcome(vault::manifestWith(*vault, {}, relay.keys)), QStringLiteral("vault:manifest"));
        // A new data key goes to it as well, until it is removed.
        firm.admin.pins = MUST(vault::rotateVault(firm.admin.desk())).pins;
        QVERIFY(!reading()->isWaiting());
        const QJsonArray relays =
            QJsonDocument::fromJson(MUST(firm.admin.device->call(QLatin1StringView("api.relays"))).raw(0, 0)).array();
        const auto it = std::find_if(relays.begin(), relays.end(), [&](const QJsonValue &row) {
            return QUuid::fromString(row[QStringLiteral("relay_id")].toString()) == relay.who.id;
        });
        QVERIFY(it != relays.end() && (*it)[QStringLiteral("signed")].toBool());
        MUST(firm.admin.device->call(QLatin1StringView("api.remove_relay"), {param(relay.who.id)}));
        QCOMPARE(outcome(firm.admin.device->call(QLatin1StringView("api.remove_relay"), {param(relay.who.id)})),
            QStringLiteral("CV003"));
        QVERIFY(reading()->isWaiting());
        firm.admin.pins = MUST(vault::rotateVault(firm.admin.desk())).pins;
        QVERIFY(reading()->isWaiting());
    }
};

CONVERSURE_TEST(VaultChangeTest)
#include "VaultChangeTest.moc"
