// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "models/AccountErrors.h"

#include <array>

using namespace conversure;
using namespace conversure::models;

/// Each failure that the pages about accounts can meet has a sentence of its own, which says what to do.
class AccountErrorsTest : public QObject
{
    Q_OBJECT

private:
    using Say = QString (*)(const Error &);

    static void verifySentence(Say say, const Error &error)
    {
        const QString sentence = say(error);
        QVERIFY2(sentence.size() > 20 && sentence.contains(u' '), qPrintable(error.code));
        QVERIFY2(!sentence.contains(error.code), qPrintable(error.code + u' ' + sentence));
    }

private Q_SLOTS:
    void everyKnownFailureHasItsOwnWords_data()
    {
        QTest::addColumn<int>("page");
        QTest::addColumn<QStringList>("codes");
        const QStringList vault{QStringLiteral("vault:pin"), QStringLiteral("vault:rollback"),
            QStringLiteral("chain:root"), QStringLiteral("CV040"), QStringLiteral("pins:write"),
            QStringLiteral("CV007"), QStringLiteral("store:lost"), QStringLiteral("store:unreachable")};
        QTest::newRow("join") << 0
                              << QStringList{QStringLiteral("invitation:link"), QStringLiteral("CV003"),
                                     QStringLiteral("invitation:root"), QStringLiteral("CV005"),
                                     QStringLiteral("vault:weak"), QStringLiteral("28P01")}
                + vault;
        QTest::newRow("register") << 1
                                  << QStringList{QStringLiteral("CV002"), QStringLiteral("CV004"),
                                         QStringLiteral("CV005")}
                + vault;
        QTest::newRow("invite") << 2
                                << QStringList{QStringLiteral("CV041"), QStringLiteral("vault:waiting"),
                                       QStringLiteral("CV002"), QStringLiteral("CV003"), QStringLiteral("CV004"),
                                       QStringLiteral("reset:authority")}
                + vault;
        QTest::newRow("account") << 3 << QStringList{QStringLiteral("CV002"), QStringLiteral("CV003")} + vault;
        QTest::newRow("keys") << 5
                              << QStringList{QStringLiteral("recovery:format"), QStringLiteral("recovery:code"),
                                     QStringLiteral("recovery:none"), QStringLiteral("relay:format"),
                                     QStringLiteral("relay:fingerprint"), QStringLiteral("vault:waiting"),
                                     QStringLiteral("CV002"), QStringLiteral("CV003")}
                + vault;
        QTest::newRow("passphrase") << 4
                                    << QStringList{QStringLiteral("keeper:passphrase"),
                                           QStringLiteral("keeper:damaged"), QStringLiteral("keeper:none"),
                                           QStringLiteral("keeper:failed"), QStringLiteral("vault:memory")};
    }

    void everyKnownFailureHasItsOwnWords()
    {
        QFETCH(int, page);
        QFETCH(QStringList, codes);
        const std::array<Say, 6> say{joinErrorSentence, registerErrorSentence, inviteErrorSentence,
            accountErrorSentence, passphraseErrorSentence, keysErrorSentence};
        for (const QString &code : std::as_const(codes)) {
            const bool away = code.startsWith(QStringLiteral("store:")) || code == QStringLiteral("keeper:failed");
            verifySentence(
                say.at(static_cast<size_t>(page)), {away ? ErrorKind::Unavailable : ErrorKind::Refused, code, {}, {}});
        }
    }

    void anUnknownFailureNamesItsCode()
    {
        for (const Say say :
            {joinErrorSentence, registerErrorSentence, inviteErrorSentence, accountErrorSentence, keysErrorSentence})
            QVERIFY(say({ErrorKind::Internal, QStringLiteral("42P01"), {}, {}}).contains(QStringLiteral("42P01")));
    }

    void anotherEmailIsNoMalformedEntry()
    {
        const Error other{
            ErrorKind::Refused, QStringLiteral("CV004"), {}, {{QStringLiteral("field"), QStringLiteral("email")}}};
        QVERIFY(joinErrorSentence(other).contains(QStringLiteral("another e-mail")));
    }
};

CONVERSURE_TEST(AccountErrorsTest)
#include "AccountErrorsTest.moc"
