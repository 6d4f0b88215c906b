// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "ui/account/SignInPage.h"

#include <QAction>
#include <QLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>

using namespace conversure;

class SignInPageTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<ui::SignInPage> m_page;
    QLineEdit *m_email = nullptr;
    QLineEdit *m_password = nullptr;
    QPushButton *m_button = nullptr;

    template <class Widget>
    Widget *named(const QString &name)
    {
        const auto widgets = m_page->findChildren<Widget *>();
        for (Widget *widget : widgets) {
            if (widget->accessibleName() == name)
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
        m_page = std::make_unique<ui::SignInPage>();
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
