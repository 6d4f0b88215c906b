// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "TestRows.h"

#include "state/Inbox.h"

using namespace conversure;
using namespace conversure::test;
using state::Inbox;
using Kind = feed::Gone::Kind;

class InboxTemplatesTest : public QObject
{
    Q_OBJECT

private:
    static QStringList names(const Inbox &inbox)
    {
        QStringList names;
        for (const TemplateRow &row : inbox.templates())
            names << row.name;
        names.sort();
        return names;
    }

private Q_SLOTS:
    void theHigherRevStays()
    {
        Inbox inbox;
        QSignalSpy applied(&inbox, &Inbox::applied);
        inbox.apply({templateRow(1, 3, QStringLiteral("c"))});
        inbox.apply({templateRow(1, 2, QStringLiteral("b")), templateRow(1, 3, QStringLiteral("d"))});
        QCOMPARE(applied.size(), 1);
        QCOMPARE(names(inbox), QStringList{QStringLiteral("c")});
        QCOMPARE(applied.first().first().value<state::Applied>().templates, QSet<TemplateId>{templateId(1)});
    }

    void whatIsGoneStaysGone()
    {
        Inbox inbox;
        inbox.apply({templateRow(1, 3, QStringLiteral("a"))});
        inbox.apply({gone(Kind::Template, templateId(1), 2)});
        QCOMPARE(names(inbox).size(), 1);
        inbox.apply({gone(Kind::Template, templateId(1), 4)});
        inbox.apply({templateRow(1, 3, QStringLiteral("late"))});
        QVERIFY(names(inbox).isEmpty());
        inbox.apply({templateRow(1, 5, QStringLiteral("back"))});
        QCOMPARE(names(inbox), QStringList{QStringLiteral("back")});
    }

    void theListReplacesWhatItDoesNotName()
    {
        Inbox inbox;
        inbox.apply({templateRow(1, 1, QStringLiteral("a")), templateRow(2, 1, QStringLiteral("b"))});
        inbox.beginTemplates();
        inbox.applyTemplates({templateRow(2, 1, QStringLiteral("b")), templateRow(3, 1, QStringLiteral("c"))});
        QCOMPARE(names(inbox), (QStringList{QStringLiteral("b"), QStringLiteral("c")}));
    }

    void whatChangedWhileTheListWasReadIsNewer()
    {
        Inbox inbox;
        inbox.apply({templateRow(1, 1, QStringLiteral("a"))});
        inbox.beginTemplates();
        inbox.apply({templateRow(1, 2, QStringLiteral("a2")), templateRow(4, 1, QStringLiteral("new"))});
        inbox.applyTemplates({templateRow(1, 1, QStringLiteral("a"))});
        QCOMPARE(names(inbox), (QStringList{QStringLiteral("a2"), QStringLiteral("new")}));
    }

    void clearForgetsThem()
    {
        Inbox inbox;
        inbox.apply({templateRow(1, 1, QStringLiteral("a"))});
        inbox.clear();
        QVERIFY(inbox.templates().isEmpty());
    }
};

CONVERSURE_TEST(InboxTemplatesTest)
#include "InboxTemplatesTest.moc"
