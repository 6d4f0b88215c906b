// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Hands.h"
#include "TestMain.h"

#include "domain/Clock.h"
#include "models/AccountLists.h"
#include "ui/account/CardList.h"
#include "ui/account/DevicesDialog.h"
#include "ui/account/InviteDialog.h"
#include "ui/account/LinkPanel.h"
#include "ui/account/PassphraseDialog.h"
#include "ui/account/PasswordDialog.h"
#include "ui/account/PeopleDialog.h"
#include "ui/widgets/ConfirmBar.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDateTime>
#include <QLabel>
#include <QPointer>
#include <QSignalSpy>
#include <QTimer>

using namespace conversure;
using namespace conversure::test;

namespace {

const QString good = QStringLiteral("a heron waits");

QUuid idOf(int n)
{
    return QUuid::fromString(QStringLiteral("0190a1b2-0000-7000-8000-%1").arg(n, 12, 16, QLatin1Char('0')));
}

} // namespace

/// The dialogs about accounts: what they ask for, once each, and what they say.
class AccountDialogsTest : public QObject
{
    Q_OBJECT

private:
    FixedClock m_clock{1'770'000'000'000};

    template <class Dialog>
    static void show(Dialog &dialog)
    {
        dialog.open();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        verifyNames(dialog);
    }

    static void press(Qt::Key key) { QTest::keyClick(QApplication::focusWidget(), key); }

    QList<DeviceRow> devices() const
    {
        const Microseconds now = m_clock.nowMs() * 1000;
        return {
            {idOf(1), QStringLiteral("laptop"), true, now, now}, {idOf(2), QStringLiteral("desk"), false, now, now}};
    }

    static QList<PersonRow> people()
    {
        return {{UserId(idOf(1)), QStringLiteral("Adam"), QStringLiteral("COMPANY_ADMIN"), true, false, true, false},
            {UserId(idOf(2)), QStringLiteral("Bea"), QStringLiteral("AGENT"), true, false, false, false},
            {UserId(idOf(3)), QStringLiteral("Cem"), QStringLiteral("AGENT"), false, false, false, false},
            {UserId(idOf(4)), QStringLiteral("Dia"), QStringLiteral("SUPER_ADMIN"), true, true, false, false}};
    }

    static void choose(const QDialog &dialog, int row)
    {
        auto *list = dialog.findChild<ui::CardList *>();
        list->setCurrentIndex(list->model()->index(row, 0));
    }

private Q_SLOTS:
    void thePasswordIsChangedByKeyboard()
    {
        QPointer<ui::PasswordDialog> dialog = new ui::PasswordDialog(m_clock, {});
        show(*dialog);
        QSignalSpy change(dialog, &ui::PasswordDialog::changeRequested);
        QCOMPARE(QApplication::focusWidget(), line(*dialog, "Password now"));
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("old words"));
        press(Qt::Key_Return);
        QTest::keyClicks(QApplication::focusWidget(), good);
        press(Qt::Key_Return);
        QTest::keyClicks(QApplication::focusWidget(), good);
        QCOMPARE(change.size(), 0);
        press(Qt::Key_Return);
        QCOMPARE(change.size(), 1);
        QCOMPARE(change.at(0), QVariantList({QStringLiteral("old words"), good}));
        press(Qt::Key_Return);
        press(Qt::Key_Escape); // what runs is waited for
        QCOMPARE(change.size(), 1);
        QVERIFY(dialog && dialog->isVisible());

        dialog->showWrongPassword();
        QVERIFY(!below(*dialog, "Password now").isEmpty());
        QCOMPARE(QApplication::focusWidget(), line(*dialog, "Password now"));
        QCOMPARE(line(*dialog, "New password")->text(), good);
        type(*dialog, "Password now", QStringLiteral("older words"));
        QVERIFY(below(*dialog, "Password now").isEmpty());
        button(*dialog, "Change password")->click();
        QCOMPARE(change.size(), 2);

