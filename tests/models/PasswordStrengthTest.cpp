// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "models/PasswordStrength.h"

using namespace conversure::models;

using Level = PasswordStrength::Level;
Q_DECLARE_METATYPE(Level)

class PasswordStrengthTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isJudgedRoughly_data()
    {
        QTest::addColumn<QString>("password");
        QTest::addColumn<Level>("level");
        QTest::newRow("nothing") << QString() << Level::None;
        QTest::newRow("nine") << QStringLiteral("kT4!kT4!k") << Level::TooShort;
        QTest::newRow("nine characters outside the first plane")
            << QStringLiteral("🙂🙂🙂🙂🙂🙂🙂🙂🙂") << Level::TooShort;
        QTest::newRow("one letter") << QStringLiteral("aaaaaaaaaaaaaaaaaaaaaaaa") << Level::Weak;
        QTest::newRow("two letters in turn") << QStringLiteral("abababababababababababab") << Level::Weak;
        QTest::newRow("along the keyboard's digits") << QStringLiteral("12345678901234567890") << Level::Weak;
        QTest::newRow("along the alphabet") << QStringLiteral("abcdefghijklmnopqrst") << Level::Weak;
        QTest::newRow("their own name") << QStringLiteral("SaraKhan2026") << Level::Weak;
        QTest::newRow("their own address") << QStringLiteral("sara.khan@marina") << Level::Weak;
        QTest::newRow("mixed") << QStringLiteral("vJ7pQ2xkM9") << Level::Fair;
        QTest::newRow("words") << QStringLiteral("a heron waits in the reeds") << Level::Strong;
        QTest::newRow("Arabic words") << QStringLiteral("قطة زرقاء تنام تحت الشجرة") << Level::Strong;
    }

    void isJudgedRoughly()
    {
        QFETCH(QString, password);
        QFETCH(Level, level);
        QCOMPARE(strengthOf(password, {QStringLiteral("Sara Khan"), QStringLiteral("sara.khan@marina.example")}).level,
            level);
    }

    void onlyWhatIsTooShortIsNotEnough()
    {
        QVERIFY(!strengthOf({}).isEnough());
        QVERIFY(!strengthOf(QStringLiteral("123456789")).isEnough());
        QVERIFY(strengthOf(QStringLiteral("1234567890")).isEnough());
    }

    void whatIsMissingIsCounted()
    {
        QCOMPARE(strengthOf(QStringLiteral("123")).sentence(), QStringLiteral("Too short: 7 more characters."));
        QCOMPARE(strengthOf(QStringLiteral("123456789")).sentence(), QStringLiteral("Too short: one more character."));
        QVERIFY(strengthOf({}).sentence().contains(QStringLiteral("10")));
    }

    void aKnownWordMakesAPasswordWeaker()
    {
        const QString password = QStringLiteral("Marina blue 4");
        QVERIFY(strengthOf(password).level > strengthOf(password, {QStringLiteral("marina homes")}).level);
    }
};

CONVERSURE_TEST(PasswordStrengthTest)
#include "PasswordStrengthTest.moc"
