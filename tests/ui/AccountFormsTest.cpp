// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Hands.h"
#include "TestMain.h"

#include "domain/Clock.h"
#include "ui/account/JoinPage.h"
#include "ui/account/PassphrasePage.h"
#include "ui/account/RecoveryPage.h"
#include "ui/account/RegisterPage.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QCompleter>
#include <QDateTime>
#include <QFileDialog>
#include <QLabel>
#include <QSignalSpy>

using namespace conversure;
using namespace conversure::test;

namespace {

const QString good = QStringLiteral("a heron waits");

InvitationFace face(const QString &email = {})
{
    return {false, QStringLiteral("Marina Homes"), QStringLiteral("db.example:5432/conversure"),
        QStringLiteral("QX7D K2RF MB3A 6YTC N4WE ZP5H VJ2L GS3K"), QStringLiteral("Omar"), email,
        QStringLiteral("AGENT"), QStringLiteral("Sara"), 0};
}

bool shows(const QWidget &page, const QString &text)
{
    const auto labels = page.findChildren<QLabel *>();
    return std::any_of(labels.begin(), labels.end(),
        [&](const QLabel *label) { return label->isVisible() && label->text().contains(text); });
}

} // namespace

/// The pages on which somebody becomes a member: by keyboard, with what is wrong said where it is.
class AccountFormsTest : public QObject
{
    Q_OBJECT

private:
    FixedClock m_clock{QDateTime(QDate(2026, 5, 14), QTime(12, 0), Qt::UTC).toMSecsSinceEpoch()};

    template <class Page>
    static void show(Page &page)
    {
        page.resize(900, 800);
        page.show();
        page.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&page));
    }

    static void press(Qt::Key key) { QTest::keyClick(QApplication::focusWidget(), key); }

    void fillRegistration(ui::RegisterPage &page) const
    {
        type(page, "Company", QStringLiteral("Marina Homes"));
        type(page, "Your name", QStringLiteral("Sara"));
        type(page, "Email", QStringLiteral("sara@example.com"));
        type(page, "Password", good);
        type(page, "Repeat the password", good);
    }

