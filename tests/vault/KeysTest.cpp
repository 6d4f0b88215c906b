// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "vault/Keys.h"
#include "vault/NumberSecrets.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QSet>

#include <random>

using namespace conversure;
using namespace conversure::vault;

/// What is sealed opens for its owner, unchanged, in its own place, and for nobody else.
class KeysTest : public QObject
{
    Q_OBJECT

private:
    std::mt19937 m_random{17};

    template <class T>
    static QString code(const Result<T> &result)
    {
        return result ? QStringLiteral("opened") : result.error().code;
    }

    /// Every single-bit change of some bytes, each truncation and an addition.
    static QList<QByteArray> damaged(const QByteArray &whole)
    {
        QList<QByteArray> out;
        for (qsizetype i = 0; i < whole.size(); ++i) {
            for (int bit = 0; bit < 8; ++bit) {
                QByteArray changed = whole;
                changed[i] = static_cast<char>(changed.at(i) ^ (1 << bit));
                out << changed;
            }
            out << whole.left(i);
        }
        return out << whole + '\0' << whole + whole;
    }

    QByteArray anyBytes(qsizetype size)
    {
        QByteArray out(size, Qt::Uninitialized);
        for (char &byte : out)
            byte = static_cast<char>(m_random());
        return out;
    }

private Q_SLOTS:
    void wrappedKeysOpenWithTheirWrapKeyOnly()
    {
        const KeyPair keys = KeyPair::generate();
        const Secret wrap = Secret::random(32);
        const QByteArray wrapped = wrapKeys(keys, wrap);
        const auto opened = unwrapKeys(wrapped, keys.boxPublic, wrap);
        QVERIFY(opened);
        QCOMPARE(opened->boxPrivate.bytes(), keys.boxPrivate.bytes());
        QCOMPARE(opened->signPrivate.bytes(), keys.signPrivate.bytes());
        QCOMPARE(opened->signPublic, keys.signPublic);
        QCOMPARE(code(unwrapKeys(wrapped, keys.boxPublic, Secret::random(32))), QStringLiteral("vault:wrap"));
        QCOMPARE(
            code(unwrapKeys(wrapped, keys.boxPublic, Secret(wrap.bytes().left(31)))), QStringLiteral("vault:wrap"));
        QVERIFY(!wrapped.contains(keys.boxPrivate.bytes()) && !wrapped.contains(keys.signPrivate.bytes().left(32)));
        for (const QByteArray &changed : damaged(wrapped))
            QCOMPARE(code(unwrapKeys(changed, keys.boxPublic, wrap)), QStringLiteral("vault:wrap"));
    }

    void keysUnderAForeignPublicKeyAreRefused()
    {
        const KeyPair keys = KeyPair::generate();
        const Secret wrap = Secret::random(32);
        QCOMPARE(
            code(unwrapKeys(wrapKeys(keys, wrap), KeyPair::generate().boxPublic, wrap)), QStringLiteral("vault:wrap"));
        QCOMPARE(code(unwrapKeys(wrapKeys(keys, wrap), QByteArray(), wrap)), QStringLiteral("vault:wrap"));
    }

    void wrappingTwiceLooksDifferent()
    {
        const KeyPair keys = KeyPair::generate();
        const Secret wrap = Secret::random(32);
        QVERIFY(wrapKeys(keys, wrap) != wrapKeys(keys, wrap));
    }

    void aDataKeyOpensForItsRecipientOnly()
    {
        const KeyPair keys = KeyPair::generate();
        const Secret dataKey = Secret::random(32);
        const QByteArray sealed = sealDataKey(dataKey, keys.boxPublic);
        const auto opened = openDataKey(sealed, keys);
        QVERIFY(opened);
        QCOMPARE(opened->bytes(), dataKey.bytes());
        QCOMPARE(code(openDataKey(sealed, KeyPair::generate())), QStringLiteral("vault:seal"));
        for (const QByteArray &changed : damaged(sealed))
            QCOMPARE(code(openDataKey(changed, keys)), QStringLiteral("vault:seal"));
    }

    void aSecretOpensInItsOwnPlaceOnly_data()
    {
        QTest::addColumn<QString>("field");
        for (const char *field :
            {"company", "secret", "kind", "key version", "secret version", "kind that swallows the next field"})
            QTest::newRow(field) << QString::fromLatin1(field);
    }

    void aSecretOpensInItsOwnPlaceOnly()
    {
        QFETCH(QString, field);
        const Secret dataKey = Secret::random(32);
        const SecretIdentity own{QUuid::createUuid(), QUuid::createUuid(), QStringLiteral("access_token"), 1, 1};
        const SealedSecret sealed = sealSecret(dataKey, own, "EAAG");
        SecretIdentity other = own;
        if (field == QStringLiteral("company"))
            other.company = QUuid::createUuid();
        else if (field == QStringLiteral("secret"))
            other.secret = QUuid::createUuid();
        else if (field == QStringLiteral("kind"))
            other.kind = QStringLiteral("app_secret");
        else if (field == QStringLiteral("key version"))
            other.keyVersion = 2;
        else if (field == QStringLiteral("secret version"))
            other.secretVersion = 2;
        else
            other = {own.company, own.secret, QStringLiteral("access_token|1"), 1, 1};
        QCOMPARE(code(openSecret(dataKey, own, sealed)), QStringLiteral("opened"));
        QCOMPARE(code(openSecret(dataKey, other, sealed)), QStringLiteral("vault:secret"));
    }

