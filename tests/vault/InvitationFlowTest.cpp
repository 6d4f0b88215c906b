// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "VaultHouse.h"

#include "vault/PasswordKeys.h"
#include "vault/SealedKey.h"
#include "vault/Signing.h"

#include <QJsonDocument>

#include <thread>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// Inviting, accepting, confirming and resetting on a real store, also by those who may not.
class InvitationFlowTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<VaultHouse> m_house;
    Connection m_admin;

    static qint64 now() { return QDateTime::currentMSecsSinceEpoch(); }

    QString accepting(const vault::MadeInvitation &made, const QString &email, const QString &name = {})
    {
        Connection door = m_house->database().door();
        return outcome(vault::acceptInvitation(
            door, VaultHouse::linkOf(made), {name, email, QStringLiteral("a password of mine")}));
    }
    QString reading(const vault::MadeInvitation &made)
    {
        Connection door = m_house->database().door();
        return outcome(vault::readInvitation(door, VaultHouse::linkOf(made)));
    }
    /// The code of what confirming made of one member.
    QString confirming(Member &admin, UserId user, qint64 at = now())
    {
        const auto all = vault::confirmMembers(admin.desk(), at);
        if (!all)
            return all.error().code;
        for (const vault::Confirmation &confirmation : all->members) {
            if (confirmation.user == user)
                return confirmation.code.isEmpty() ? QStringLiteral("confirmed") : confirmation.code;
        }
        return QStringLiteral("nothing to do");
    }
    QString stateOf(Member &admin, const vault::MadeInvitation &made)
    {
        const Rows rows = MUST(admin.device->call(QLatin1StringView("api.invitations")));
        for (const QJsonValue &value : QJsonDocument::fromJson(rows.raw(0, 0)).array()) {
            if (QUuid::fromString(value[QStringLiteral("invitation_id")].toString()) == made.invitation)
                return value[QStringLiteral("state")].toString();
        }
        return QStringLiteral("unknown");
    }
    qint64 statements(UserId user)
    {
        return MUST(m_admin.run("select count(*) from conversure.key_signatures where subject_id = $1::uuid and "
                                "retired_at is null",
                        {param(user.value)}))
            .number(0, 0);
    }
    qint64 users(CompanyId company)
    {
        return MUST(
            m_admin.run("select count(*) from conversure.users where company_id = $1::uuid", {param(company.value)}))
            .number(0, 0);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_house = std::make_unique<VaultHouse>();
        m_admin = m_house->admin();
    }

    void anInvitedAgentOpensTheVaultAtOnceAndIsConfirmedLater()
    {
        Member admin = m_house->found();
        const NumberId number = m_house->addNumber(admin.company);
        admin.pins = VaultHouse::put(admin, number, QStringLiteral("EAAG"));
        const auto made = m_house->invite(admin);
        QCOMPARE(stateOf(admin, made), QStringLiteral("open"));

        Connection door = m_house->database().door();
        const auto offer = vault::readInvitation(door, VaultHouse::linkOf(made));
        QVERIFY2(offer, qPrintable(outcome(offer)));
        QCOMPARE(offer->companyName, QStringLiteral("Marina Homes"));
        QCOMPARE(offer->role, QStringLiteral("AGENT"));
        QCOMPARE(offer->invitedBy, QStringLiteral("Founder"));
        QCOMPARE(offer->kind, QStringLiteral("join"));

        Member agent = m_house->join(made);
        QCOMPARE(agent.user, made.user);
        QCOMPARE(agent.company, admin.company);
        QCOMPARE(agent.pins.rootKey, admin.keys->signPublic);
        QCOMPARE(stateOf(admin, made), QStringLiteral("used"));
        QCOMPARE(statements(agent.user), 0);
        QCOMPARE(agent.sees(), QStringLiteral("access_token=EAAG"));

        QCOMPARE(confirming(admin, agent.user), QStringLiteral("confirmed"));
        QCOMPARE(statements(agent.user), 1);
        QCOMPARE(confirming(admin, agent.user), QStringLiteral("nothing to do"));
        QCOMPARE(agent.sees(), QStringLiteral("access_token=EAAG"));
        const Rows seal = MUST(m_admin.run(
            "select sealed_by from conversure.vault_keys where recipient_id = $1::uuid", {param(agent.user.value)}));
        QCOMPARE(seal.count(), 1);
        QCOMPARE(seal.uuid(0, 0), admin.user.value);
        QCOMPARE(
            MUST(m_admin.run("select string_agg(action, ' ' order by at) from conversure.audit_log where company_id "
                             "= $1::uuid and subject_id = $2::uuid",
                     {param(admin.company.value), param(agent.user.value)}))
                .text(0, 0),
            QStringLiteral("user.invited user.joined key.signed"));
    }

    void anInvitedAdminSignsForOthers()
    {
        Member founder = m_house->found();
        Member second = m_house->colleague(founder, QStringLiteral("COMPANY_ADMIN"));
        Member agent = m_house->colleague(second);
        QCOMPARE(agent.sees(), QString());
        const NumberId number = m_house->addNumber(founder.company);
        second.pins = VaultHouse::put(second, number, QStringLiteral("by the second"));
        for (const Member *member : {&founder, &second, &agent})
            QCOMPARE(member->sees(), QStringLiteral("access_token=by the second"));
        // An agent signs nothing: neither the store nor the others would take it.
        QCOMPARE(
            outcome(vault::invite(agent.desk(), {QStringLiteral("AGENT"), QStringLiteral("X"), {}}, newId(), newId())),
            QStringLiteral("CV002"));
        QCOMPARE(outcome(vault::putSecrets(agent.desk(), number, {{QStringLiteral("k"), QStringLiteral("v")}}, newId)),
            QStringLiteral("vault:manifest"));
        QCOMPARE(outcome(vault::confirmMembers(agent.desk(), now())), QStringLiteral("CV002"));
        QCOMPARE(outcome(vault::rotateVault(agent.desk())), QStringLiteral("vault:manifest"));
        QCOMPARE(outcome(vault::renewRecoveryCode(agent.desk())), QStringLiteral("chain:authority"));
        QCOMPARE(outcome(vault::emptyVault(agent.desk())), QStringLiteral("CV002"));
    }

    void anAdminWhoIsNotConfirmedYetInvitesNobody()
    {
        Member founder = m_house->found();
        Member second = m_house->join(m_house->invite(founder, QStringLiteral("COMPANY_ADMIN")));
        QCOMPARE(
            outcome(vault::invite(second.desk(), {QStringLiteral("AGENT"), QStringLiteral("X"), {}}, newId(), newId())),
            QStringLiteral("CV002"));
        QCOMPARE(outcome(vault::confirmMembers(second.desk(), now())), QStringLiteral("accepted"));
        QCOMPARE(statements(second.user), 0); // and not by themselves
        QCOMPARE(confirming(founder, second.user), QStringLiteral("confirmed"));
        QVERIFY(vault::invite(second.desk(), {QStringLiteral("AGENT"), QStringLiteral("X"), {}}, newId(), newId()));
    }

    void anInvitationIsForOneWhoeverComesFirst()
    {
        Member admin = m_house->found();
        const auto made = m_house->invite(admin);
        const qint64 before = users(admin.company);
        std::array<QString, 16> outcomes;
        std::vector<std::thread> threads;
        std::atomic<int> waiting = 0;
        for (QString &result : outcomes) {
            threads.emplace_back([&, out = &result] {
                Connection door = m_house->database().door();
                const auto stretch = vault::keysOfCode(vault::Secret(made.code));
                const vault::KeyPair keys = vault::KeyPair::generate();
                const vault::SealedKey seal = vault::sealToSelf(admin.company.value, 1, vault::Secret::random(32),
                    {{vault::KeyHolder::Kind::User, made.user.value}, keys});
                ++waiting;
                while (waiting < 16)
                    std::this_thread::yield();
                const QString email = QUuid::createUuid().toString(QUuid::Id128) + QStringLiteral("@example.com");
                do {
                    *out = outcome(door.call(QLatin1StringView("api.accept_invitation"),
                        {bytes(stretch.lookup), param(email), param(QString()), param(QString(43, u'p')),
                            bytes(keys.boxPublic), bytes(keys.signPublic), bytes(QByteArray(120, 'w')),
                            bytes(QByteArray(32, 'm')), json(seal.toJson())}));
                } while (*out == QStringLiteral("CV007"));
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(std::count(outcomes.begin(), outcomes.end(), QStringLiteral("accepted")), 1);
        QCOMPARE(std::count(outcomes.begin(), outcomes.end(), QStringLiteral("CV003")), 15);
        QCOMPARE(users(admin.company), before + 1);
    }

    void whatIsOverIsAnsweredAlike()
    {
        Member admin = m_house->found();
        const auto revoked = m_house->invite(admin);
        MUST(admin.device->call(QLatin1StringView("api.revoke_invitation"), {param(revoked.invitation)}));
        QCOMPARE(stateOf(admin, revoked), QStringLiteral("revoked"));
        QCOMPARE(outcome(admin.device->call(QLatin1StringView("api.revoke_invitation"), {param(revoked.invitation)})),
            QStringLiteral("CV003"));
        const auto used = m_house->invite(admin);
        m_house->join(used);
        const auto expired = m_house->invite(admin);
        MUST(m_admin.run("update conversure.invitations set expires_at = now() where invitation_id = $1::uuid",
            {param(expired.invitation)}));
        QCOMPARE(stateOf(admin, expired), QStringLiteral("expired"));
        vault::MadeInvitation unknown = used;
        unknown.code = QByteArray(16, 'u');

        QSet<QString> messages;
        for (const auto &made : {revoked, used, expired, unknown}) {
            Connection door = m_house->database().door();
            const auto refused = vault::readInvitation(door, VaultHouse::linkOf(made));
            QVERIFY(!refused);
            QCOMPARE(refused.error().code, QStringLiteral("CV003"));
            QVERIFY(refused.error().detail.isEmpty());
            messages << refused.error().message;
            QCOMPARE(accepting(made, VaultHouse::nextEmail()), QStringLiteral("CV003"));
        }
        QCOMPARE(messages.size(), 1);
        // Nothing of the data key is left in what is over.
        QCOMPARE(MUST(m_admin.run("select count(*) from conversure.invitations where invitation_id = any ($1) and "
                                  "sealed_data_key is not null",
                          {uuidArray({revoked.invitation, used.invitation})}))
                     .number(0, 0),
            0);
    }

    void whatIsOverKeepsNoDataKey()
    {
        Member admin = m_house->found();
        const auto open = m_house->invite(admin);
        const auto expired = m_house->invite(admin);
        const auto old = m_house->invite(admin);
        MUST(m_admin.run(
            "update conversure.invitations set expires_at = now() - interval '1 second' where invitation_id "
            "= $1::uuid",
            {param(expired.invitation)}));
        MUST(m_admin.run("update conversure.invitations set expires_at = now() - interval '181 days' where "
                         "invitation_id = $1::uuid",
            {param(old.invitation)}));
        Connection relay = m_house->database().relay();
        MUST(relay.call(QLatin1StringView("relay.purge")));
        const Rows left =
            MUST(m_admin.run("select invitation_id from conversure.invitations where company_id = $1::uuid "
                             "and sealed_data_key is not null",
                {param(admin.company.value)}));
        QCOMPARE(left.count(), 1);
        QCOMPARE(left.uuid(0, 0), open.invitation);
        QCOMPARE(stateOf(admin, expired), QStringLiteral("expired"));
        QCOMPARE(stateOf(admin, old), QStringLiteral("unknown"));
        QCOMPARE(reading(open), QStringLiteral("accepted"));
    }

    void whatAnInviterMayNoLongerDoTheirInvitationsMayNot()
    {
        Member founder = m_house->found();
        Member second = m_house->colleague(founder, QStringLiteral("COMPANY_ADMIN"));
        const auto made = m_house->invite(second);
        QCOMPARE(reading(made), QStringLiteral("accepted"));
        MUST(founder.device->call(QLatin1StringView("api.deactivate"), {param(second.user.value)}));
        QCOMPARE(reading(made), QStringLiteral("CV003"));
        QCOMPARE(accepting(made, VaultHouse::nextEmail()), QStringLiteral("CV003"));
    }

    void anAcceptanceThatIsRolledBackDoesNothing()
    {
        Member admin = m_house->found();
        const auto made = m_house->invite(admin);
        Connection door = m_house->database().door();
        const QString email = VaultHouse::nextEmail();
        MUST(door.script("begin"));
        QVERIFY(vault::acceptInvitation(door, VaultHouse::linkOf(made), {{}, email, QStringLiteral("first password")}));
        MUST(door.script("rollback"));
        QCOMPARE(stateOf(admin, made), QStringLiteral("open"));
        QCOMPARE(outcome(vault::signIn(door, m_house->database().doorUrl(), email, QStringLiteral("first password"),
                     QStringLiteral("desk"))),
            QStringLiteral("CV005"));
        QVERIFY(m_house->join(made).user == made.user);
        // Nor does a snapshot from before it was used bring it back.
        Connection late = m_house->database().door();
        MUST(late.script("begin isolation level repeatable read; select 1"));
        QCOMPARE(outcome(vault::readInvitation(late, VaultHouse::linkOf(made))), QStringLiteral("CV003"));
    }

    void anInvitationForOneEmailTakesNoOther()
    {
        Member admin = m_house->found();
        const QString email = VaultHouse::nextEmail();
        const auto made = MUST(
            vault::invite(admin.desk(), {QStringLiteral("AGENT"), QStringLiteral("Layla"), email}, newId(), newId()));
        Connection door = m_house->database().door();
        QCOMPARE(vault::readInvitation(door, VaultHouse::linkOf(made))->email, email);
        const auto refused = vault::acceptInvitation(
            door, VaultHouse::linkOf(made), {{}, VaultHouse::nextEmail(), QStringLiteral("a password of mine")});
        QCOMPARE(outcome(refused), QStringLiteral("CV004"));
        QCOMPARE(refused.error().detail[QStringLiteral("field")].toString(), QStringLiteral("email"));
        QCOMPARE(m_house->accept(made, email.toUpper()).user, made.user);
    }

    void aTakenEmailIsAnsweredLikeANewOne()
    {
        Member admin = m_house->found();
        const Member other = m_house->found();
        const auto made = m_house->invite(admin);
        const qint64 before = users(admin.company);
        QCOMPARE(accepting(made, other.email), QStringLiteral("accepted"));
        QCOMPARE(users(admin.company), before);
        QCOMPARE(stateOf(admin, made), QStringLiteral("used")); // else the answer of a second try would tell
        QCOMPARE(m_house->signIn(other.email, other.password).user, other.user);
        QCOMPARE(confirming(admin, made.user), QStringLiteral("nothing to do"));
    }

    void keysThatTheInviteeDidNotMakeAreNotSigned_data()
    {
        QTest::addColumn<QByteArray>("attack");
        QTest::addColumn<QString>("code");
        // What somebody who may write to the database could do to have their own keys signed.
        QTest::newRow("swapped box key") << QByteArray(
            "update conversure.user_keys set box_public = decode(repeat('ab', 32), 'hex') where user_id = $1::uuid")
                                         << QStringLiteral("invitation:mac");
        QTest::newRow("swapped signing key") << QByteArray(
            "update conversure.user_keys set sign_public = decode(repeat('ab', 32), 'hex') where user_id = $1::uuid")
                                             << QStringLiteral("invitation:mac");
        QTest::newRow("another MAC") << QByteArray(
            "update conversure.invitations set mac = decode(repeat('ab', 32), 'hex') where user_id = $1::uuid")
                                     << QStringLiteral("invitation:mac");
        QTest::newRow("an auth key of their own") << QByteArray(
            "update conversure.invitations set auth_for_inviter = decode(repeat('ab', 80), 'hex') where user_id = "
            "$1::uuid") << QStringLiteral("invitation:signature");
        QTest::newRow("an agent made an admin") << QByteArray(
            "with i as (update conversure.invitations set role = 'COMPANY_ADMIN' where user_id = $1::uuid)"
            " update conversure.users set role = 'COMPANY_ADMIN' where user_id = $1::uuid")
                                                << QStringLiteral("invitation:signature");
        QTest::newRow("an agent promoted behind our back")
            << QByteArray("update conversure.users set role = 'COMPANY_ADMIN' where user_id = $1::uuid")
            << QStringLiteral("invitation:role");
        QTest::newRow("a longer life") << QByteArray(
            "update conversure.invitations set expires_at = expires_at + interval '1 day' where user_id = $1::uuid")
                                       << QStringLiteral("invitation:signature");
        QTest::newRow("no invitation at all")
            << QByteArray("delete from conversure.invitations where user_id = $1::uuid")
            << QStringLiteral("invitation:other");
    }

    void keysThatTheInviteeDidNotMakeAreNotSigned()
    {
        QFETCH(QByteArray, attack);
        QFETCH(QString, code);
        Member admin = m_house->found();
        const Member agent = m_house->join(m_house->invite(admin));
        MUST(m_admin.run(attack, {param(agent.user.value)}));
        QCOMPARE(confirming(admin, agent.user), code);
        QCOMPARE(statements(agent.user), 0);
        QCOMPARE(
            MUST(
                m_admin.run(
                    "select count(*) from conversure.vault_keys where sealed_by = $1::uuid and recipient_id = $2::uuid",
                    {param(admin.user.value), param(agent.user.value)}))
                .number(0, 0),
            0);
    }

    void anInventedInvitationIsNotSigned()
    {
        // The operator of the database makes a complete member of their own, with an auth key of their own.
        Member admin = m_house->found();
        const auto made = m_house->invite(admin);
        const vault::KeyPair keys = vault::KeyPair::generate();
        const vault::Secret auth = vault::Secret::random(32);
        const QUuid invitation = newId();
        const QUuid user = newId();
        MUST(m_admin.run("insert into conversure.users (company_id, user_id, email, name, role) values ($1::uuid, "
                         "$2::uuid, 'x@example.com', 'Ghost', 'AGENT')",
            {param(admin.company.value), param(user)}));
        MUST(m_admin.run("insert into conversure.user_keys (company_id, user_id, box_public, sign_public, wrapped) "
                         "values ($1::uuid, $2::uuid, $3, $4, 'w')",
            {param(admin.company.value), param(user), bytes(keys.boxPublic), bytes(keys.signPublic)}));
        MUST(m_admin.run("insert into conversure.invitations select company_id, $2::uuid, kind, $3::uuid, role, name, "
                         "email, sha256('x'), key_version, null,"
                         " $4, signature, $5, created_by, created_at, expires_at, now(), null from "
                         "conversure.invitations where invitation_id = $1::uuid",
            {param(made.invitation), param(invitation), param(user),
                bytes(vault::sealDataKey(auth, admin.keys->boxPublic)),
                bytes(vault::invitationMac(
                    auth, admin.company.value, invitation, user, keys.boxPublic, keys.signPublic))}));
        QCOMPARE(confirming(admin, UserId(user)), QStringLiteral("invitation:signature"));
    }

    void anOldInvitationIsNotSignedForEver()
    {
        Member admin = m_house->found();
        const Member agent = m_house->join(m_house->invite(admin));
        const qint64 day = 24LL * 60 * 60 * 1'000;
        QCOMPARE(confirming(admin, agent.user, now() + 38 * day), QStringLiteral("invitation:stale"));
        QCOMPARE(confirming(admin, agent.user, now() + 36 * day), QStringLiteral("confirmed"));
    }

    void onlyTheInviterConfirms()
    {
        Member founder = m_house->found();
        Member second = m_house->colleague(founder, QStringLiteral("COMPANY_ADMIN"));
        const Member agent = m_house->join(m_house->invite(founder));
        QCOMPARE(confirming(second, agent.user), QStringLiteral("invitation:other"));
        QCOMPARE(confirming(founder, agent.user), QStringLiteral("confirmed"));
    }

    void anInvitationOfAnotherCompanyThanTheLinksIsRefused()
    {
        Member admin = m_house->found();
        Member stranger = m_house->found();
        vault::MadeInvitation made = m_house->invite(stranger);
        made.rootDigest = vault::shortDigestOf(admin.keys->signPublic);
        QCOMPARE(reading(made), QStringLiteral("invitation:root"));
        QCOMPARE(accepting(made, VaultHouse::nextEmail()), QStringLiteral("invitation:root"));
        // Nor does it help to show another root key than the signatures have.
        const auto mine = m_house->invite(admin);
        MUST(m_admin.run(
            "update conversure.companies set root_key = decode(repeat('ab', 32), 'hex') where company_id = $1::uuid",
            {param(admin.company.value)}));
        QCOMPARE(reading(mine), QStringLiteral("invitation:root"));
    }

    void aDataKeyThatIsNotTheCompanysIsRefused()
    {
        Member admin = m_house->found();
        const auto made = m_house->invite(admin);
        // Who steals the code and may write to the database puts a data key of their own in.
        const auto keys = vault::keysOfCode(vault::Secret(made.code));
        MUST(m_admin.run("update conversure.invitations set sealed_data_key = $2 where invitation_id = $1::uuid",
            {param(made.invitation),
                bytes(vault::sealForInvitee(
                    keys.data, admin.company.value, made.invitation, 1, vault::Secret::random(32)))}));
        QCOMPARE(reading(made), QStringLiteral("vault:commitment"));
        MUST(m_admin.run("update conversure.invitations set sealed_data_key = null where invitation_id = $1::uuid",
            {param(made.invitation)}));
        QCOMPARE(reading(made), QStringLiteral("vault:secret"));
    }

    void termsHold_data()
    {
        QTest::addColumn<QString>("role");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("email");
        QTest::addColumn<qint64>("seconds");
        QTest::addColumn<QString>("code");
        const qint64 day = 24 * 60 * 60;
        const QString agent = QStringLiteral("AGENT");
        QTest::newRow("an hour") << agent << QStringLiteral("A") << QString() << qint64(3'600)
                                 << QStringLiteral("accepted");
        QTest::newRow("thirty days") << agent << QStringLiteral("A") << QString() << 30 * day
                                     << QStringLiteral("accepted");
        QTest::newRow("half an hour") << agent << QStringLiteral("A") << QString() << qint64(1'800)
                                      << QStringLiteral("CV004");
        QTest::newRow("in the past") << agent << QStringLiteral("A") << QString() << -day << QStringLiteral("CV004");
        QTest::newRow("a year") << agent << QStringLiteral("A") << QString() << 365 * day << QStringLiteral("CV004");
        QTest::newRow("a super admin") << QStringLiteral("SUPER_ADMIN") << QStringLiteral("A") << QString() << day
                                       << QStringLiteral("CV004");
        QTest::newRow("no role") << QString() << QStringLiteral("A") << QString() << day << QStringLiteral("CV004");
        QTest::newRow("no name") << agent << QStringLiteral(" ") << QString() << day << QStringLiteral("CV004");
        QTest::newRow("no e-mail address")
            << agent << QStringLiteral("A") << QStringLiteral("nobody") << day << QStringLiteral("CV004");
    }

    void termsHold()
    {
        QFETCH(QString, role);
        QFETCH(QString, name);
        QFETCH(QString, email);
        QFETCH(qint64, seconds);
        QFETCH(QString, code);
        static Member admin = m_house->found();
        QCOMPARE(outcome(vault::invite(admin.desk(), {role, name, email}, newId(), newId(), seconds)), code);
    }

    void thereAreAtMostTwoHundredOpenOnes()
    {
        Member admin = m_house->found();
        const auto first = m_house->invite(admin);
        MUST(m_admin.run("insert into conversure.invitations select company_id, gen_random_uuid(), kind, "
                         "gen_random_uuid(), role, name, email,"
                         " sha256(n::text::bytea), key_version, sealed_data_key, auth_for_inviter, signature, mac, "
                         "created_by, created_at, expires_at"
                         " from conversure.invitations, generate_series(1, 199) n where invitation_id = $1::uuid",
            {param(first.invitation)}));
        const auto refused =
            vault::invite(admin.desk(), {QStringLiteral("AGENT"), QStringLiteral("X"), {}}, newId(), newId());
        QCOMPARE(outcome(refused), QStringLiteral("CV041"));
        QCOMPARE(refused.error().detail[QStringLiteral("limit")].toInt(), 200);
        MUST(admin.device->call(QLatin1StringView("api.revoke_invitation"), {param(first.invitation)}));
        QVERIFY(vault::invite(admin.desk(), {QStringLiteral("AGENT"), QStringLiteral("X"), {}}, newId(), newId()));
    }
};

CONVERSURE_TEST(InvitationFlowTest)
#include "InvitationFlowTest.moc"