        dialog->showFailed(QStringLiteral("The store cannot be reached."));
        QCOMPARE(dialog->sentence(), QStringLiteral("The store cannot be reached."));
        button(*dialog, "Change password")->click();
        QVERIFY(dialog->sentence().isEmpty());
        dialog->showChanged(2);
        QVERIFY(dialog->sentence().contains(QStringLiteral("2 other computers")));
        QVERIFY(!line(*dialog, "New password"));
        for (const QLineEdit *edit : dialog->findChildren<QLineEdit *>())
            QVERIFY(edit->text().isEmpty());
        press(Qt::Key_Return);
        QTRY_VERIFY(!dialog);
    }

    void aPasswordThatIsNoneIsSaidInPlace()
    {
        auto dialog = std::make_unique<ui::PasswordDialog>(m_clock, QStringList());
        show(*dialog);
        QSignalSpy change(dialog.get(), &ui::PasswordDialog::changeRequested);
        type(*dialog, "Password now", good);
        type(*dialog, "New password", QStringLiteral("short"));
        type(*dialog, "Repeat the new password", QStringLiteral("short"));
        button(*dialog, "Change password")->click();
        QCOMPARE(QApplication::focusWidget(), line(*dialog, "New password"));
        QVERIFY(below(*dialog, "New password").contains(QStringLiteral("5")));
        type(*dialog, "New password", good);
        type(*dialog, "Repeat the new password", good);
        button(*dialog, "Change password")->click();
        QVERIFY(below(*dialog, "New password").contains(QStringLiteral("now"))); // the same as before
        QCOMPARE(change.size(), 0);
        dialog->showChanged(0);
        QCOMPARE(dialog->sentence(), QStringLiteral("Your password is changed."));
        dialog->showChanged(1);
        QVERIFY(dialog->sentence().contains(QStringLiteral("One other")));
    }

    void tooManyTriesCountDown()
    {
        auto dialog = std::make_unique<ui::PasswordDialog>(m_clock, QStringList());
        show(*dialog);
        QSignalSpy change(dialog.get(), &ui::PasswordDialog::changeRequested);
        auto *tick = dialog->findChild<QTimer *>(QStringLiteral("lockTick"));
        type(*dialog, "Password now", QStringLiteral("old words"));
        type(*dialog, "New password", good);
        type(*dialog, "Repeat the new password", good);
        press(Qt::Key_Return);
        QCOMPARE(change.size(), 1);
        dialog->showLocked(61);
        QCOMPARE(dialog->sentence(), QStringLiteral("Too many attempts. Try again in 1:01."));
        QVERIFY(!button(*dialog, "Change password")->isEnabled());
        QVERIFY(!button(*dialog, "Dismiss")); // it goes by itself
        press(Qt::Key_Return);
        QCOMPARE(change.size(), 1);
        QCOMPARE(line(*dialog, "New password")->text(), good); // nothing is typed twice
        m_clock.advance(2000);
        tick->start(0);
        QTRY_COMPARE(dialog->sentence(), QStringLiteral("Too many attempts. Try again in 59 seconds."));
        m_clock.advance(59'000);
        tick->start(0);
        QTRY_VERIFY(button(*dialog, "Change password")->isEnabled());
        QVERIFY(dialog->sentence().isEmpty());
        button(*dialog, "Change password")->click();
        QCOMPARE(change.size(), 2);
    }

    void devicesAreAskedForWhenItOpens()
    {
        models::DeviceListModel model(m_clock);
        auto dialog = std::make_unique<ui::DevicesDialog>(model);
        QSignalSpy asked(dialog.get(), &ui::DevicesDialog::listRequested);
        show(*dialog);
        QCOMPARE(asked.size(), 1);
        QVERIFY(!button(*dialog, "Sign out")->isEnabled());
        dialog->showLoadFailed(QStringLiteral("The store cannot be reached."));
        QVERIFY(!button(*dialog, "Sign out everywhere…")->isEnabled());
        button(*dialog, "Try again")->click();
        QCOMPARE(asked.size(), 2);
        model.setDevices(devices());
        dialog->showList();
        QCOMPARE(QApplication::focusWidget(), dialog->findChild<ui::CardList *>());
    }

    void oneComputerIsSignedOut()
    {
        models::DeviceListModel model(m_clock);
        auto dialog = std::make_unique<ui::DevicesDialog>(model);
        show(*dialog);
        model.setDevices(devices());
        dialog->showList();
        QSignalSpy end(dialog.get(), &ui::DevicesDialog::endRequested);
        QVERIFY(button(*dialog, "Sign out here"));
        press(Qt::Key_Delete); // this computer: only by its button
        QCOMPARE(end.size(), 0);
        press(Qt::Key_Down);
        QVERIFY(button(*dialog, "Sign out")->isEnabled());
        press(Qt::Key_Delete);
        QCOMPARE(end.size(), 1);
        QCOMPARE(end.at(0).at(0).toUuid(), idOf(2));
        QVERIFY(!button(*dialog, "Sign out")->isEnabled());
        press(Qt::Key_Delete);
        QCOMPARE(end.size(), 1);
        model.setDevices(devices().mid(0, 1));
        dialog->showEnded(QStringLiteral("desk"));
        QVERIFY(dialog->sentence().contains(QStringLiteral("desk")));
        dialog->showEndFailed(QStringLiteral("The store cannot be reached."));
        QCOMPARE(dialog->sentence(), QStringLiteral("The store cannot be reached."));
    }

    void everywhereIsAskedOnce()
    {
        models::DeviceListModel model(m_clock);
        auto dialog = std::make_unique<ui::DevicesDialog>(model);
        show(*dialog);
        model.setDevices(devices());
        dialog->showList();
        QSignalSpy everywhere(dialog.get(), &ui::DevicesDialog::endAllRequested);
        auto *question = dialog->findChild<ui::ConfirmBar *>();
        button(*dialog, "Sign out everywhere…")->click();
        QVERIFY(question->isAsking());
        QCOMPARE(QApplication::focusWidget(), button(*dialog, "Cancel")); // Enter does no harm
        press(Qt::Key_Escape);
        QVERIFY(!question->isAsking());
        QVERIFY(dialog->isVisible());
        QCOMPARE(everywhere.size(), 0);
        button(*dialog, "Sign out everywhere…")->click();
        button(*dialog, "Sign out everywhere")->click();
        QCOMPARE(everywhere.size(), 1);
        QVERIFY(!button(*dialog, "Sign out everywhere…")->isEnabled());
    }

    void anInvitationNeedsANameAndMayHaveAnEmail()
    {
        models::InvitationListModel model(m_clock);
        auto dialog = std::make_unique<ui::InviteDialog>(model);
        QSignalSpy asked(dialog.get(), &ui::InviteDialog::listRequested);
        show(*dialog);
        QCOMPARE(asked.size(), 1);
        QSignalSpy invite(dialog.get(), &ui::InviteDialog::inviteRequested);
        press(Qt::Key_Return);
        QCOMPARE(invite.size(), 0);
        QVERIFY(!below(*dialog, "Name").isEmpty());
        type(*dialog, "Name", QStringLiteral("Omar"));
        QVERIFY(below(*dialog, "Name").isEmpty());
        type(*dialog, "Email (optional)", QStringLiteral("omar"));
        button(*dialog, "Create the link")->click();
        QCOMPARE(invite.size(), 0);
        QCOMPARE(QApplication::focusWidget(), line(*dialog, "Email (optional)"));
        type(*dialog, "Email (optional)", QStringLiteral("omar@example.com"));
        named<QComboBox>(*dialog, QStringLiteral("Role"))->setCurrentText(QStringLiteral("Admin"));
        named<QComboBox>(*dialog, QStringLiteral("The link works for"))->setCurrentText(QStringLiteral("30 days"));
        press(Qt::Key_Return);
        QCOMPARE(invite.size(), 1);
        const auto invitation = invite.at(0).at(0).value<ui::NewInvitation>();
        QCOMPARE(invitation.name, QStringLiteral("Omar"));
        QCOMPARE(invitation.email, QStringLiteral("omar@example.com"));
        QCOMPARE(invitation.userRole, QStringLiteral("COMPANY_ADMIN"));
        QCOMPARE(invitation.days, 30);
        dialog->showFailed(QStringLiteral("The store cannot be reached."));
        QCOMPARE(line(*dialog, "Name")->text(), QStringLiteral("Omar")); // nothing is typed twice
    }

    void theLinkIsShownOnce()
    {
        models::InvitationListModel model(m_clock);
        auto dialog = std::make_unique<ui::InviteDialog>(model);
        show(*dialog);
        type(*dialog, "Name", QStringLiteral("Omar"));
        button(*dialog, "Create the link")->click();
        dialog->showLink(QStringLiteral("conversure://join?x#y"));
        verifyNames(*dialog);
        QCOMPARE(line(*dialog, "Link")->text(), QStringLiteral("conversure://join?x#y"));
        QVERIFY(line(*dialog, "Link")->isReadOnly());
        QCOMPARE(QApplication::focusWidget(), button(*dialog, "Copy"));
        press(Qt::Key_Space);
        QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("conversure://join?x#y"));
        QVERIFY(button(*dialog, "Copied"));
        button(*dialog, "Invite another")->click();
        QVERIFY(!line(*dialog, "Link"));
        QVERIFY(dialog->findChild<ui::LinkPanel *>()->link().isEmpty());
        QVERIFY(line(*dialog, "Name")->text().isEmpty());
        QApplication::clipboard()->clear();
    }

    void anOpenInvitationIsTakenBack()
    {
        models::InvitationListModel model(m_clock);
        auto dialog = std::make_unique<ui::InviteDialog>(model);
        show(*dialog);
        QVERIFY(!button(*dialog, "Take the link back"));
        model.setInvitations(
            {{idOf(1), false, QStringLiteral("Omar"), {}, QStringLiteral("AGENT"), {}, m_clock.nowMs() * 1000}});
        QVERIFY(!button(*dialog, "Take the link back")->isEnabled());
        QSignalSpy revoke(dialog.get(), &ui::InviteDialog::revokeRequested);
        choose(*dialog, 0);
        button(*dialog, "Take the link back")->click();
        QCOMPARE(revoke.size(), 1);
        QCOMPARE(revoke.at(0).at(0).toUuid(), idOf(1));
        QVERIFY(!button(*dialog, "Take the link back")->isEnabled());
        model.setInvitations({});
        dialog->showRevoked();
        QVERIFY(!dialog->sentence().isEmpty());
        QVERIFY(!button(*dialog, "Take the link back"));
    }

    void whatCanBeDoneDependsOnThePerson()
    {
        models::PersonListModel model;
        auto dialog = std::make_unique<ui::PeopleDialog>(model);
        show(*dialog);
        model.setPeople(people()); // Adam (you), Bea, Dia (guest), Cem (deactivated)
        dialog->showList();
        choose(*dialog, 0);
        QVERIFY(!button(*dialog, "Deactivate…")->isEnabled()); // oneself
        QVERIFY(!button(*dialog, "Link for a new password")->isEnabled());
        choose(*dialog, 1);
        QVERIFY(button(*dialog, "Deactivate…")->isEnabled());
        QVERIFY(button(*dialog, "Unlock")->isEnabled());
        choose(*dialog, 2);
        QVERIFY(button(*dialog, "Deactivate…")->isEnabled()); // a guest's password is not this company's
        QVERIFY(!button(*dialog, "Link for a new password")->isEnabled());
        QVERIFY(!button(*dialog, "Unlock")->isEnabled());
        choose(*dialog, 3);
        QVERIFY(!button(*dialog, "Deactivate…"));
        QVERIFY(button(*dialog, "Activate")->isEnabled());
    }

    void deactivatingIsAskedOnceAndTheOthersNot()
    {
        using Act = ui::PeopleDialog::Act;
        models::PersonListModel model;
        auto dialog = std::make_unique<ui::PeopleDialog>(model);
        show(*dialog);
        model.setPeople(people());
        dialog->showList();
        QSignalSpy act(dialog.get(), &ui::PeopleDialog::actRequested);
        choose(*dialog, 1);
        button(*dialog, "Deactivate…")->click();
        QCOMPARE(act.size(), 0);
        button(*dialog, "Deactivate")->click();
        QCOMPARE(act.size(), 1);
        QCOMPARE(act.at(0).at(0).value<Act>(), Act::Deactivate);
        QCOMPARE(act.at(0).at(1).value<PersonRow>().id.value, idOf(2));
        QVERIFY(!button(*dialog, "Unlock")->isEnabled()); // one thing after the other
        dialog->showDone(QStringLiteral("Bea is deactivated."));
        button(*dialog, "Unlock")->click();
        QCOMPARE(act.at(1).at(0).value<Act>(), Act::Unlock);
        dialog->showFailed(QStringLiteral("No."));
        button(*dialog, "Link for a new password")->click();
        QCOMPARE(act.at(2).at(0).value<Act>(), Act::NewPassword);
        dialog->showResetLink(QStringLiteral("Bea"), QStringLiteral("conversure://join?x#y"));
        QCOMPARE(line(*dialog, "Link")->text(), QStringLiteral("conversure://join?x#y"));
        choose(*dialog, 3);
        button(*dialog, "Activate")->click();
        QCOMPARE(act.at(3).at(0).value<Act>(), Act::Activate);
        QVERIFY(!line(*dialog, "Link")); // it belonged to somebody else
    }

    void theQuestionIsAboutWhomItWasAskedFor()
    {
        models::PersonListModel model;
        auto dialog = std::make_unique<ui::PeopleDialog>(model);
        show(*dialog);
        model.setPeople(people());
        dialog->showList();
        QSignalSpy act(dialog.get(), &ui::PeopleDialog::actRequested);
        choose(*dialog, 1);
        button(*dialog, "Deactivate…")->click();
        choose(*dialog, 2); // another one: the question no longer stands
        QVERIFY(!dialog->findChild<ui::ConfirmBar *>()->isAsking());
        QCOMPARE(act.size(), 0);
    }

    void whatALeaverHasLeftIsHandedOver()
    {
        models::PersonListModel model;
        auto dialog = std::make_unique<ui::PeopleDialog>(model);
        show(*dialog);
        QList<PersonRow> rows = people();
        rows[2].openConversations = 3; // Cem, deactivated
        model.setPeople(rows);
        dialog->showList();
        QSignalSpy give(dialog.get(), &ui::PeopleDialog::handOverRequested);
        const auto to = [&] { return named<QComboBox>(*dialog, QStringLiteral("Give to")); };
        choose(*dialog, 1);
        QVERIFY(!to()); // who is in keeps what is theirs
        choose(*dialog, 3);
        QVERIFY(to());
        verifyNames(*dialog);
        QStringList heirs;
        for (int i = 0; i < to()->count(); ++i)
            heirs << to()->itemText(i);
        QCOMPARE(heirs, // no guest, and nobody who is out
            QStringList({QStringLiteral("Everybody"), QStringLiteral("Adam"), QStringLiteral("Bea")}));
        to()->setCurrentIndex(2);
        button(*dialog, "Hand over")->click();
        QCOMPARE(give.size(), 1);
        QCOMPARE(give.at(0).at(0).value<PersonRow>().id.value, idOf(3));
        QCOMPARE(give.at(0).at(1).value<UserId>().value, idOf(2));
        QVERIFY(!button(*dialog, "Hand over")->isEnabled()); // once
        dialog->showFailed(QStringLiteral("The store cannot be reached."));
        QCOMPARE(to()->currentText(), QStringLiteral("Bea")); // nothing is chosen twice
        to()->setCurrentIndex(0);
        button(*dialog, "Hand over")->click();
        QVERIFY(give.at(1).at(1).value<UserId>().isNull());
        rows[2].openConversations = 0;
        model.setPeople(rows);
        dialog->showDone(QStringLiteral("Done."));
        QVERIFY(!to());
    }

    void whoIsDeactivatedIsAskedAboutAtOnce()
    {
        models::PersonListModel model;
        auto dialog = std::make_unique<ui::PeopleDialog>(model);
        show(*dialog);
        QList<PersonRow> rows = people();
        model.setPeople(rows);
        dialog->showList();
        choose(*dialog, 1);
        button(*dialog, "Deactivate…")->click();
        button(*dialog, "Deactivate")->click();
        dialog->showDone(QStringLiteral("Bea is deactivated."));
        QVERIFY(!button(*dialog, "Tokens to renew…"));
        rows[1].isActive = false;
        rows[1].openConversations = 1;
        model.setPeople(rows);
        dialog->showList();
        QVERIFY(named<QComboBox>(*dialog, QStringLiteral("Give to"))); // still the one that is chosen
        QSignalSpy tokens(dialog.get(), &ui::PeopleDialog::tokensRequested);
        QVERIFY(!button(*dialog, "Unlock"));
        button(*dialog, "Tokens to renew…")->click();
        QCOMPARE(tokens.size(), 1);
        QCOMPARE(tokens.at(0).at(0).value<PersonRow>().id.value, idOf(2));
    }

    void aFileIsUsedOnlyWhenSomebodySaysSo()
    {
        auto dialog = std::make_unique<ui::PassphraseDialog>(QStringLiteral("/data/secrets.box"), false);
        show(*dialog);
        const auto labels = dialog->findChildren<QLabel *>();
        QVERIFY(std::any_of(labels.begin(), labels.end(),
            [](const QLabel *label) { return label->text() == QStringLiteral("/data/secrets.box"); }));
        QSignalSpy use(dialog.get(), &ui::PassphraseDialog::useRequested);
        type(*dialog, "Passphrase", QStringLiteral("short"));
        type(*dialog, "Repeat the passphrase", QStringLiteral("short"));
        button(*dialog, "Keep it in the file")->click();
        QCOMPARE(use.size(), 0);
        type(*dialog, "Passphrase", good);
        type(*dialog, "Repeat the passphrase", good);
        press(Qt::Key_Return);
        QCOMPARE(use.size(), 1);
        QCOMPARE(use.at(0).at(0).toString(), good);
        dialog->showFailed(QStringLiteral("The disk is full."));
        QCOMPARE(dialog->sentence(), QStringLiteral("The disk is full."));
        button(*dialog, "Keep it in the file")->click();
        dialog->showDone(true);
        QVERIFY(!line(*dialog, "Passphrase"));
        QSignalSpy stop(dialog.get(), &ui::PassphraseDialog::stopRequested);
        button(*dialog, "Stop using the file")->click();
        QCOMPARE(stop.size(), 1);
        dialog->showDone(false);
        QVERIFY(line(*dialog, "Passphrase"));
        QVERIFY(line(*dialog, "Passphrase")->text().isEmpty());
    }
};

CONVERSURE_TEST(AccountDialogsTest)
#include "AccountDialogsTest.moc"
