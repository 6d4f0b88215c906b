// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "ui/shell/AccountMenu.h"

#include <QAction>
#include <QSignalSpy>

using namespace conversure;

/// Who finds what in the account's menu.
class AccountMenuTest : public QObject
{
    Q_OBJECT

private:
    static QAction *entry(const ui::AccountMenu &menu, const QString &text)
    {
        const auto actions = menu.findChildren<QAction *>();
        for (QAction *action : actions) {
            if (action->text() == text && action->isVisible())
                return action;
        }
        return nullptr;
    }

private Q_SLOTS:
    void onlyAdminsManageKeys()
    {
        QAction help;
        ui::AccountMenu menu(&help);
        QSignalSpy chosen(&menu, &ui::AccountMenu::actionChosen);
        menu.setWho(QStringLiteral("Bea"), QStringLiteral("Marina Homes"), false);
        menu.setKeysWait(true);
        QVERIFY(!entry(menu, QStringLiteral("Relays…")));
        QVERIFY(!entry(menu, QStringLiteral("Use the recovery code…"))); // nor is it theirs to use
        menu.setWho(QStringLiteral("Adam"), QStringLiteral("Marina Homes"), true);
        QVERIFY(entry(menu, QStringLiteral("Relays…")));
        entry(menu, QStringLiteral("Relays…"))->trigger();
        QCOMPARE(chosen.at(0).at(0).value<ui::AccountAction>(), ui::AccountAction::Relays);
        entry(menu, QStringLiteral("Use the recovery code…"))->trigger();
        QCOMPARE(chosen.at(1).at(0).value<ui::AccountAction>(), ui::AccountAction::Recovery);
        menu.setKeysWait(false);
        QVERIFY(!entry(menu, QStringLiteral("Use the recovery code…")));
    }
};

CONVERSURE_TEST(AccountMenuTest)
#include "AccountMenuTest.moc"
