// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "domain/SendErrors.h"

using namespace conversure;

class SendErrorClassTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// These words are in the store: a change loses what is there.
    void wordsAreKept()
    {
        const QStringList words{QStringLiteral("invalid_content"), QStringLiteral("not_reachable"),
            QStringLiteral("window_closed"), QStringLiteral("opted_out"), QStringLiteral("marketing_cap"),
            QStringLiteral("template_problem"), QStringLiteral("pace_limited"), QStringLiteral("provider_limit"),
            QStringLiteral("auth_problem"), QStringLiteral("account_problem"), QStringLiteral("provider_down"),
            QStringLiteral("unknown")};
        for (int i = 0; i < words.size(); ++i) {
            QCOMPARE(toText(static_cast<SendErrorClass>(i)), words.at(i));
            QCOMPARE(sendErrorClassFromText(words.at(i)), static_cast<SendErrorClass>(i));
        }
        QCOMPARE(words.size(), static_cast<int>(SendErrorClass::Unknown) + 1);
    }

    void otherWordsAreNone()
    {
        QVERIFY(!sendErrorClassFromText(u""));
        QVERIFY(!sendErrorClassFromText(u"never"));
        QVERIFY(!sendErrorClassFromText(u"Unknown"));
    }
};

CONVERSURE_TEST(SendErrorClassTest)
#include "SendErrorClassTest.moc"