    void twoIdentitiesNeverBindAlike()
    {
        // Written side by side, kind "a|1" version 2 and kind "a" version 1… would be the same bytes.
        const Secret dataKey = Secret::random(32);
        const QUuid company = QUuid::createUuid();
        const QUuid secret = QUuid::createUuid();
        const SealedSecret sealed = sealSecret(dataKey, {company, secret, QStringLiteral("a|1"), 2, 3}, "x");
        QCOMPARE(code(openSecret(dataKey, {company, secret, QStringLiteral("a"), 1, 2}, sealed)),
            QStringLiteral("vault:secret"));
        const SealedSecret percent = sealSecret(dataKey, {company, secret, QStringLiteral("%1%2%3%4%5"), 1, 1}, "x");
        QCOMPARE(code(openSecret(dataKey, {company, secret, QStringLiteral("%1%2%3%4%5"), 1, 1}, percent)),
            QStringLiteral("opened"));
        QCOMPARE(code(openSecret(dataKey, {company, secret, QStringLiteral("%1%2%3%4%5"), 2, 1}, percent)),
            QStringLiteral("vault:secret"));
        QCOMPARE(code(openSecret(dataKey, {company, secret, QStringLiteral("%1%2%3%4%5"), 1, 2}, percent)),
            QStringLiteral("vault:secret"));
    }

    void anySecretComesBackAndNoDamageGoesUnseen()
    {
        const Secret dataKey = Secret::random(32);
        for (const qsizetype size : {0, 1, 16, 200}) {
            const SecretIdentity identity{
                QUuid::createUuid(), QUuid::createUuid(), QStringLiteral("access_token"), 3, 4};
            const QByteArray clear = anyBytes(size);
            const SealedSecret sealed = sealSecret(dataKey, identity, clear);
            const auto opened = openSecret(dataKey, identity, sealed);
            QVERIFY(opened);
            QCOMPARE(*opened, clear);
            QVERIFY(size < 16 || !sealed.ciphertext.contains(clear));
            for (const QByteArray &changed : damaged(sealed.ciphertext))
                QCOMPARE(code(openSecret(dataKey, identity, {sealed.nonce, changed})), QStringLiteral("vault:secret"));
            for (const QByteArray &changed : damaged(sealed.nonce))
                QCOMPARE(
                    code(openSecret(dataKey, identity, {changed, sealed.ciphertext})), QStringLiteral("vault:secret"));
            QCOMPARE(code(openSecret(Secret::random(32), identity, sealed)), QStringLiteral("vault:secret"));
            QCOMPARE(code(openSecret(Secret(), identity, sealed)), QStringLiteral("vault:secret"));
        }
    }

    void noncesDoNotRepeat()
    {
        const Secret dataKey = Secret::random(32);
        QSet<QByteArray> nonces;
        for (int i = 0; i < 500; ++i)
            nonces << sealSecret(dataKey, {}, "x").nonce;
        QCOMPARE(nonces.size(), 500);
    }

    void aNumbersSettingsComeBackTogether()
    {
        const Secret dataKey = Secret::random(32);
        const QUuid company = QUuid::createUuid();
        const QHash<QString, QString> secrets{{QStringLiteral("access_token"), QStringLiteral("مفتاح 🔑")},
            {QStringLiteral("app_secret"), QStringLiteral("s")}};
        const NumberSettings settings{QUuid::createUuid(), QStringLiteral("meta"),
            QJsonObject{{QStringLiteral("waba_id"), QStringLiteral("9")}}, secrets};
        const QJsonArray sealed = sealSettings(company, dataKey, 7, settings, [] { return QUuid::createUuid(); });
        QCOMPARE(sealed.size(), 3);
        const auto row = [&settings](const QJsonArray &of) {
            return QJsonObject{{QStringLiteral("number_id"), settings.number.toString(QUuid::WithoutBraces)},
                {QStringLiteral("provider"), settings.provider}, {QStringLiteral("config"), settings.config},
                {QStringLiteral("secrets"), of}};
        };
        const auto opened = openSettings(company, dataKey, row(sealed));
        QVERIFY(opened);
        QHash<QString, QString> expected = secrets;
        expected.insert(QStringLiteral("waba_id"), QStringLiteral("9"));
        QCOMPARE(*opened, expected);
        QCOMPARE(code(openSettings(QUuid::createUuid(), dataKey, row(sealed))), QStringLiteral("vault:secret"));

        // Two ciphertexts that changed places.
        QJsonObject first = sealed.at(0).toObject();
        QJsonObject second = sealed.at(1).toObject();
        for (const QString &key : {QStringLiteral("nonce"), QStringLiteral("ciphertext")})
            first.insert(key, second[key]);
        QCOMPARE(code(openSettings(company, dataKey, row({first, second}))), QStringLiteral("vault:secret"));
    }

    void aSecretThatWasMovedLeavesNothingBehind()
    {
        Secret one(QByteArray("0123456789"));
        const Secret two = std::move(one);
        QCOMPARE(two.bytes(), QByteArray("0123456789"));
        QVERIFY(one.isEmpty()); // NOLINT(bugprone-use-after-move): that is the question
        const Secret copied = two.copy();
        QVERIFY(copied.bytes().constData() != two.bytes().constData());
    }
};

CONVERSURE_TEST(KeysTest)
#include "KeysTest.moc"