private Q_SLOTS:
    void anInvitationIsLookedUpFirst()
    {
        ui::JoinPage page;
        show(page);
        page.start();
        verifyNames(page);
        QSignalSpy entered(&page, &ui::JoinPage::linkEntered);
        QCOMPARE(QApplication::focusWidget(), line(page, "Invitation link"));
        QVERIFY(!button(page, "Continue")->isEnabled());
        QTest::keyClicks(line(page, "Invitation link"), QStringLiteral(" conversure://join?x "));
        press(Qt::Key_Return);
        QCOMPARE(entered.size(), 1);
        QCOMPARE(entered.at(0).at(0).toString(), QStringLiteral("conversure://join?x"));
        QVERIFY(page.isBusy());
        press(Qt::Key_Return);
        QCOMPARE(entered.size(), 1);
        QSignalSpy back(&page, &ui::JoinPage::backRequested);
        press(Qt::Key_Escape);
        QCOMPARE(back.size(), 0); // what runs is waited for

        page.showLinkProblem(QStringLiteral("This link was used already."));
        QCOMPARE(below(page, "Invitation link"), QStringLiteral("This link was used already."));
        QCOMPARE(QApplication::focusWidget(), line(page, "Invitation link"));
        QVERIFY(button(page, "Continue")->isEnabled());
        QTest::keyClicks(line(page, "Invitation link"), QStringLiteral("y")); // replaces the bad one
        QCOMPARE(line(page, "Invitation link")->text(), QStringLiteral("y"));
        QVERIFY(below(page, "Invitation link").isEmpty());
        press(Qt::Key_Escape);
        QCOMPARE(back.size(), 1);
    }

    void aLinkFromOutsideIsLookedUpAtOnce()
    {
        ui::JoinPage page;
        QSignalSpy entered(&page, &ui::JoinPage::linkEntered);
        page.start(QStringLiteral("conversure://join?x"));
        QCOMPARE(entered.size(), 1);
    }

    void joiningShowsWhereAndAsksWho()
    {
        ui::JoinPage page;
        show(page);
        page.start(QStringLiteral("conversure://join?x"));
        page.showInvitation(face());
        verifyNames(page);
        for (const char *part : {"Marina Homes", "db.example:5432/conversure", "QX7D K2RF MB3A 6YTC", "Sara", "Agent"})
            QVERIFY2(shows(page, QString::fromLatin1(part)), part);
        QVERIFY(!shows(page, QStringLiteral("N4WE"))); // the first groups are enough for eyes
        QCOMPARE(line(page, "Your name")->text(), QStringLiteral("Omar"));
        QCOMPARE(QApplication::focusWidget(), line(page, "Email"));

        QSignalSpy joining(&page, &ui::JoinPage::joinRequested);
        QTest::keyClicks(line(page, "Email"), QStringLiteral("omar"));
        press(Qt::Key_Return);
        QCOMPARE(QApplication::focusWidget(), line(page, "Password"));
        QTest::keyClicks(line(page, "Password"), QStringLiteral("short"));
        QVERIFY(below(page, "Password").contains(QStringLiteral("5")));
        press(Qt::Key_Return);
        press(Qt::Key_Return); // in the last line: submits
        QCOMPARE(joining.size(), 0);
        QCOMPARE(QApplication::focusWidget(), line(page, "Email"));
        QVERIFY(!below(page, "Email").isEmpty());

        type(page, "Email", QStringLiteral("omar@example.com"));
        button(page, "Join")->click();
        QCOMPARE(joining.size(), 0);
        QCOMPARE(QApplication::focusWidget(), line(page, "Password"));

        type(page, "Password", good);
        type(page, "Repeat the password", QStringLiteral("a heron weights"));
        QVERIFY(!below(page, "Repeat the password").isEmpty());
        button(page, "Join")->click();
        QCOMPARE(joining.size(), 0);
        QCOMPARE(QApplication::focusWidget(), line(page, "Repeat the password"));

        type(page, "Repeat the password", good);
        QVERIFY(below(page, "Repeat the password").isEmpty());
        press(Qt::Key_Return);
        QCOMPARE(joining.size(), 1);
        QCOMPARE(joining.at(0).at(0).toString(), QStringLiteral("Omar"));
        QCOMPARE(joining.at(0).at(1).toString(), QStringLiteral("omar@example.com"));
        QCOMPARE(joining.at(0).at(2).toString(), good);
        QVERIFY(page.isBusy());

        page.showEmailProblem(QStringLiteral("The invitation is for another one."));
        QCOMPARE(below(page, "Email"), QStringLiteral("The invitation is for another one."));
        QVERIFY(button(page, "Join")->isEnabled());
        page.wipe();
        QVERIFY(line(page, "Invitation link")->text().isEmpty());
    }

    void anInvitationForOneEmailTakesNoOther()
    {
        ui::JoinPage page;
        show(page);
        page.showInvitation(face(QStringLiteral("omar@example.com")));
        QVERIFY(line(page, "Email")->isReadOnly());
        QCOMPARE(QApplication::focusWidget(), line(page, "Password"));
        page.showProblem(QStringLiteral("The store cannot be reached."));
        QCOMPARE(page.sentence(), QStringLiteral("The store cannot be reached."));
        QVERIFY(line(page, "Email")->isReadOnly());
    }

    void aNewPasswordAsksForNothingElse()
    {
        ui::JoinPage page;
        show(page);
        InvitationFace reset = face(QStringLiteral("omar@example.com"));
        reset.isReset = true;
        page.showInvitation(reset);
        verifyNames(page);
        QVERIFY(!line(page, "Email") && !line(page, "Your name"));
        QVERIFY(shows(page, QStringLiteral("omar@example.com")));
        QSignalSpy setting(&page, &ui::JoinPage::resetRequested);
        type(page, "New password", good);
        type(page, "Repeat the new password", good);
        press(Qt::Key_Return);
        QCOMPARE(setting.size(), 1);
        QCOMPARE(setting.at(0).at(0).toString(), good);
    }

    void bothLinesOfANewPasswordAreShownTogether()
    {
        ui::JoinPage page;
        show(page);
        page.showInvitation(face());
        line(page, "Password")->actions().constFirst()->trigger();
        QCOMPARE(line(page, "Password")->echoMode(), QLineEdit::Normal);
        QCOMPARE(line(page, "Repeat the password")->echoMode(), QLineEdit::Normal);
        page.wipe();
        page.showInvitation(face());
        QCOMPARE(line(page, "Password")->echoMode(), QLineEdit::Password);
    }

    void foundingGoesFromLineToLine()
    {
        ui::RegisterPage page(m_clock);
        show(page);
        page.start(true);
        verifyNames(page);
        QVERIFY(!line(page, "Store"));
        QSignalSpy founding(&page, &ui::RegisterPage::registerRequested);
        QCOMPARE(QApplication::focusWidget(), line(page, "Company"));
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("Marina Homes"));
        press(Qt::Key_Return);
        auto *zone = page.findChild<QComboBox *>();
        QVERIFY(zone->hasFocus());
        zone->lineEdit()->selectAll();
        QTest::keyClicks(zone->lineEdit(), QStringLiteral("asia/dubai"));
        QVERIFY(zone->accessibleDescription().contains(QStringLiteral("16:00")));
        if (zone->completer()->popup()->isVisible())
            zone->completer()->popup()->hide();
        QTest::keyClick(zone->lineEdit(), Qt::Key_Return);
        QCOMPARE(QApplication::focusWidget(), line(page, "Your name"));
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("Sara"));
        press(Qt::Key_Return);
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("sara@example.com"));
        press(Qt::Key_Return);
        QTest::keyClicks(QApplication::focusWidget(), good);
        press(Qt::Key_Return);
        QTest::keyClicks(QApplication::focusWidget(), good);
        press(Qt::Key_Return);
        QCOMPARE(founding.size(), 1);
        const auto company = founding.at(0).at(0).value<ui::NewCompany>();
        QCOMPARE(company.store, QString());
        QCOMPARE(company.name, QStringLiteral("Marina Homes"));
        QCOMPARE(company.timeZone, QStringLiteral("Asia/Dubai"));
        QCOMPARE(company.founderName, QStringLiteral("Sara"));
        QCOMPARE(company.email, QStringLiteral("sara@example.com"));
        QCOMPARE(company.password, good);
        press(Qt::Key_Return);
        QCOMPARE(founding.size(), 1);
    }

    void aTimeZoneIsFoundByItsCity()
    {
        ui::RegisterPage page(m_clock);
        show(page);
        page.start(true);
        auto *zone = page.findChild<QComboBox *>();
        zone->setFocus();
        zone->lineEdit()->selectAll();
        QTest::keyClicks(zone->lineEdit(), QStringLiteral("dubai"));
        QCOMPARE(zone->completer()->completionCount(), 1);
        QCOMPARE(zone->completer()->currentCompletion(), QStringLiteral("Asia/Dubai"));
        zone->completer()->popup()->hide();
        fillRegistration(page);
        QSignalSpy founding(&page, &ui::RegisterPage::registerRequested);
        zone->setCurrentText(QStringLiteral("Atlantis"));
        button(page, "Create the company")->click();
        QCOMPARE(founding.size(), 0);
        QVERIFY(zone->hasFocus());
        QVERIFY(!zone->accessibleDescription().isEmpty());
    }

    void anUnknownStoreIsAskedFor()
    {
        ui::RegisterPage page(m_clock);
        show(page);
        page.start(false);
        QCOMPARE(QApplication::focusWidget(), line(page, "Store"));
        fillRegistration(page);
        QSignalSpy founding(&page, &ui::RegisterPage::registerRequested);
        button(page, "Create the company")->click();
        QCOMPARE(founding.size(), 0);
        QCOMPARE(QApplication::focusWidget(), line(page, "Store"));
        type(page, "Store", QStringLiteral("postgresql://door@db.example/conversure"));
        button(page, "Create the company")->click();
        QCOMPARE(founding.size(), 1);
        QCOMPARE(founding.at(0).at(0).value<ui::NewCompany>().store,
            QStringLiteral("postgresql://door@db.example/conversure"));
        page.showStoreProblem(QStringLiteral("There is no store."));
        QCOMPARE(below(page, "Store"), QStringLiteral("There is no store."));
        QCOMPARE(line(page, "Company")->text(), QStringLiteral("Marina Homes"));
        page.wipe();
        QVERIFY(line(page, "Password")->text().isEmpty());
    }

    void onlyWhoHasKeptTheCodeGoesOn()
    {
        ui::RecoveryPage page;
        show(page);
        const QString code = QStringLiteral("QX7D-K2RF-MB3A-6YTC-N4WE-ZP5H-VJ");
        page.showCode(QStringLiteral("Marina Homes"), code);
        verifyNames(page);
        QVERIFY(shows(page, code));
        QSignalSpy on(&page, &ui::RecoveryPage::continued);
        QVERIFY(!button(page, "Continue")->isEnabled());
        press(Qt::Key_Escape);
        QCOMPARE(on.size(), 0);
        button(page, "Copy")->click();
        QCOMPARE(QApplication::clipboard()->text(), code);
        auto *kept = page.findChild<QCheckBox *>();
        kept->setFocus();
        press(Qt::Key_Space);
        QVERIFY(button(page, "Continue")->isEnabled());
        button(page, "Continue")->click();
        QCOMPARE(on.size(), 1);
        page.wipe();
        QVERIFY(!shows(page, code));
        QVERIFY(!button(page, "Continue")->isEnabled());
        QApplication::clipboard()->clear();
    }

    void theCodeIsSavedWhereOneWants()
    {
        ui::RecoveryPage page;
        show(page);
        page.showCode(QStringLiteral("Marina Homes"), QStringLiteral("QX7D-K2RF"));
        QSignalSpy saving(&page, &ui::RecoveryPage::saveRequested);
        button(page, "Save to a file…")->click();
        auto *dialog = page.findChild<QFileDialog *>();
        QVERIFY(dialog);
        Q_EMIT dialog->fileSelected(QStringLiteral("/anywhere/code.txt"));
        QCOMPARE(saving.size(), 1);
        QCOMPARE(saving.at(0).at(0).toString(), QStringLiteral("/anywhere/code.txt"));
        QVERIFY(saving.at(0).at(1).toString().contains(QStringLiteral("QX7D-K2RF")));
        QVERIFY(saving.at(0).at(1).toString().contains(QStringLiteral("Marina Homes")));
        page.showSaveProblem(QStringLiteral("The disk is full."));
        QVERIFY(shows(page, QStringLiteral("The disk is full.")));
    }

    void thePassphraseIsAskedForAgainWhenItIsWrong()
    {
        ui::PassphrasePage page;
        show(page);
        page.start(QStringLiteral("/data/secrets.box"));
        verifyNames(page);
        QCOMPARE(below(page, "Passphrase"), QStringLiteral("/data/secrets.box"));
        QCOMPARE(QApplication::focusWidget(), line(page, "Passphrase"));
        QSignalSpy unlock(&page, &ui::PassphrasePage::unlockRequested);
        press(Qt::Key_Return);
        QCOMPARE(unlock.size(), 0);
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("wrong"));
        press(Qt::Key_Return);
        QCOMPARE(unlock.size(), 1);
        press(Qt::Key_Return);
        QCOMPARE(unlock.size(), 1);
        page.showWrong();
        QVERIFY(below(page, "Passphrase") != QStringLiteral("/data/secrets.box"));
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("right")); // replaces the wrong one
        press(Qt::Key_Return);
        QCOMPARE(unlock.size(), 2);
        QCOMPARE(unlock.at(1).at(0).toString(), QStringLiteral("right"));
        page.showProblem(QStringLiteral("The file is damaged."));
        QSignalSpy back(&page, &ui::PassphrasePage::backRequested);
        press(Qt::Key_Escape);
        QCOMPARE(back.size(), 1);
        page.wipe();
        QVERIFY(line(page, "Passphrase")->text().isEmpty());
        QVERIFY(!line(page, "Passphrase")->isUndoAvailable());
    }

    void aSmallWindowScrollsToWhereOneTypes()
    {
        ui::RegisterPage page(m_clock);
        page.resize(420, 300);
        page.show();
        QVERIFY(QTest::qWaitForWindowActive(&page));
        page.start(true);
        for (const char *label : {"Repeat the password", "Company"}) {
            QLineEdit *edit = line(page, label);
            QVERIFY(edit);
            edit->setFocus();
            QTRY_VERIFY2(page.rect().contains(QRect(edit->mapTo(&page, QPoint()), edit->size())), label);
        }
    }
};

CONVERSURE_TEST(AccountFormsTest)
#include "AccountFormsTest.moc"
