// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "VaultHouse.h"

#include "usecases/SignIn.h"
#include "vault/CompanyPins.h"

#include <QSignalSpy>
#include <QTemporaryDir>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// A client whose checks refuse what the store shows stops, and leaves no session behind.
class RefusedSignInTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<VaultHouse> m_house;
    Connection m_admin;
    QTemporaryDir m_folder;

    QString pinsFile() const { return m_folder.filePath(QStringLiteral("companies.json")); }

    /// "in", or the code of the failure.
    QString signingIn(const Member &member)
    {
        MUST(m_admin.run("delete from conversure.sign_in_buckets"));
        usecases::SignIn signIn(sql(), pinsFile());
        QSignalSpy in(&signIn, &usecases::SignIn::succeeded);
        QString code;
        connect(&signIn, &usecases::SignIn::failed, this, [&code](const Error &error) { code = error.code; });
        signIn.run(m_house->database().doorUrl(), member.email, member.password, {});
        if (!QTest::qWaitFor([&] { return !signIn.isRunning(); }, 60'000))
            return QStringLiteral("still at it");
        return in.isEmpty() ? code : QStringLiteral("in");
    }

    /// How many sessions of the member are open, and how many login roles of theirs there are.
    QString openOf(const Member &member)
    {
        return MUST(m_admin.run("select (select count(*) from conversure.sessions where user_id = $1::uuid and "
                                "ended_at is null) || ' ' || (select count(*) from conversure.devices d join pg_roles "
                                "r on r.rolname = d.role_name where d.user_id = $1::uuid and r.rolcanlogin)",
                        {param(member.user.value)}))
            .text(0, 0);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_house = std::make_unique<VaultHouse>();
        m_admin = m_house->admin();
    }

    void whatIsInOrderIsLetIn()
    {
        const VaultHouse::Firm firm = m_house->firm();
        QCOMPARE(openOf(firm.agent), QStringLiteral("1 1")); // by the house
        QCOMPARE(signingIn(firm.agent), QStringLiteral("in"));
        QCOMPARE(openOf(firm.agent), QStringLiteral("2 2"));
    }

    void anotherRootLeavesNoSession()
    {
        const VaultHouse::Firm firm = m_house->firm();
        MUST(vault::CompanyPins(pinsFile()).keep(firm.agent.company.value, {QByteArray(32, 'r'), 1}));
        for (int i = 0; i < 2; ++i)
            QCOMPARE(signingIn(firm.agent), QStringLiteral("vault:pin"));
        QCOMPARE(openOf(firm.agent), QStringLiteral("1 1"));
    }

    void anOlderVaultLeavesNoSession()
    {
        const VaultHouse::Firm firm = m_house->firm();
        MUST(vault::CompanyPins(pinsFile()).keep(firm.agent.company.value, {firm.agent.pins.rootKey, 1'000}));
        QCOMPARE(signingIn(firm.agent), QStringLiteral("vault:rollback"));
        QCOMPARE(openOf(firm.agent), QStringLiteral("1 1"));
    }

    void otherSettingsLeaveNoSession()
    {
        const VaultHouse::Firm firm = m_house->firm();
        MUST(m_admin.run("update conversure.whatsapp_numbers set config = '{\"api_base_url\": \"https://example.com\"}'"
                         " where company_id = $1::uuid",
            {param(firm.agent.company.value)}));
        QCOMPARE(signingIn(firm.agent), QStringLiteral("vault:settings"));
        QCOMPARE(openOf(firm.agent), QStringLiteral("1 1"));
    }

    void keysThatDoNotOpenLeaveNoSession()
    {
        const VaultHouse::Firm firm = m_house->firm();
        MUST(m_admin.run(
            "update conversure.user_keys set wrapped = 'x' where user_id = $1::uuid", {param(firm.agent.user.value)}));
        QCOMPARE(signingIn(firm.agent), QStringLiteral("vault:wrap"));
        QCOMPARE(openOf(firm.agent), QStringLiteral("1 1"));
    }
};

CONVERSURE_TEST(RefusedSignInTest)
#include "RefusedSignInTest.moc"
