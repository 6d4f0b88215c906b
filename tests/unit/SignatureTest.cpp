// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "wire/Http.h"
#include "wire/Signature.h"

using namespace conversure;

class SignatureTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// RFC 4231, test cases 1, 2, 3 and 6.
    void knownVectors_data()
    {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("data");
        QTest::addColumn<QByteArray>("hex");
        QTest::newRow("1") << QByteArray(20, '\x0b') << QByteArray("Hi There")
                           << QByteArray("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        QTest::newRow("2") << QByteArray("Jefe") << QByteArray("what do ya want for nothing?")
                           << QByteArray("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        QTest::newRow("3") << QByteArray(20, '\xaa') << QByteArray(50, '\xdd')
                           << QByteArray("773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
        QTest::newRow("6") << QByteArray(131, '\xaa')
                           << QByteArray("Test Using Larger Than Block-Size Key - Hash Key First")
                           << QByteArray("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }
    void knownVectors()
    {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, data);
        QFETCH(QByteArray, hex);
        QCOMPARE(wire::hmacSha256(key, data).toHex(), hex);
    }

    void emptyKeyAndDataStillHaveASignature()
    {
        QCOMPARE(wire::hmacSha256("", "").toHex(),
            QByteArray("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"));
    }

    void comparesWholeValues()
    {
        QVERIFY(wire::equalInConstantTime("abc", "abc"));
        QVERIFY(wire::equalInConstantTime({}, {}));
        QVERIFY(!wire::equalInConstantTime("abc", "abd"));
        QVERIFY(!wire::equalInConstantTime("abc", "xbc"));
        QVERIFY(!wire::equalInConstantTime("abc", "ab"));
        QVERIFY(!wire::equalInConstantTime("abc", "abcd"));
        QVERIFY(!wire::equalInConstantTime({}, "a"));
        QVERIFY(wire::equalInConstantTime(QByteArray("a\0b", 3), QByteArray("a\0b", 3)));
        QVERIFY(!wire::equalInConstantTime(QByteArray("a\0b", 3), QByteArray("a\0c", 3)));
    }

    void headersAreFoundWithoutRegardToCase()
    {
        const QList<wire::Header> headers{{"Content-Type", "application/json"}, {"X-A", "1"}, {"x-a", "2"}};
        QCOMPARE(wire::headerValue(headers, "content-TYPE"), QByteArray("application/json"));
        QCOMPARE(wire::headerValue(headers, "X-a"), QByteArray("1"));
        QVERIFY(wire::headerValue(headers, "X-B").isNull());
    }
};

CONVERSURE_TEST(SignatureTest)
#include "SignatureTest.moc"
