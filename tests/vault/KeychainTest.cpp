// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "KeyringBus.h"
#include "TestMain.h"

#include "vault/DeviceRecord.h"

#include <QCoreApplication>
#include <QProcess>
#include <QtTest>

namespace conversure::test {

namespace {

QByteArray keychain(const KeyringBus &bus, const QStringList &words)
{
    return bus.run(QCoreApplication::applicationFilePath(), QStringList{QStringLiteral("--keychain")} + words);
}

const QString name = QStringLiteral("session-test");

} // namespace

class KeychainTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsValuesOfAnyAlphabetBetweenTwoProcesses()
    {
        KeyringBus bus;
        QVERIFY(bus.start());
        QVERIFY(bus.startKeyring("a password"));
        const QString value = QStringLiteral("مفتاح 🔑 ключ");
        QCOMPARE(keychain(bus, {QStringLiteral("read"), name}), QByteArray("missing"));
        QCOMPARE(keychain(bus, {QStringLiteral("write"), name, value}), QByteArray("ok"));
        QCOMPARE(keychain(bus, {QStringLiteral("read"), name}), "value " + value.toUtf8());
        QCOMPARE(keychain(bus, {QStringLiteral("write"), name, QStringLiteral("another")}), QByteArray("ok"));
        QCOMPARE(keychain(bus, {QStringLiteral("read"), name}), QByteArray("value another"));
        QCOMPARE(keychain(bus, {QStringLiteral("remove"), name}), QByteArray("ok"));
        QCOMPARE(keychain(bus, {QStringLiteral("remove"), name}), QByteArray("ok"));
        QCOMPARE(keychain(bus, {QStringLiteral("read"), name}), QByteArray("missing"));
    }

    void aLockedKeyringIsNoMissingEntry()
    {
        KeyringBus bus;
        QVERIFY(bus.start());
        QVERIFY(bus.startKeyring("a password"));
        QCOMPARE(keychain(bus, {QStringLiteral("write"), name, QStringLiteral("kept")}), QByteArray("ok"));
        bus.stopKeyring();
        QVERIFY(bus.startKeyring({}));
        QCOMPARE(keychain(bus, {QStringLiteral("read"), name}), QByteArray("keeper:locked"));
        QCOMPARE(keychain(bus, {QStringLiteral("write"), name, QStringLiteral("other")}), QByteArray("keeper:locked"));
        QCOMPARE(keychain(bus, {QStringLiteral("remove"), name}), QByteArray("keeper:locked"));
        bus.stopKeyring();
        QVERIFY(bus.startKeyring("a password"));
        QCOMPARE(keychain(bus, {QStringLiteral("read"), name}), QByteArray("value kept"));
    }

    void aKeyringThatWasNeverMadeIsNotMadeByUs()
    {
        KeyringBus bus;
        QVERIFY(bus.start());
        QVERIFY(bus.startKeyring({}));
        QCOMPARE(keychain(bus, {QStringLiteral("read"), name}), QByteArray("missing"));
        QCOMPARE(keychain(bus, {QStringLiteral("write"), name, QStringLiteral("x")}), QByteArray("keeper:absent"));
    }

    void aPersonsNoIsNoMissingEntry_data()
    {
        QTest::addColumn<QString>("how");
        QTest::newRow("the question is dismissed") << QStringLiteral("prompt");
        QTest::newRow("the service refuses") << QStringLiteral("error");
    }

    void aPersonsNoIsNoMissingEntry()
    {
        QFETCH(QString, how);
        KeyringBus bus;
        QVERIFY(bus.start());
        QVERIFY(bus.startDenying(how));
        QCOMPARE(keychain(bus, {QStringLiteral("read"), name}), QByteArray("keeper:denied"));
        QCOMPARE(keychain(bus, {QStringLiteral("write"), name, QStringLiteral("x")}), QByteArray("keeper:denied"));
        QCOMPARE(keychain(bus, {QStringLiteral("remove"), name}), QByteArray("keeper:denied"));
    }

