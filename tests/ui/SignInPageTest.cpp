// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "domain/Clock.h"
#include "ui/account/SignInPage.h"

#include <QAccessible>
#include <QAction>
#include <QLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTimer>

using namespace conversure;

class SignInPageTest : public QObject
{
    Q_OBJECT

private:
    FixedClock m_clock{0};
    std::unique_ptr<ui::SignInPage> m_page;
    QLineEdit *m_email = nullptr;
    QLineEdit *m_password = nullptr;
    QPushButton *m_button = nullptr;

    template <class Widget>
    Widget *named(const QString &name)
    {
        const auto widgets = m_page->findChildren<Widget *>();
        for (Widget *widget : widgets) {
            QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(widget);
            if (spoken && spoken->text(QAccessible::Name) == name)
                return widget;
        }
        return nullptr;
    }

    void fill()
    {
        m_email->setText(QStringLiteral(" sara@example.com "));
        m_password->setText(QStringLiteral("secret words"));
    }

private Q_SLOTS:
    void init()
    {
        m_page = std::make_unique<ui::SignInPage>(m_clock);
        m_page->show();
        m_email = named<QLineEdit>(QStringLiteral("Email"));
        m_password = named<QLineEdit>(QStringLiteral("Password"));
        m_button = named<QPushButton>(QStringLiteral("Sign in"));
        QVERIFY(m_email && m_password && m_button);
    }

    void theButtonWaitsForBothFields()
    {
        QVERIFY(!m_button->isEnabled());
        fill();
        QVERIFY(m_button->isEnabled());
    }

