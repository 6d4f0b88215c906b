// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Hands.h"
#include "TestMain.h"

#include "models/AccountLists.h"
#include "ui/account/CardList.h"
#include "ui/account/RecoveryCodeDialog.h"
#include "ui/account/RelaysDialog.h"
#include "ui/account/TokensDialog.h"

#include <QApplication>
#include <QPointer>
#include <QSignalSpy>

using namespace conversure;
using namespace conversure::test;

namespace {

QUuid idOf(int n)
{
    return QUuid::fromString(QStringLiteral("0190a1b2-0000-7000-8000-%1").arg(n, 12, 16, QLatin1Char('0')));
}

} // namespace

/// The dialogs about the company's keys: what they ask for, once each, and what they say.
class KeyDialogsTest : public QObject
{
    Q_OBJECT

private:
    template <class Dialog>
    static void show(Dialog &dialog)
    {
        dialog.open();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        verifyNames(dialog);
    }

    static void press(Qt::Key key) { QTest::keyClick(QApplication::focusWidget(), key); }

private Q_SLOTS:
    void theTokensOfALeaverAreListedAndTheKeyRenewedOnce()
    {
        models::TokenListModel model;
        auto dialog = std::make_unique<ui::TokensDialog>(model, QStringLiteral("Bea"));
        QSignalSpy asked(dialog.get(), &ui::TokensDialog::listRequested);
        QSignalSpy renew(dialog.get(), &ui::TokensDialog::renewRequested);
        show(*dialog);
        QCOMPARE(asked.size(), 1);
        dialog->showLoadFailed(QStringLiteral("The store cannot be reached."));
        button(*dialog, "Try again")->click();
        QCOMPARE(asked.size(), 2);
        model.setTokens({{idOf(1), QStringLiteral("Marina sales"), {}, QStringLiteral("meta"),
            {QStringLiteral("access_token"), QStringLiteral("app_secret")}}});
        dialog->showList();
        verifyNames(*dialog);
        QCOMPARE(dialog->findChild<ui::CardList *>()->model()->index(0, 0).data(Qt::AccessibleTextRole).toString(),
            QStringLiteral("Marina sales, access token, app secret"));
        button(*dialog, "Renew the data key")->click();
        QCOMPARE(renew.size(), 1);
        QVERIFY(!button(*dialog, "Renewing…")->isEnabled());
        dialog->showFailed(QStringLiteral("Somebody else was changing the same thing. Try again."));
        button(*dialog, "Renew the data key")->click();
        QCOMPARE(renew.size(), 2);
        dialog->showRenewed(2);
        QVERIFY(dialog->sentence().contains(QStringLiteral("2 open links")));
        QVERIFY(!button(*dialog, "Renew the data key")->isEnabled());
        QCOMPARE(QApplication::focusWidget(), button(*dialog, "Close"));
    }

    void aRelayNeedsTheFingerprintOfItsOperator()
    {
        models::RelayListModel model;
        auto dialog = std::make_unique<ui::RelaysDialog>(model);
        QSignalSpy asked(dialog.get(), &ui::RelaysDialog::listRequested);
        QSignalSpy authorize(dialog.get(), &ui::RelaysDialog::authorizeRequested);
        show(*dialog);
        QCOMPARE(asked.size(), 1);
        QVERIFY(!button(*dialog, "Authorize")->isEnabled());
        dialog->showList(); // none
        button(*dialog, "Look again")->click();
        QCOMPARE(asked.size(), 2);
        const QString fingerprint = QStringLiteral("QX7D K2RF MB3A 6YTC N4WE ZP5H VJ2L GS3K");
        QList<RelayRow> rows{{idOf(1), QStringLiteral("east"), fingerprint, true},
            {idOf(2), QStringLiteral("west"), fingerprint, false}};
        model.setRelays(rows);
        dialog->showList();
        verifyNames(*dialog);
        QCOMPARE(QApplication::focusWidget(), dialog->findChild<ui::CardList *>());
        QVERIFY(!line(*dialog, "Fingerprint from its operator")->isEnabled()); // east has it already
        press(Qt::Key_Down);
        QVERIFY(line(*dialog, "Fingerprint from its operator")->isEnabled());
        QVERIFY(!button(*dialog, "Authorize")->isEnabled());
        type(*dialog, "Fingerprint from its operator", QStringLiteral("qx7d k2rf"));
        press(Qt::Key_Return);
        QCOMPARE(authorize.size(), 1);
        QCOMPARE(authorize.at(0), QVariantList({idOf(2), QStringLiteral("qx7d k2rf")}));
        press(Qt::Key_Return);
        QCOMPARE(authorize.size(), 1);
        dialog->showFingerprintProblem(QStringLiteral("This is not a fingerprint."));
        QCOMPARE(below(*dialog, "Fingerprint from its operator"), QStringLiteral("This is not a fingerprint."));
        QCOMPARE(QApplication::focusWidget(), line(*dialog, "Fingerprint from its operator"));
        type(*dialog, "Fingerprint from its operator", fingerprint);
        QVERIFY(below(*dialog, "Fingerprint from its operator") != QStringLiteral("This is not a fingerprint."));
        button(*dialog, "Authorize")->click();
        QCOMPARE(authorize.size(), 2);
        rows[1].isAuthorized = true;
        dialog->showAuthorized(QStringLiteral("west"));
        model.setRelays(rows);
        dialog->showList();
        QVERIFY(dialog->sentence().contains(QStringLiteral("west")));
        QVERIFY(!button(*dialog, "Authorize")->isEnabled());
        QVERIFY(line(*dialog, "Fingerprint from its operator")->text().isEmpty());
    }

    void theRecoveryCodeIsTypedAndForgotten()
    {
        QPointer<ui::RecoveryCodeDialog> dialog = new ui::RecoveryCodeDialog;
        show(*dialog);
        QSignalSpy entered(dialog, &ui::RecoveryCodeDialog::codeEntered);
        QCOMPARE(QApplication::focusWidget(), line(*dialog, "Recovery code"));
        press(Qt::Key_Return);
        QCOMPARE(entered.size(), 0);
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("qx7d-k2rf"));
        press(Qt::Key_Return);
        press(Qt::Key_Return);
        press(Qt::Key_Escape); // what runs is waited for
        QCOMPARE(entered.size(), 1);
        QCOMPARE(entered.at(0).at(0).toString(), QStringLiteral("qx7d-k2rf"));
        QVERIFY(dialog && dialog->isVisible());
        dialog->showCodeProblem(QStringLiteral("This is not a recovery code."));
        QCOMPARE(below(*dialog, "Recovery code"), QStringLiteral("This is not a recovery code."));
        button(*dialog, "Use the code")->click();
        dialog->showFailed(QStringLiteral("The store cannot be reached."));
        QCOMPARE(dialog->sentence(), QStringLiteral("The store cannot be reached."));
        QCOMPARE(line(*dialog, "Recovery code")->text(), QStringLiteral("qx7d-k2rf"));
        button(*dialog, "Use the code")->click();
        dialog->showRecovered();
        QVERIFY(!dialog->sentence().isEmpty());
        QVERIFY(!line(*dialog, "Recovery code"));
        QVERIFY(dialog->findChild<QLineEdit *>()->text().isEmpty());
        press(Qt::Key_Return);
        QTRY_VERIFY(!dialog);
    }
};

CONVERSURE_TEST(KeyDialogsTest)
#include "KeyDialogsTest.moc"