    void whatAPersonDidNotLetUsWriteIsNotWritten()
    {
        KeyringBus bus;
        QVERIFY(bus.start());
        QVERIFY(bus.startDenying(QStringLiteral("empty")));
        QCOMPARE(keychain(bus, {QStringLiteral("read"), name}), QByteArray("missing"));
        QCOMPARE(keychain(bus, {QStringLiteral("write"), name, QStringLiteral("x")}), QByteArray("keeper:denied"));
        QCOMPARE(keychain(bus, {QStringLiteral("remove"), name}), QByteArray("ok"));
    }

    void aServiceThatDiesBetweenTwoCallsIsAbsent()
    {
        KeyringBus bus;
        QVERIFY(bus.start());
        QVERIFY(bus.startKeyring("a password"));
        QCOMPARE(keychain(bus, {QStringLiteral("write"), name, QStringLiteral("kept")}), QByteArray("ok"));
        bus.stopKeyring();
        QCOMPARE(keychain(bus, {QStringLiteral("read"), name}), QByteArray("keeper:absent"));
    }

    void aDesktopWithoutAKeychainSaysSo_data()
    {
        QTest::addColumn<QString>("bus");
        QTest::newRow("no session bus") << QStringLiteral("none");
        QTest::newRow("a bus address that points nowhere") << QStringLiteral("nowhere");
        QTest::newRow("a bus without the service") << QStringLiteral("empty");
    }

    void aDesktopWithoutAKeychainSaysSo()
    {
        QFETCH(QString, bus);
        KeyringBus place;
        if (bus == QStringLiteral("empty"))
            QVERIFY(place.start());
        if (bus == QStringLiteral("nowhere"))
            place.pointNowhere();
        QCOMPARE(keychain(place, {QStringLiteral("read"), name}), QByteArray("keeper:absent"));
        QCOMPARE(keychain(place, {QStringLiteral("write"), name, QStringLiteral("x")}), QByteArray("keeper:absent"));
        // Above all, no plain text in some settings file instead.
        QProcess grep;
        grep.start(QStringLiteral("grep"), {QStringLiteral("-r"), name, place.folder()});
        QVERIFY(grep.waitForFinished());
        QCOMPARE(grep.exitCode(), 1);
    }

    void aRecordComesBackWhole()
    {
        const vault::DeviceRecord record{CompanyId(QUuid::createUuid()), UserId(QUuid::createUuid()),
            QStringLiteral("agent@example.com"), QStringLiteral("Юлия"), QStringLiteral("AGENT"),
            QStringLiteral("شركة"), QStringLiteral("postgresql://cv_1:secret@host/db"), QStringLiteral("token"),
            vault::KeyPair::generate()};
        const auto read = vault::DeviceRecord::fromBytes(record.toBytes());
        QVERIFY(read);
        QCOMPARE(read->company, record.company);
        QCOMPARE(read->user, record.user);
        QCOMPARE(read->name, record.name);
        QCOMPARE(read->companyName, record.companyName);
        QCOMPARE(read->database, record.database);
        QCOMPARE(read->token, record.token);
        QCOMPARE(read->keys.boxPrivate.bytes(), record.keys.boxPrivate.bytes());
        QCOMPARE(read->keys.signPublic, record.keys.signPublic);
    }

    void whatIsNoRecordIsRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const vault::DeviceRecord record{CompanyId(QUuid::createUuid()), UserId(QUuid::createUuid()), {}, {}, {}, {},
            QStringLiteral("postgresql://host/db"), QStringLiteral("token"), vault::KeyPair::generate()};
        const QByteArray good = record.toBytes().bytes();
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("\x00\xff garbage");
        QTest::newRow("cut off") << good.left(good.size() / 2);
        QTest::newRow("a newer format") << QByteArray(good).replace("\"format\":1", "\"format\":2");
        QTest::newRow("another's public key")
            << QByteArray(good).replace(record.keys.boxPublic.toBase64(), QByteArray(32, 'x').toBase64());
    }

    void whatIsNoRecordIsRefused()
    {
        QFETCH(QByteArray, bytes);
        const auto read = vault::DeviceRecord::fromBytes(vault::Secret(bytes));
        QVERIFY(!read);
        QCOMPARE(read.error().code, QStringLiteral("device:record"));
    }
};

} // namespace conversure::test

using conversure::test::KeychainTest;
CONVERSURE_TEST(KeychainTest)
#include "KeychainTest.moc"