    void enterSignsIn()
    {
        QSignalSpy wanted(m_page.get(), &ui::SignInPage::signInRequested);
        fill();
        QTest::keyClick(m_password, Qt::Key_Return);
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted.at(0).at(0).toString(), QStringLiteral("sara@example.com"));
        QCOMPARE(wanted.at(0).at(1).toString(), QStringLiteral("secret words"));
    }

    void whileItWaitsNothingCanBePressedTwice()
    {
        QSignalSpy wanted(m_page.get(), &ui::SignInPage::signInRequested);
        fill();
        m_button->click();
        QVERIFY(!m_button->isEnabled());
        QVERIFY(m_button->text() != QStringLiteral("Sign in"));
        QTest::keyClick(m_password, Qt::Key_Return);
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(m_password->text(), QStringLiteral("secret words"));
    }

    void aFailureIsSaidAndThePasswordForgotten()
    {
        fill();
        m_button->click();
        m_page->showReady(QStringLiteral("Email or password is wrong."));
        QCOMPARE(m_page->sentence(), QStringLiteral("Email or password is wrong."));
        QVERIFY(m_password->text().isEmpty());
        QCOMPARE(m_email->text(), QStringLiteral(" sara@example.com "));
        m_password->setText(QStringLiteral("again"));
        m_button->click();
        QVERIFY(m_page->sentence().isEmpty());
    }

    void thePasswordStaysWhenItWasNotTheReason()
    {
        fill();
        m_button->click();
        m_page->showReady(QStringLiteral("The store cannot be reached."), true);
        QCOMPARE(m_password->text(), QStringLiteral("secret words"));
        QVERIFY(m_button->isEnabled());
        m_page->setEmail(QStringLiteral("omar@example.com"));
        QCOMPARE(m_email->text(), QStringLiteral("omar@example.com"));
    }

    void anErrorMovesNothingUp()
    {
        m_page->resize(900, 700);
        QCoreApplication::processEvents();
        const int top = m_email->mapTo(m_page.get(), QPoint()).y();
        QVERIFY(top > 100);
        m_page->showReady(QStringLiteral("Email or password is wrong. Check both and try again. ").repeated(3));
        m_page->layout()->activate();
        QCoreApplication::processEvents();
        QCOMPARE(m_email->mapTo(m_page.get(), QPoint()).y(), top);
        m_page->resize(901, 700);
        QCoreApplication::processEvents();
        QCOMPARE(m_email->mapTo(m_page.get(), QPoint()).y(), top);
    }

    void aLockCountsDownAndOpensByItself()
    {
        QSignalSpy wanted(m_page.get(), &ui::SignInPage::signInRequested);
        auto *tick = m_page->findChild<QTimer *>(QStringLiteral("lockTick"));
        fill();
        m_button->click();
        m_page->showLocked(61);
        QCOMPARE(m_page->sentence(), QStringLiteral("Too many attempts. Try again in 1:01."));
        QCOMPARE(m_password->text(), QStringLiteral("secret words"));
        QVERIFY(!m_button->isEnabled());
        QTest::keyClick(m_password, Qt::Key_Return);
        QCOMPARE(wanted.size(), 1);
        QVERIFY(tick->isActive() && tick->interval() <= 1000);
        m_clock.advance(400);
        tick->start(0);
        QTRY_VERIFY(tick->isActive() && tick->interval() > 0);
        QCOMPARE(m_page->sentence(), QStringLiteral("Too many attempts. Try again in 1:01."));
        QCOMPARE(tick->interval(), 600); // it says a second when it begins
        m_clock.advance(600);
        tick->start(0);
        QTRY_COMPARE(m_page->sentence(), QStringLiteral("Too many attempts. Try again in 1:00."));
        m_clock.advance(59'000);
        tick->start(0);
        QTRY_COMPARE(m_page->sentence(), QStringLiteral("Too many attempts. Try again in a second."));
        QVERIFY(!m_button->isEnabled());
        m_clock.advance(1000);
        tick->start(0);
        QTRY_VERIFY(m_button->isEnabled());
        QVERIFY(m_page->sentence().isEmpty());
        QVERIFY(!tick->isActive());
        QCOMPARE(m_password->text(), QStringLiteral("secret words"));
        QTest::keyClick(m_password, Qt::Key_Return);
        QCOMPARE(wanted.size(), 2);
    }

    void aLockIsForOneEmail()
    {
        fill();
        m_page->showLocked(30);
        QVERIFY(!m_button->isEnabled());
        m_email->setText(QStringLiteral("omar@example.com"));
        QVERIFY(m_button->isEnabled());
        QVERIFY(m_page->sentence().isEmpty());
        m_email->setText(QStringLiteral("SARA@example.com"));
        QVERIFY(!m_button->isEnabled());
        QVERIFY(!m_page->sentence().isEmpty());
    }

    void whoHasNoAccountFindsTheWay()
    {
        QSignalSpy company(m_page.get(), &ui::SignInPage::companyWanted);
        QSignalSpy invitation(m_page.get(), &ui::SignInPage::invitationAtHand);
        auto *join = named<QPushButton>(QStringLiteral("I have an invitation"));
        auto *found = named<QPushButton>(QStringLiteral("Create a company"));
        QVERIFY(join && found);
        QVERIFY(join->focusPolicy() & Qt::TabFocus);
        join->click();
        found->click();
        QCOMPARE(invitation.size(), 1);
        QCOMPARE(company.size(), 1);
        m_page->showBusy();
        QVERIFY(!join->isEnabled() && !found->isEnabled());
    }

    void thePasswordCanBeShown()
    {
        QCOMPARE(m_password->echoMode(), QLineEdit::Password);
        QAction *reveal = m_password->actions().constFirst();
        QCOMPARE(reveal->text(), QStringLiteral("Show password"));
        reveal->trigger();
        QCOMPARE(m_password->echoMode(), QLineEdit::Normal);
        QCOMPARE(reveal->text(), QStringLiteral("Hide password"));
        m_page->showReady({});
        QCOMPARE(m_password->echoMode(), QLineEdit::Password);
    }
};

CONVERSURE_TEST(SignInPageTest)
#include "SignInPageTest.moc"
