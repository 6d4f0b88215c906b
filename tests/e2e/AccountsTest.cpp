// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Bureau.h"
#include "TestMain.h"

#include "vault/Founding.h"
#include "vault/RecoveryCode.h"

using namespace conversure;
using namespace conversure::test;

/// How people get in: each at a client of their own, the real program, with nothing prepared but a store and a relay.
class AccountsTest : public QObject
{
    Q_OBJECT

    static constexpr int patience = Bureau::patience;
    static inline const QString lead = QStringLiteral("971502223344");

    Bureau m_bureau;
    ClientProgram m_anna{m_bureau.place("anna")}; ///< The founder's.
    ClientProgram m_laptop{m_bureau.place("laptop")}; ///< Hers as well.
    ClientProgram m_boris{m_bureau.place("boris")};
    ClientProgram m_other{m_bureau.place("other")}; ///< A fourth computer.
    Person m_founder{
        QStringLiteral("Anna"), QStringLiteral("anna@example.com"), QStringLiteral("seven plums on a kite")};
    Person m_colleague{
        QStringLiteral("Boris"), QStringLiteral("boris@example.com"), QStringLiteral("a slow train to Fez")};
    QString m_link; ///< By which the colleague has come.

    qint64 count(const QByteArray &statement) const
    {
        return MUST(m_bureau.database.admin().run("select count(*) from conversure." + statement)).number(0, 0);
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_bureau.relay.start());
        QVERIFY(m_anna.start(m_bureau.addresses()));
    }

    void aStoreThatIsClosedTakesNoCompany()
    {
        m_bureau.setRegistration("closed");
        Bureau::fillFounding(m_anna, m_founder, QStringLiteral("Marina Homes"));
        QTRY_VERIFY_WITH_TIMEOUT(m_anna.says(QStringLiteral("companies are set up by whoever runs it")), patience);
        QCOMPARE(count("companies"), 0);
        QVERIFY(m_anna.press(QStringLiteral("Back to sign-in")));
        m_bureau.setRegistration("open");
    }

    void aCompanyIsFoundedFromAClient()
    {
        QString code;
        Bureau::found(m_anna, m_founder, QStringLiteral("Marina Homes"), &code);
        const auto recovery = vault::RecoveryCode::parse(code);
        QVERIFY2(recovery, qPrintable(code));
        store::Connection admin = m_bureau.database.admin();
        QCOMPARE(MUST(admin.run("select recovery_id from conversure.recovery_keys")).uuid(0, 0),
            vault::recoveryHolder(recovery->keys()).id);
        Bureau::keepCode(m_anna);
        QVERIFY(!m_anna.says(code));
        QCOMPARE(MUST(admin.run("select name || ' ' || role from conversure.users")).text(0, 0),
            QStringLiteral("Anna COMPANY_ADMIN"));
        m_bureau.addNumber(m_founder);
        // No page gives a client its company's new number while it runs.
        QCOMPARE(m_anna.close(), 0);
        QVERIFY(m_anna.start(m_bureau.addresses()));
        Bureau::signIn(m_anna, m_founder);
        m_bureau.sandbox.leadWrites(lead, QStringLiteral("Omar"), QStringLiteral("Is the flat free?"));
        QTRY_COMPARE_WITH_TIMEOUT(m_anna.rows().size(), 1, patience);
    }

    void aColleagueJoinsByTheLink()
    {
        Bureau::invite(m_anna, m_colleague.name, &m_link);
        QVERIFY(m_link.startsWith(QStringLiteral("conversure://join?")));
        QVERIFY(m_anna.press(QStringLiteral("Close")));
        // The relay is in the link; the store's place in it leads over the network, where this one does not listen.
        QVERIFY(m_boris.start({QStringLiteral("--database"), m_bureau.database.doorUrl()}));
        Bureau::join(m_boris, m_link, m_colleague);
        QTRY_COMPARE_WITH_TIMEOUT(m_boris.rows().size(), 1, patience);
        QTRY_COMPARE_WITH_TIMEOUT(m_boris.text(QStringLiteral("Connection")), QStringLiteral("Connected"), patience);
        QCOMPARE(count("users where name = 'Boris' and role = 'AGENT'"), 1);
        // The founder's client, which is still open, signs his keys.
        QTRY_COMPARE_WITH_TIMEOUT(
            count("key_signatures k join conversure.users u on u.user_id = k.subject_id where u.name = 'Boris'"), 1,
            patience);
    }

    void aLinkServesOnce()
    {
        QVERIFY(m_other.start(m_bureau.addresses()));
        Bureau::pasteLink(m_other, m_link);
        QTRY_VERIFY_WITH_TIMEOUT(
            m_other.below(QStringLiteral("Invitation link")).contains(QStringLiteral("used already")), patience);
        QVERIFY(m_other.press(QStringLiteral("Back to sign-in")));
    }

    void bothSendAndSeeWhatTheOtherSent()
    {
        const QString hers = QStringLiteral("It is. I am Anna.");
        const QString his = QStringLiteral("And I am Boris.");
        Bureau::send(m_anna, hers);
        QTRY_VERIFY_WITH_TIMEOUT(m_anna.hasBubble(hers, QStringLiteral("read")), patience);
        Bureau::send(m_boris, his);
        QTRY_VERIFY_WITH_TIMEOUT(m_boris.hasBubble(his, QStringLiteral("read")), patience);
        QTRY_VERIFY_WITH_TIMEOUT(m_boris.hasBubble(hers, QStringLiteral("read")), patience);
        QTRY_VERIFY_WITH_TIMEOUT(m_anna.hasBubble(his, QStringLiteral("read")), patience);
        for (const QString &text : {hers, his})
            QCOMPARE(m_bureau.sandbox.acceptedTexts().count(text), 1);
    }

    void aChangedPasswordEndsTheOtherSession()
    {
        const QString before = m_founder.password;
        QVERIFY(m_laptop.start(m_bureau.addresses()));
        Bureau::signIn(m_laptop, m_founder);
        Bureau::openDialog(m_anna, "Change password…");
        Bureau::fillPasswordChange(
            m_anna, QStringLiteral("what somebody guessed"), QStringLiteral("eight pears in a boat"));
        QTRY_VERIFY_WITH_TIMEOUT(
            m_anna.below(QStringLiteral("Password now")).contains(QStringLiteral("not your password")), patience);
        m_bureau.forgetTries();
        QVERIFY(m_laptop.sees(QStringLiteral("Conversations")));

        m_founder.password = QStringLiteral("eight pears in a boat");
        Bureau::fillPasswordChange(m_anna, before, m_founder.password);
        // The laptop, and where she was when she founded the company: closing a window signs nobody out.
        QTRY_VERIFY_WITH_TIMEOUT(m_anna.says(QStringLiteral("2 other computers were signed out.")), patience);
        QCOMPARE(count("sessions s join conversure.users u using (company_id, user_id) where u.name = 'Anna' and "
                       "s.ended_at is null"),
            1);
        QVERIFY(m_anna.press(QStringLiteral("Close")));
        QTRY_VERIFY_WITH_TIMEOUT(m_laptop.says(QStringLiteral("Your session has ended.")), patience);
        QVERIFY(!m_laptop.sees(QStringLiteral("Conversations")));

        Bureau::fillSignIn(m_laptop, {m_founder.name, m_founder.email, before});
        QTRY_VERIFY_WITH_TIMEOUT(m_laptop.says(QStringLiteral("do not match")), patience);
        m_bureau.forgetTries();
        Bureau::signIn(m_laptop, m_founder);
        // With her keys: it opens the vault, so it sends.
        Bureau::send(m_laptop, QStringLiteral("From my laptop."));
        QTRY_VERIFY_WITH_TIMEOUT(m_anna.hasBubble(QStringLiteral("From my laptop."), QStringLiteral("read")), patience);
    }

    void whoLostAPasswordGetsALink()
    {
        QString link;
        Bureau::inviteReset(m_anna, m_colleague.name, &link);
        QVERIFY(m_anna.press(QStringLiteral("Close")));
        QVERIFY(m_boris.sees(QStringLiteral("Conversations"))); // until the new one is set
        m_colleague.password = QStringLiteral("the fast ferry back");
        Bureau::resetPassword(m_other, link, m_colleague.password);
        QTRY_VERIFY_WITH_TIMEOUT(m_boris.says(QStringLiteral("Your session has ended.")), patience);
        Bureau::send(m_other, QStringLiteral("Boris again."));
        QTRY_VERIFY_WITH_TIMEOUT(m_anna.hasBubble(QStringLiteral("Boris again."), QStringLiteral("read")), patience);
        Bureau::signIn(m_boris, m_colleague);
    }

    void allEndInOrder()
    {
        for (ClientProgram *client : {&m_anna, &m_laptop, &m_boris, &m_other}) {
            QCOMPARE(client->close(), 0);
            QCOMPARE(QString::fromUtf8(client->printed()), QString());
        }
    }
};

CONVERSURE_TEST(AccountsTest)
#include "AccountsTest.moc"
