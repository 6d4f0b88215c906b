// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "StoreFixture.h"
#include "TestMain.h"

#include "vault/PasswordKeys.h"

#include <QJsonObject>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;
using namespace conversure::vault;

/// What a password becomes before it leaves the machine.
class PasswordKeysTest : public QObject
{
    Q_OBJECT

private:
    static QJsonObject params(int ops = 2, int memKib = 65536, qsizetype saltSize = 16)
    {
        return {{QStringLiteral("salt"), QString::fromLatin1(QByteArray(saltSize, 's').toBase64())},
            {QStringLiteral("ops"), ops}, {QStringLiteral("mem_kib"), memKib}};
    }

    static PasswordKeys keysOf(
        const QString &password, const QString &email, const QByteArray &salt = QByteArray(16, 's'))
    {
        return MUST(stretchPassword(password, email, {salt, 2, 65536}));
    }

private Q_SLOTS:
    void weakOrHostileParametersAreRefused_data()
    {
        QTest::addColumn<QJsonObject>("object");
        QTest::newRow("one pass") << params(1);
        QTest::newRow("no pass") << params(0);
        QTest::newRow("little memory") << params(3, 65535);
        QTest::newRow("negative memory") << params(3, -1);
        QTest::newRow("more memory than a desktop has") << params(3, 8 * 1024 * 1024);
        QTest::newRow("for ever") << params(100'000);
        QTest::newRow("no salt") << params(3, 65536, 0);
        QTest::newRow("short salt") << params(3, 65536, 15);
        QTest::newRow("long salt") << params(3, 65536, 17);
        QTest::newRow("nothing") << QJsonObject();
        QTest::newRow("words") << QJsonObject{{QStringLiteral("salt"), QStringLiteral("!!!!")},
            {QStringLiteral("ops"), QStringLiteral("3")}, {QStringLiteral("mem_kib"), true}};
    }

    void weakOrHostileParametersAreRefused()
    {
        QFETCH(QJsonObject, object);
        const auto read = StretchParams::fromJson(object);
        QVERIFY(!read);
        QCOMPARE(read.error().code, QStringLiteral("vault:weak"));
    }

    void theStoresOwnParametersAreTakenAndStrong()
    {
        Database database; // whose parameters the fixture made weak, for the sake of time
        Connection door = database.door();
        QVERIFY(StretchParams::fromJson(MUST(door.call(QLatin1StringView("api.sign_in_params"))).object(0, 0)));
        Connection admin = database.admin();
        const Rows defaults = MUST(
            admin.run("insert into conversure.installation (only_row) values (true) on conflict (only_row) do update"
                      " set kdf_ops = default, kdf_mem_kib = default returning kdf_ops, kdf_mem_kib"));
        QVERIFY(defaults.number(0, 0) >= 3);
        QVERIFY(defaults.number(0, 1) >= 256 * 1024);
        QVERIFY(StretchParams::fromJson(MUST(door.call(QLatin1StringView("api.sign_in_params"))).object(0, 0)));
    }

    void theSameInputGivesTheSameKeys()
    {
        const PasswordKeys once = keysOf(QStringLiteral("pass"), QStringLiteral("a@example.com"));
        const PasswordKeys again = keysOf(QStringLiteral("pass"), QStringLiteral("a@example.com"));
        QCOMPARE(once.proof, again.proof);
        QCOMPARE(once.wrap.bytes(), again.wrap.bytes());
        QCOMPARE(once.proof.size(), 43);
        QCOMPARE(once.wrap.bytes().size(), 32);
    }

    void proofAndWrapTellNothingOfEachOther()
    {
        const PasswordKeys keys = keysOf(QStringLiteral("pass"), QStringLiteral("a@example.com"));
        QVERIFY(QByteArray::fromBase64(keys.proof.toLatin1(), QByteArray::Base64UrlEncoding) != keys.wrap.bytes());
    }

    void anyOtherInputGivesOtherKeys()
    {
        const PasswordKeys keys = keysOf(QStringLiteral("pass"), QStringLiteral("a@example.com"));
        for (const PasswordKeys &other : {keysOf(QStringLiteral("Pass"), QStringLiteral("a@example.com")),
                 keysOf(QStringLiteral("pass "), QStringLiteral("a@example.com")),
                 keysOf(QStringLiteral("pass"), QStringLiteral("b@example.com")),
                 keysOf(QStringLiteral("pass"), QStringLiteral("a@example.com"), QByteArray(16, 't')),
                 keysOf(QString(), QStringLiteral("a@example.com"))}) {
            QVERIFY(other.proof != keys.proof);
            QVERIFY(other.wrap.bytes() != keys.wrap.bytes());
        }
    }

    void anEmailIsNormalisedAsTheStoreDoesIt_data()
    {
        QTest::addColumn<QString>("one");
        QTest::addColumn<QString>("other");
        QTest::newRow("case") << QStringLiteral("Omar@Example.COM") << QStringLiteral("omar@example.com");
        QTest::newRow("blanks") << QStringLiteral("  omar@example.com ") << QStringLiteral("omar@example.com");
        QTest::newRow("tab and newline") << QStringLiteral("\tomar@example.com\r\n")
                                         << QStringLiteral("omar@example.com");
        QTest::newRow("no-break space") << QStringLiteral("\u00a0omar@example.com\u00a0")
                                        << QStringLiteral("omar@example.com");
        QTest::newRow("Cyrillic") << QStringLiteral("ЮЛИЯ@ПРИМЕР.РФ") << QStringLiteral("юлия@пример.рф");
        QTest::newRow("Greek") << QStringLiteral("ΟΔΟΣ@example.com") << QStringLiteral("οδοσ@example.com");
        QTest::newRow("umlaut") << QStringLiteral("MÜLLER@example.com") << QStringLiteral("müller@example.com");
        QTest::newRow("sharp s stays") << QStringLiteral("straße@example.com") << QStringLiteral("strasse@example.com");
        QTest::newRow("somebody else") << QStringLiteral("omar@example.com") << QStringLiteral("omar@example.org");
    }

    /// Two spellings are one account for the store exactly if they are one for the keys; else nobody could sign in.
    void anEmailIsNormalisedAsTheStoreDoesIt()
    {
        QFETCH(QString, one);
        QFETCH(QString, other);
        static Database database;
        Connection admin = database.admin();
        const bool sameAccount = MUST(
            admin.run("select conversure.normal_email($1) = conversure.normal_email($2)", {param(one), param(other)}))
                                     .boolean(0, 0);
        QCOMPARE(keysOf(QStringLiteral("pass"), one).proof == keysOf(QStringLiteral("pass"), other).proof, sameAccount);
    }
};

CONVERSURE_TEST(PasswordKeysTest)
#include "PasswordKeysTest.moc"
