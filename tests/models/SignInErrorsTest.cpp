// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "models/AccountErrors.h"
#include "models/SignInErrors.h"

#include <QSet>

using namespace conversure;

/// Each refusal of a sign-in has a sentence that says what to do.
class SignInErrorsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theTimeLeftIsSaid_data()
    {
        QTest::addColumn<int>("seconds");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("1") << 1 << QStringLiteral("Too many attempts. Try again in a second.");
        QTest::newRow("2") << 2 << QStringLiteral("Too many attempts. Try again in 2 seconds.");
        QTest::newRow("59") << 59 << QStringLiteral("Too many attempts. Try again in 59 seconds.");
        QTest::newRow("60") << 60 << QStringLiteral("Too many attempts. Try again in a minute.");
        QTest::newRow("61") << 61 << QStringLiteral("Too many attempts. Try again in 2 minutes.");
        QTest::newRow("240") << 240 << QStringLiteral("Too many attempts. Try again in 4 minutes.");
        QTest::newRow("900") << 900 << QStringLiteral("Too many attempts. Try again in 15 minutes.");
    }

    void theTimeLeftIsSaid()
    {
        QFETCH(int, seconds);
        QFETCH(QString, sentence);
        QCOMPARE(models::signInErrorSentence({ErrorKind::Refused, QStringLiteral("CV007"), {},
                     {{QStringLiteral("retry_after"), seconds}, {QStringLiteral("reason"), QStringLiteral("limit")}}}),
            sentence);
    }

    void aCountdownIsExact()
    {
        QCOMPARE(models::lockedSentence(1), QStringLiteral("Too many attempts. Try again in a second."));
        QCOMPARE(models::lockedSentence(59), QStringLiteral("Too many attempts. Try again in 59 seconds."));
        QCOMPARE(models::lockedSentence(60), QStringLiteral("Too many attempts. Try again in 1:00."));
        QCOMPARE(models::lockedSentence(272), QStringLiteral("Too many attempts. Try again in 4:32."));
    }

    void busyIsNotUnreachable()
    {
        const QString busy =
            models::signInErrorSentence({ErrorKind::Unavailable, QStringLiteral("store:busy"), {}, {}});
        QVERIFY(busy.contains(QStringLiteral("busy")));
        QVERIFY(
            busy != models::signInErrorSentence({ErrorKind::Unavailable, QStringLiteral("store:unreachable"), {}, {}}));
    }

    void whatIsNotAsItWasSignedStopsWithWords_data()
    {
        QTest::addColumn<QString>("code");
        for (const char *code : {"vault:pin", "vault:rollback", "vault:settings", "vault:manifest", "vault:unsigned",
                 "vault:commitment", "vault:secret", "chain:root", "chain:missing", "chain:signature"})
            QTest::newRow(code) << QString::fromLatin1(code);
    }

    /// What happened, that nothing was done, and whom to tell; the same at the sign-in as on the pages of accounts.
    void whatIsNotAsItWasSignedStopsWithWords()
    {
        QFETCH(QString, code);
        const Error error{ErrorKind::Refused, code, {}, {}};
        const QString sentence = models::signInErrorSentence(error);
        QVERIFY2(sentence.contains(QStringLiteral("stopped")), qPrintable(sentence));
        QVERIFY2(sentence.contains(QStringLiteral("nothing was sent")), qPrintable(sentence));
        QVERIFY2(sentence.contains(QStringLiteral("whoever runs the store")), qPrintable(sentence));
        QVERIFY(!sentence.contains(code));
        QCOMPARE(models::accountErrorSentence(error), sentence);
        QCOMPARE(models::joinErrorSentence(error), sentence);
    }

    void eachOfTheseHasItsOwnWords()
    {
        QSet<QString> sentences;
        for (const char *code : {"vault:pin", "vault:rollback", "vault:settings", "chain:root", "vault:wrap"})
            sentences << models::signInErrorSentence({ErrorKind::Refused, QString::fromLatin1(code), {}, {}});
        QCOMPARE(sentences.size(), 5);
    }

    void aBusyStoreIsNoGuessing()
    {
        const QString sentence = models::signInErrorSentence({ErrorKind::Refused, QStringLiteral("CV007"), {},
            {{QStringLiteral("retry_after"), 1}, {QStringLiteral("reason"), QStringLiteral("busy")}}});
        QVERIFY(sentence.contains(QStringLiteral("busy")));
    }

    void aShortPasswordIsToldHowLongItMustBe()
    {
        QVERIFY(models::signInErrorSentence(
            {ErrorKind::Invalid, QStringLiteral("password:short"), {}, {{QStringLiteral("min_length"), 10}}})
                    .contains(QStringLiteral("10")));
    }
};

CONVERSURE_TEST(SignInErrorsTest)
#include "SignInErrorsTest.moc"
