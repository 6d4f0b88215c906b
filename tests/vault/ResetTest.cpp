// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "VaultHouse.h"

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// Members who lost their password and change their role, on a real store.
class ResetTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<VaultHouse> m_house;
    Connection m_admin;

    static qint64 now() { return QDateTime::currentMSecsSinceEpoch(); }

    QString accepting(const vault::MadeInvitation &made, const QString &email)
    {
        Connection door = m_house->database().door();
        return outcome(
            vault::acceptInvitation(door, VaultHouse::linkOf(made), {{}, email, QStringLiteral("a password of mine")}));
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
    qint64 statements(UserId user)
    {
        return MUST(m_admin.run("select count(*) from conversure.key_signatures where subject_id = $1::uuid and "
                                "retired_at is null",
                        {param(user.value)}))
            .number(0, 0);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_house = std::make_unique<VaultHouse>();
        m_admin = m_house->admin();
    }

    void whoLostThePasswordBeginsAnew()
    {
        Member admin = m_house->found();
        const NumberId number = m_house->addNumber(admin.company);
        admin.pins = VaultHouse::put(admin, number, QStringLiteral("EAAG"));
        Member agent = m_house->colleague(admin);
        const auto made = MUST(vault::inviteReset(admin.desk(), agent.user, newId()));
        QCOMPARE(made.user, agent.user);
        QCOMPARE(agent.sees(), QStringLiteral("access_token=EAAG")); // an offer changes nothing

        Connection door = m_house->database().door();
        const auto offer = vault::readInvitation(door, VaultHouse::linkOf(made));
        QCOMPARE(offer->kind, QStringLiteral("reset"));
        QCOMPARE(offer->email, agent.email);
        QCOMPARE(accepting(made, VaultHouse::nextEmail()), QStringLiteral("CV004"));

        Member again = m_house->accept(made, agent.email);
        QCOMPARE(again.user, agent.user);
        QVERIFY(again.keys->boxPublic != agent.keys->boxPublic);
        QCOMPARE(outcome(agent.device->call(QLatin1StringView("api.my_devices"))), QStringLiteral("CV001"));
        QCOMPARE(outcome(vault::signIn(
                     door, m_house->database().doorUrl(), agent.email, agent.password, QStringLiteral("desk"))),
            QStringLiteral("CV005"));
        QCOMPARE(again.sees(), QStringLiteral("access_token=EAAG"));
        QCOMPARE(statements(agent.user), 0); // nobody has signed the new keys, and the old ones are over
        QCOMPARE(confirming(admin, agent.user), QStringLiteral("confirmed"));
        QCOMPARE(again.sees(), QStringLiteral("access_token=EAAG"));
        QCOMPARE(accepting(made, agent.email), QStringLiteral("CV003"));
    }

    void aResetFounderIsStillTheRoot()
    {
        Member founder = m_house->found();
        const NumberId number = m_house->addNumber(founder.company);
        founder.pins = VaultHouse::put(founder, number, QStringLiteral("EAAG"));
        Member second = m_house->colleague(founder, QStringLiteral("COMPANY_ADMIN"));
        Member agent = m_house->colleague(founder);
        Member again = m_house->accept(MUST(vault::inviteReset(second.desk(), founder.user, newId())), founder.email);
        QCOMPARE(confirming(second, founder.user), QStringLiteral("confirmed"));
        for (const Member *member : {&again, &second, &agent})
            QCOMPARE(member->sees(), QStringLiteral("access_token=EAAG"));
        QCOMPARE(again.pins.rootKey, founder.keys->signPublic); // not the new one
        // With the new keys the founder signs as before.
        again.pins = VaultHouse::put(again, number, QStringLiteral("renewed"));
        QCOMPARE(m_house->colleague(again).sees(), QStringLiteral("access_token=renewed"));
        QCOMPARE(agent.sees(), QStringLiteral("access_token=renewed"));
    }

    void notEverybodyIsReset()
    {
        Member founder = m_house->found();
        Member second = m_house->colleague(founder, QStringLiteral("COMPANY_ADMIN"));
        Member agent = m_house->colleague(founder);
        QCOMPARE(outcome(vault::inviteReset(founder.desk(), founder.user, newId())), QStringLiteral("CV002"));
        QCOMPARE(outcome(vault::inviteReset(agent.desk(), founder.user, newId())), QStringLiteral("CV002"));
        QCOMPARE(outcome(vault::inviteReset(founder.desk(), UserId(newId()), newId())), QStringLiteral("CV003"));
        QCOMPARE(outcome(vault::inviteReset(m_house->found().desk(), agent.user, newId())), QStringLiteral("CV003"));
        MUST(m_admin.run(
            "update conversure.users set role = 'SUPER_ADMIN' where user_id = $1::uuid", {param(second.user.value)}));
        QCOMPARE(outcome(vault::inviteReset(founder.desk(), second.user, newId())), QStringLiteral("CV002"));
        MUST(m_admin.run(
            "update conversure.users set active = false where user_id = $1::uuid", {param(agent.user.value)}));
        QCOMPARE(outcome(vault::inviteReset(founder.desk(), agent.user, newId())), QStringLiteral("CV003"));
    }

    /// A reset makes keys with the authority that its role has, so the role must be what the company has signed.
    void theStoreMakesNobodyAnAdmin()
    {
        Member founder = m_house->found();
        Member second = m_house->colleague(founder, QStringLiteral("COMPANY_ADMIN"));
        Member agent = m_house->colleague(founder);
        const auto setRole = [this](const Member &member, const char *role) {
            MUST(m_admin.run("update conversure.users set role = $2 where user_id = $1::uuid",
                {param(member.user.value), param(QString::fromLatin1(role))}));
        };
        const auto offering = [&](const Member &member) {
            return outcome(vault::inviteReset(founder.desk(), member.user, newId()));
        };
        setRole(agent, "COMPANY_ADMIN");
        QCOMPARE(offering(agent), QStringLiteral("reset:authority"));
        MUST(m_admin.run("update conversure.key_signatures set authority = true where subject_id = $1::uuid",
            {param(agent.user.value)}));
        QCOMPARE(offering(agent), QStringLiteral("chain:signature")); // nor by a word that nobody signed
        MUST(m_admin.run("update conversure.key_signatures set retired_at = now() where subject_id = $1::uuid",
            {param(agent.user.value)}));
        QCOMPARE(offering(agent), QStringLiteral("reset:authority"));
        MUST(m_admin.run(
            "delete from conversure.key_signatures where subject_id = $1::uuid", {param(agent.user.value)}));
        QCOMPARE(offering(agent), QStringLiteral("reset:authority"));
        setRole(agent, "AGENT");
        QCOMPARE(offering(agent), QStringLiteral("accepted")); // who is nothing can become no more than an agent

        setRole(second, "AGENT");
        QCOMPARE(offering(second), QStringLiteral("reset:authority"));
        setRole(second, "COMPANY_ADMIN");
        QCOMPARE(offering(second), QStringLiteral("accepted"));
        QCOMPARE(MUST(m_admin.run("select count(*) from conversure.invitations where company_id = $1::uuid and kind = "
                                  "'reset'",
                          {param(founder.company.value)}))
                     .number(0, 0),
            2);
    }

    void anAdminIsResetTwiceBeforeAnybodyHasLooked()
    {
        Member founder = m_house->found();
        Member second = m_house->colleague(founder, QStringLiteral("COMPANY_ADMIN"));
        m_house->accept(MUST(vault::inviteReset(founder.desk(), second.user, newId())), second.email);
        QCOMPARE(statements(second.user), 0);
        Member again = m_house->accept(MUST(vault::inviteReset(founder.desk(), second.user, newId())), second.email);
        QCOMPARE(confirming(founder, second.user), QStringLiteral("confirmed"));
        QCOMPARE(again.sees(), QString());
    }

    void aSecondOfferWithdrawsTheFirst()
    {
        Member admin = m_house->found();
        const Member agent = m_house->colleague(admin);
        const auto first = MUST(vault::inviteReset(admin.desk(), agent.user, newId()));
        const auto second = MUST(vault::inviteReset(admin.desk(), agent.user, newId()));
        QCOMPARE(reading(first), QStringLiteral("CV003"));
        QCOMPARE(reading(second), QStringLiteral("accepted"));
    }

    void aPromotedAgentIsSignedAsAnAdmin()
    {
        Member founder = m_house->found();
        Member agent = m_house->colleague(founder);
        MUST(m_admin.run(
            "update conversure.users set role = 'COMPANY_ADMIN' where user_id = $1::uuid", {param(agent.user.value)}));
        QCOMPARE(
            outcome(vault::invite(agent.desk(), {QStringLiteral("AGENT"), QStringLiteral("X"), {}}, newId(), newId())),
            QStringLiteral("CV002"));
        QVERIFY(vault::confirmRole(founder.desk(), agent.user));
        QVERIFY(vault::invite(agent.desk(), {QStringLiteral("AGENT"), QStringLiteral("X"), {}}, newId(), newId()));
        MUST(m_admin.run(
            "update conversure.users set role = 'AGENT' where user_id = $1::uuid", {param(agent.user.value)}));
        QVERIFY(vault::confirmRole(founder.desk(), agent.user));
        // What they signed as an admin stays signed, so it is the store that takes nothing new of them.
        QCOMPARE(outcome(vault::renewRecoveryCode(agent.desk())), QStringLiteral("CV002"));
        QCOMPARE(agent.sees(), QString());
    }
};

CONVERSURE_TEST(ResetTest)
#include "ResetTest.moc"
