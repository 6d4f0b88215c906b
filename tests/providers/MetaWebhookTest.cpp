// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Fixtures.h"
#include "TestMain.h"

#include "providers/meta/Webhook.h"
#include "wire/Signature.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace conversure;
using namespace conversure::providers;
using namespace Qt::StringLiterals;

class MetaWebhookTest : public QObject
{
    Q_OBJECT

private:
    static QByteArray fixture(const QString &name)
    {
        return test::fixtureFile(QStringLiteral("meta"), name + QStringLiteral(".json"));
    }

    static QList<wire::Header> signedWith(const QByteArray &name, const QByteArray &value) { return {{name, value}}; }

    static QString errorOf(const QByteArray &body)
    {
        const auto parsed = meta::parseDelivery(body);
        const auto shares = meta::splitDelivery(body);
        if (parsed || shares)
            return QStringLiteral("accepted");
        return parsed.error().code == shares.error().code ? parsed.error().code : QStringLiteral("they disagree");
    }

private Q_SLOTS:
    void fixturesSayWhatIsExpected_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString &name : test::fixtureNames(QStringLiteral("meta")))
            QTest::newRow(qPrintable(name)) << name;
    }
    void fixturesSayWhatIsExpected()
    {
        QFETCH(QString, name);
        const auto parsed = meta::parseDelivery(fixture(name));
        QVERIFY(parsed);
        const QString expectedFile = name + QStringLiteral(".expected.txt");
        const QByteArray expectedBytes = test::fixtureFile(QStringLiteral("meta"), expectedFile);
        const QString expected = expectedBytes.isNull() ? u"the expected file"_s : QString::fromUtf8(expectedBytes);
        const QString actual = test::summary(*parsed);
        if (actual != expected) { // left for the eye to compare
            QFile kept(QDir(QStringLiteral(CONVERSURE_BIN_DIR)).filePath(name + QStringLiteral(".actual.txt")));
            if (kept.open(QIODevice::WriteOnly))
                kept.write(actual.toUtf8());
        }
        QCOMPARE(actual, expected);
    }

    void whatIsNoDeliveryIsRefused()
    {
        QCOMPARE(errorOf(QByteArray()), u"json:malformed"_s);
        QCOMPARE(errorOf("hello"), u"json:malformed"_s);
        QCOMPARE(errorOf("[]"), u"meta:not-a-delivery"_s);
        QCOMPARE(errorOf("{}"), u"meta:not-a-delivery"_s);
        QCOMPARE(errorOf("{\"object\":\"page\",\"entry\":[]}"), u"meta:not-a-delivery"_s);
        QCOMPARE(errorOf("{\"object\":\"whatsapp_business_account\",\"entry\":{}}"), u"meta:not-a-delivery"_s);
        QCOMPARE(errorOf("{\"object\":\"whatsapp_business_account\"}"), u"meta:not-a-delivery"_s);
    }

    void problemsNeverQuoteAMessage()
    {
        for (const QString &name : test::fixtureNames(QStringLiteral("meta"))) {
            const auto parsed = meta::parseDelivery(fixture(name));
            for (const QString &problem : parsed->problems) {
                QVERIFY2(problem.startsWith(u"entry["_s), qPrintable(problem));
                QVERIFY2(!problem.contains(u"Good"_s) && !problem.contains(u"Omar"_s), qPrintable(problem));
            }
        }
    }

    void oneNumberKeepsTheRawBytes()
    {
        const QByteArray raw = fixture(u"message__text_arabic"_s);
        const auto shares = meta::splitDelivery(raw);
        QVERIFY(shares);
        QCOMPARE(shares->size(), 1);
        QCOMPARE(shares->at(0).providerNumberId, u"106540352242922"_s);
        QCOMPARE(shares->at(0).accountId, u"102290129340398"_s);
        QCOMPARE(shares->at(0).body, raw);
    }

    void severalNumbersAreSplit()
    {
        const auto shares = meta::splitDelivery(fixture(u"delivery__several_numbers_of_several_accounts"_s));
        QVERIFY(shares);
        QStringList owners;
        QList<qsizetype> events;
        for (const Share &share : *shares) {
            owners << share.providerNumberId + u'/' + share.accountId;
            events << meta::parseDelivery(share.body)->events.size();
        }
        QCOMPARE(owners,
            (QStringList{u"106540352242922/102290129340398"_s, u"106540352242999/102290129340398"_s,
                u"318877665544332/209988776655443"_s, u"/209988776655443"_s}));
        QCOMPARE(events, (QList<qsizetype>{2, 1, 1, 1}));
    }

    void sharesHaveTheShapeOfADelivery()
    {
        const auto shares = meta::splitDelivery(fixture(u"delivery__several_numbers_of_several_accounts"_s));
        const QJsonObject third = QJsonDocument::fromJson(shares->at(2).body).object();
        QCOMPARE(third.keys(), (QStringList{u"entry"_s, u"object"_s}));
        const QJsonArray entries = third.value(u"entry"_s).toArray();
        QCOMPARE(entries.size(), 1);
        QCOMPARE(entries.at(0).toObject().keys(), (QStringList{u"changes"_s, u"id"_s, u"time"_s}));
        QCOMPARE(entries.at(0)[u"id"_s].toString(), u"209988776655443"_s);
        QCOMPARE(entries.at(0)[u"changes"_s].toArray().size(), 1);
    }

    /// Anybody may send this before a signature is looked at.
    void splittingDoesNotMultiplyTheInput()
    {
        QByteArray changes;
        for (int i = 0; i < 500; ++i)
            changes += QByteArray(i > 0 ? "," : "")
                + "{\"field\":\"messages\",\"value\":{\"metadata\":{\"phone_number_id\":\"" + QByteArray::number(i)
                + "\"}}}";
        const QByteArray raw = "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\""
            + QByteArray(100'000, '7') + "\",\"more\":\"" + QByteArray(100'000, 'x') + "\",\"changes\":[" + changes
            + "]}]}";
        const auto shares = meta::splitDelivery(raw);
        QVERIFY(shares);
        QCOMPARE(shares->size(), 500);
        qsizetype total = 0;
        for (const Share &share : *shares)
            total += share.body.size();
        QVERIFY2(total < raw.size(), qPrintable(QString::number(total)));
    }

    void endlessNumbersCountAsNone()
    {
        const auto shares =
            meta::splitDelivery("{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"1\",\"changes\":["
                                "{\"field\":\"messages\",\"value\":{\"metadata\":{\"phone_number_id\":\""
                + QByteArray(65, '1') + "\"}}}]}]}");
        QVERIFY(shares);
        QCOMPARE(shares->size(), 1);
        QVERIFY(shares->at(0).providerNumberId.isEmpty());
        QCOMPARE(shares->at(0).accountId, u"1"_s);
    }

    void numbersMayBeNumbers()
    {
        const auto shares =
            meta::splitDelivery("{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":102290129340398,"
                                "\"changes\":[{\"value\":{\"metadata\":{\"phone_number_id\":106540352242922}}}]}]}");
        QVERIFY(shares);
        QCOMPARE(shares->at(0).providerNumberId, u"106540352242922"_s);
        QCOMPARE(shares->at(0).accountId, u"102290129340398"_s);
    }

    void signatureCoversTheRawBytes()
    {
        const QByteArray body = "{\"text\":\"\\u0645\"}";
        const QByteArray wrong = "sha256=" + QByteArray(64, '0');
        const QByteArray computed = "sha256=" + wire::hmacSha256("secret", body).toHex();
        QVERIFY(meta::verifySignature(u"secret"_s, signedWith("X-Hub-Signature-256", computed), body));
        QVERIFY(meta::verifySignature(u"secret"_s, signedWith("x-hub-signature-256", computed), body));
        QVERIFY(!meta::verifySignature(u"secret"_s, signedWith("X-Hub-Signature-256", wrong), body));
        QVERIFY(!meta::verifySignature(u"other"_s, signedWith("X-Hub-Signature-256", computed), body));
        QVERIFY(!meta::verifySignature(u"secret"_s, signedWith("X-Hub-Signature-256", computed), body + ' '));
        QVERIFY(!meta::verifySignature(u"secret"_s, signedWith("X-Hub-Signature-256", computed), "{\"text\":\"م\"}"));
    }

    /// By openssl dgst -sha256 -hmac, not by our own function.
    void signatureOfAnotherTool()
    {
        QVERIFY(meta::verifySignature(u"s3cr3t"_s,
            signedWith(
                "X-Hub-Signature-256", "sha256=360a080821d04afbcade7ce52a96bd3542cf690f64acae8ba900f45d7462a612"),
            "{\"object\":\"x\"}"));
    }

    void malformedSignaturesAreRefused()
    {
        const QByteArray body = "{}";
        const QByteArray hex = wire::hmacSha256("secret", body).toHex();
        const auto verifies = [&body](const QByteArray &name, const QByteArray &value) {
            return meta::verifySignature(u"secret"_s, signedWith(name, value), body);
        };
        QVERIFY(verifies("X-Hub-Signature-256", "sha256=" + hex));
        QVERIFY(!meta::verifySignature(u"secret"_s, {}, body));
        QVERIFY(!verifies("X-Hub-Signature-256", {}));
        QVERIFY(!verifies("X-Hub-Signature-256", hex));
        QVERIFY(!verifies("X-Hub-Signature-256", "sha1=" + hex));
        QVERIFY(!verifies("X-Hub-Signature-256", "sha256=" + hex.toUpper()));
        QVERIFY(!verifies("X-Hub-Signature-256", "sha256=" + hex.chopped(1)));
        QVERIFY(!verifies("X-Hub-Signature-256", "sha256=" + hex + "0"));
        QVERIFY(!verifies("X-Hub-Signature-256", " sha256=" + hex));
        QVERIFY(!verifies("X-Hub-Signature", "sha256=" + hex));
    }

    void emptySecretVerifiesNothing()
    {
        const QByteArray forged = "sha256=" + wire::hmacSha256({}, "{}").toHex();
        QVERIFY(!meta::verifySignature(QString(), signedWith("X-Hub-Signature-256", forged), "{}"));
    }

    void handshakes_data()
    {
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<QString>("answer");
        const auto row = [](const char *name, const char *query, const QString &answer) {
            QTest::newRow(name) << QByteArray(query) << answer;
        };
        row("good", "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=token", u"1158201444"_s);
        row("other order", "hub.verify_token=token&hub.challenge=5&hub.mode=subscribe", u"5"_s);
        row("encoded", "hub%2Emode=sub%73cribe&hub.challenge=a%20b%2Bc&hub.verify_token=%74oken", u"a b+c"_s);
        row("plus is a space", "hub.mode=subscribe&hub.challenge=a+b&hub.verify_token=token", u"a b"_s);
        row("equals in the value", "hub.mode=subscribe&hub.challenge=a=b&hub.verify_token=token", u"a=b"_s);
        row("first of repeated keys",
            "hub.mode=subscribe&hub.challenge=1&hub.challenge=2&hub.verify_token=token&hub.verify_token=x", u"1"_s);
        row("wrong token", "hub.mode=subscribe&hub.challenge=1&hub.verify_token=guess", u"refused"_s);
        row("good token comes second", "hub.mode=subscribe&hub.challenge=1&hub.verify_token=x&hub.verify_token=token",
            u"refused"_s);
        row("no token", "hub.mode=subscribe&hub.challenge=1", u"refused"_s);
        row("empty token", "hub.mode=subscribe&hub.challenge=1&hub.verify_token=", u"refused"_s);
        row("no challenge", "hub.mode=subscribe&hub.verify_token=token", u"refused"_s);
        row("other mode", "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=token", u"none"_s);
        row("underscores", "hub_mode=subscribe&hub_challenge=1&hub_verify_token=token", u"none"_s);
        row("nothing", "", u"none"_s);
        row("broken encoding", "hub.mode=%zz%&&=&%", u"none"_s);
    }
    void handshakes()
    {
        QFETCH(QByteArray, query);
        QFETCH(QString, answer);
        const auto known = [](const QString &token) { return token.isEmpty() || token == u"token"_s; };
        const auto result = meta::answerHandshake(query, known);
        if (!result)
            QCOMPARE(u"none"_s, answer);
        else
            QCOMPARE(result->has_value() ? QString::fromUtf8(**result) : u"refused"_s, answer);
    }
};

CONVERSURE_TEST(MetaWebhookTest)
#include "MetaWebhookTest.moc"
