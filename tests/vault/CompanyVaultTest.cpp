// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "VaultKit.h"

#include "vault/CompanyPins.h"
#include "vault/CompanyVault.h"
#include "vault/Founding.h"
#include "vault/NumberSecrets.h"
#include "vault/SealedKey.h"

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>

#include <thread>

using namespace conversure;
using namespace conversure::vault;
using namespace conversure::test;

/// A vault opens only as those with authority signed it, whatever the database says.
class CompanyVaultTest : public QObject
{
    Q_OBJECT

private:
    const QUuid m_company = QUuid::createUuid();
    const QUuid m_number = QUuid::createUuid();
    const QJsonObject m_config{{QStringLiteral("api_base_url"), QStringLiteral("https://graph.facebook.com")}};
    const Holder m_relay{KeyHolder::Kind::Relay};
    const Holder m_agent;
    QJsonObject m_relays; ///< The vault as the relay reads it, with two secrets of one number.
    QJsonObject m_whole; ///< The same as the agent reads it.

    static QJsonArray plus(QJsonArray array, const QJsonValue &value)
    {
        array.append(value);
        return array;
    }

    Result<CompanyVault> open(const QJsonObject &document, const Holder &holder, const Pins &pins = {}) const
    {
        return openCompanyVault(m_company, holder.who, holder.keys, document, pins);
    }
    QString opening(const QJsonObject &document, const Pins &pins = {}) const
    {
        return outcome(open(document, m_agent, pins));
    }

    QJsonObject numberWith(const QJsonArray &secrets) const
    {
        return {{QStringLiteral("number_id"), m_number.toString(QUuid::WithoutBraces)},
            {QStringLiteral("provider"), QStringLiteral("meta")}, {QStringLiteral("config"), m_config},
            {QStringLiteral("secrets"), secrets}};
    }

    /// As the relay reads it: the founding, and nothing more.
    QJsonObject founded() const { return foundVault(m_company, m_relay.signer(), nullptr).document; }

    /// \a document with \a secrets put into its vault by the relay, in one number.
    QJsonObject put(QJsonObject document, const QHash<QString, QString> &secrets) const
    {
        auto vault = open(document, m_relay);
        const NumberSettings settings{m_number, QStringLiteral("meta"), m_config, secrets};
        const QJsonArray sealed =
            sealSettings(m_company, vault->dataKey, vault->keyVersion(), settings, [] { return QUuid::createUuid(); });
        document.insert(QStringLiteral("manifest"), manifestWith(*vault, sealed, m_relay.keys)->toJson());
        document.insert(QStringLiteral("numbers"), QJsonArray{numberWith(sealed)});
        return document;
    }

    /// What an operator would have to do to have tokens sealed under a key of their own.
    static QJsonObject withSeal(QJsonObject document, const SealedKey &seal)
    {
        document.insert(QStringLiteral("seals"), QJsonArray{seal.toJson()});
        return document;
    }

    static QJsonObject changed(QJsonObject document, const QStringList &path, const QJsonValue &value)
    {
        if (path.size() == 1) {
            document.insert(path.first(), value);
            return document;
        }
        const QJsonValue inner = document[path.first()];
        if (inner.isArray()) {
            QJsonArray array = inner.toArray();
            array[0] = changed(array[0].toObject(), path.mid(1), value);
            document.insert(path.first(), array);
        } else {
            document.insert(path.first(), changed(inner.toObject(), path.mid(1), value));
        }
        return document;
    }

    QJsonArray secrets() const { return m_whole[QStringLiteral("numbers")][0][QStringLiteral("secrets")].toArray(); }
    QJsonObject withSecrets(const QJsonArray &secrets) const
    {
        return changed(m_whole, {QStringLiteral("numbers"), QStringLiteral("secrets")}, secrets);
    }

private Q_SLOTS:
    void initTestCase()
    {
        const QJsonObject document = put(founded(),
            {{QStringLiteral("access_token"), QStringLiteral("EAAG")},
                {QStringLiteral("app_secret"), QStringLiteral("s")}});
        m_relays = document;
        const auto relays = open(document, m_relay);
        QVERIFY2(relays, qPrintable(outcome(relays)));
        const auto given =
            welcome(*relays, m_relay.keys, m_agent.who, m_agent.keys.boxPublic, m_agent.keys.signPublic, false);
        QVERIFY(given);
        m_whole = document;
        m_whole.insert(QStringLiteral("statements"),
            plus(document[QStringLiteral("statements")].toArray(), given->value(QStringLiteral("statement"))));
        m_whole.insert(QStringLiteral("seals"), QJsonArray{given->value(QStringLiteral("seal"))});
    }

    void aSignedVaultOpens()
    {
        const auto vault = open(m_whole, m_agent);
        QVERIFY2(vault, qPrintable(outcome(vault)));
        QVERIFY(!vault->isWaiting());
        QCOMPARE(vault->manifest.version, 2);
        QCOMPARE(vault->pins.manifestVersion, 2);
        QCOMPARE(vault->pins.rootKey, m_relay.keys.signPublic);
        const auto settings = openSettings(m_company, vault->dataKey, numberWith(secrets()));
        QVERIFY(settings);
        QCOMPARE(settings->value(QStringLiteral("access_token")), QStringLiteral("EAAG"));
        QCOMPARE(settings->value(QStringLiteral("api_base_url")), QStringLiteral("https://graph.facebook.com"));
        QCOMPARE(settings->size(), 3);
        QCOMPARE(opening(m_whole, vault->pins), QStringLiteral("accepted"));
    }

    void nobodyElseSaysWhereATokenGoes_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QJsonValue>("value");
        QTest::newRow("address") << QStringLiteral("config")
                                 << QJsonValue(QJsonObject{
                                        {QStringLiteral("api_base_url"), QStringLiteral("https://example.com")}});
        QJsonObject more = m_config;
        more.insert(QStringLiteral("proxy"), QStringLiteral("https://example.com"));
        QTest::newRow("one more") << QStringLiteral("config") << QJsonValue(more);
        QTest::newRow("none") << QStringLiteral("config") << QJsonValue();
        QTest::newRow("provider") << QStringLiteral("provider") << QJsonValue(QStringLiteral("twilio"));
        QTest::newRow("another number's") << QStringLiteral("number_id") << QJsonValue(QUuid::createUuid().toString());
    }

    void nobodyElseSaysWhereATokenGoes()
    {
        QFETCH(QString, field);
        QFETCH(QJsonValue, value);
        const auto vault = open(m_whole, m_agent);
        QJsonObject number = numberWith(secrets());
        number.insert(field, value);
        QCOMPARE(outcome(openSettings(m_company, vault->dataKey, number)), QStringLiteral("vault:settings"));
    }

    void secretsWithoutAWordForTheRestAreRefused()
    {
        const auto vault = open(m_whole, m_agent);
        QJsonArray bare = secrets();
        bare.removeLast();
        QCOMPARE(outcome(openSettings(m_company, vault->dataKey, numberWith(bare))), QStringLiteral("vault:settings"));
    }

    void whoWasGivenNoDataKeyWaits()
    {
        const auto vault = open(changed(m_whole, {QStringLiteral("seals")}, QJsonArray()), m_agent);
        QVERIFY(vault);
        QVERIFY(vault->isWaiting());
        QCOMPARE(vault->pins.manifestVersion, 2);
        // Nor is an older one of use.
        QVERIFY(
            open(changed(m_whole, {QStringLiteral("seals"), QStringLiteral("key_version")}, 7), m_agent)->isWaiting());
    }

    void aCompanyOfWhichNothingIsSignedStaysShut()
    {
        QCOMPARE(opening({}), QStringLiteral("vault:unsigned"));
        QCOMPARE(
            opening(changed(m_whole, {QStringLiteral("root_key")}, QJsonValue())), QStringLiteral("vault:unsigned"));
        QJsonObject unsignedSeal = m_whole[QStringLiteral("seals")][0].toObject();
        for (const char *field : {"signature", "sealed_by", "sealed_by_kind"}) {
            QJsonObject without = unsignedSeal;
            without.insert(QLatin1StringView(field), QJsonValue());
            QCOMPARE(opening(changed(m_whole, {QStringLiteral("seals")}, QJsonArray{without})),
                QStringLiteral("vault:unsigned"));
        }
    }

    void aDataKeyOfSomebodyElseIsRefused()
    {
        const Secret theirs = Secret::random(32);
        const Holder operatorOfStore(KeyHolder::Kind::Relay);
        const auto sealedBy = [&](const Holder &signer) {
            const TrustChain own(m_company, signer.keys.signPublic,
                {signer.signs(m_company, signer, true), signer.signs(m_company, m_agent)});
            return sealForMembers(m_company, 1, theirs, {*own.verify(m_agent.who)}, signer.signer()).constFirst();
        };
        // Signed by a stranger under the stranger's name, and under the founder's.
        QCOMPARE(opening(withSeal(m_whole, sealedBy(operatorOfStore))), QStringLiteral("vault:unsigned"));
        SealedKey posing = sealedBy(operatorOfStore);
        posing.sealedBy = m_relay.who;
        QCOMPARE(opening(withSeal(m_whole, posing)), QStringLiteral("vault:unsigned"));
        // Unsigned, but otherwise in order.
        SealedKey bare = sealedBy(m_relay);
        bare.signature.clear();
        QCOMPARE(opening(withSeal(m_whole, bare)), QStringLiteral("vault:unsigned"));
        // Even with the founder's signature: the manifest names another key.
        QCOMPARE(opening(withSeal(m_whole, sealedBy(m_relay))), QStringLiteral("vault:commitment"));
    }

    void aColleagueWithoutAuthorityGivesNoDataKey()
    {
        const Holder colleague;
        const auto vault = open(m_whole, m_agent);
        QJsonObject document = m_whole;
        document.insert(QStringLiteral("statements"),
            plus(m_whole[QStringLiteral("statements")].toArray(), m_relay.signs(m_company, colleague).toJson()));
        const TrustChain own(m_company, colleague.keys.signPublic,
            {colleague.signs(m_company, colleague, true), colleague.signs(m_company, m_agent)});
        QCOMPARE(opening(withSeal(document,
                     sealForMembers(m_company, 1, vault->dataKey, {*own.verify(m_agent.who)}, colleague.signer())
                         .constFirst())),
            QStringLiteral("vault:unsigned"));
    }

    void ownWordIsEnoughForTheRightDataKeyOnly()
    {
        const auto vault = open(m_whole, m_agent);
        QCOMPARE(opening(withSeal(m_whole, sealToSelf(m_company, 1, vault->dataKey, m_agent.signer()))),
            QStringLiteral("accepted"));
        QCOMPARE(opening(withSeal(m_whole, sealToSelf(m_company, 1, Secret::random(32), m_agent.signer()))),
            QStringLiteral("vault:commitment"));
        const Holder other;
        QCOMPARE(opening(withSeal(m_whole, sealToSelf(m_company, 1, vault->dataKey, other.signer()))),
            QStringLiteral("vault:unsigned"));
        SealedKey posing = sealToSelf(m_company, 1, vault->dataKey, other.signer());
        posing.recipient = posing.sealedBy = m_agent.who;
        QCOMPARE(opening(withSeal(m_whole, posing)), QStringLiteral("vault:unsigned"));
    }

    void everyFieldOfASealIsSigned_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QJsonValue>("value");
        const QString zeros = QString::fromLatin1(QByteArray(32, '\0').toBase64());
        QTest::newRow("recipient") << QStringLiteral("id") << QJsonValue(QUuid::createUuid().toString());
        QTest::newRow("kind of recipient") << QStringLiteral("kind") << QJsonValue(QStringLiteral("relay"));
        QTest::newRow("commitment") << QStringLiteral("commitment") << QJsonValue(zeros);
        QTest::newRow("sealed") << QStringLiteral("sealed")
                                << QJsonValue(QString::fromLatin1(QByteArray(80, 'x').toBase64()));
        QTest::newRow("sealed short") << QStringLiteral("sealed") << QJsonValue(zeros);
        QTest::newRow("sealed by") << QStringLiteral("sealed_by") << QJsonValue(QUuid::createUuid().toString());
        QTest::newRow("signature") << QStringLiteral("signature") << QJsonValue(zeros + zeros);
    }

    void everyFieldOfASealIsSigned()
    {
        QFETCH(QString, field);
        QFETCH(QJsonValue, value);
        QCOMPARE(opening(changed(m_whole, {QStringLiteral("seals"), field}, value)), QStringLiteral("vault:unsigned"));
    }

    void aSealOfAnotherCompanyOrVersionDoesNotFit()
    {
        // Version 2 of the manifest with the seal of version 1 renamed.
        QJsonObject document = changed(m_whole, {QStringLiteral("seals"), QStringLiteral("key_version")}, 2);
        auto relays = open(m_relays, m_relay);
        Manifest next = relays->manifest;
        next.keyVersion = 2;
        next.entries.clear();
        document = changed(document, {QStringLiteral("numbers")}, QJsonArray());
        document.insert(QStringLiteral("manifest"), signManifest(m_company, next, m_relay.signer()).toJson());
        QCOMPARE(opening(document), QStringLiteral("vault:unsigned"));
        QCOMPARE(outcome(openCompanyVault(QUuid::createUuid(), m_agent.who, m_agent.keys, m_whole, {})),
            QStringLiteral("vault:manifest"));
    }

    void everyFieldOfAManifestIsSigned_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QJsonValue>("value");
        QTest::newRow("version") << QStringLiteral("version") << QJsonValue(3);
        QTest::newRow("no version") << QStringLiteral("version") << QJsonValue(0);
        QTest::newRow("key version") << QStringLiteral("key_version") << QJsonValue(2);
        QTest::newRow("commitment") << QStringLiteral("commitment")
                                    << QJsonValue(QString::fromLatin1(QByteArray(32, 'c').toBase64()));
        QTest::newRow("entries") << QStringLiteral("entries") << QJsonValue(QJsonObject());
        QTest::newRow("signed by") << QStringLiteral("signed_by") << QJsonValue(QUuid::createUuid().toString());
        QTest::newRow("signature") << QStringLiteral("signature") << QJsonValue();
    }

    void everyFieldOfAManifestIsSigned()
    {
        QFETCH(QString, field);
        QFETCH(QJsonValue, value);
        QCOMPARE(
            opening(changed(m_whole, {QStringLiteral("manifest"), field}, value)), QStringLiteral("vault:manifest"));
    }

    void aManifestOfOneWithoutAuthorityIsRefused()
    {
        const auto vault = open(m_whole, m_agent);
        QCOMPARE(opening(changed(m_whole, {QStringLiteral("manifest")},
                     signManifest(m_company, vault->manifest, m_agent.signer()).toJson())),
            QStringLiteral("vault:manifest"));
        QCOMPARE(outcome(manifestWith(*vault, {}, m_agent.keys)), QStringLiteral("vault:manifest"));
        QCOMPARE(
            opening(changed(m_whole, {QStringLiteral("manifest")}, QJsonValue())), QStringLiteral("vault:manifest"));
    }

    void aSecretThatWasPutBackIsFoundOut()
    {
        // The access token is renewed; somebody puts the old row back.
        const auto vault = open(m_relays, m_relay);
        const QJsonObject old = secrets().at(0).toObject();
        const QUuid id = QUuid::fromString(old[QStringLiteral("secret_id")].toString());
        const SecretIdentity identity{m_company, id, old[QStringLiteral("kind")].toString(), 1, 2};
        const SealedSecret sealed = sealSecret(vault->dataKey, identity, "renewed");
        QJsonObject renewed = old;
        renewed.insert(QStringLiteral("secret_version"), 2);
        renewed.insert(QStringLiteral("nonce"), QString::fromLatin1(sealed.nonce.toBase64()));
        renewed.insert(QStringLiteral("ciphertext"), QString::fromLatin1(sealed.ciphertext.toBase64()));
        const auto manifest = manifestWith(*vault, {renewed}, m_relay.keys);
        QVERIFY(manifest);
        QJsonObject now = withSecrets({renewed, secrets().at(1), secrets().at(2)});
        now.insert(QStringLiteral("manifest"), manifest->toJson());
        QCOMPARE(opening(now), QStringLiteral("accepted"));

        QJsonObject putBack = withSecrets(secrets());
        putBack.insert(QStringLiteral("manifest"), manifest->toJson());
        QCOMPARE(opening(putBack), QStringLiteral("vault:manifest"));
        // The old row under the new row's version has the right number and the wrong bytes.
        QJsonObject renamed = old;
        renamed.insert(QStringLiteral("secret_version"), 2);
        putBack = withSecrets({renamed, secrets().at(1), secrets().at(2)});
        putBack.insert(QStringLiteral("manifest"), manifest->toJson());
        const auto opened = open(putBack, m_agent);
        QVERIFY(opened);
        QCOMPARE(
            outcome(openSettings(m_company, opened->dataKey, numberWith({renamed}))), QStringLiteral("vault:secret"));
        // With the old manifest everything is of one piece, and only who remembers better finds it out.
        QCOMPARE(opening(m_whole), QStringLiteral("accepted"));
        QCOMPARE(opening(m_whole, {m_relay.keys.signPublic, manifest->version}), QStringLiteral("vault:rollback"));
    }

    void aSecretThatIsMissingOrNewIsFoundOut()
    {
        QCOMPARE(opening(withSecrets({secrets().at(0)})), QStringLiteral("vault:manifest"));
        QCOMPARE(
            opening(changed(m_whole, {QStringLiteral("numbers")}, QJsonArray())), QStringLiteral("vault:manifest"));
        QJsonObject foreign = secrets().at(0).toObject();
        foreign.insert(QStringLiteral("secret_id"), QUuid::createUuid().toString(QUuid::WithoutBraces));
        QCOMPARE(opening(withSecrets(plus(secrets(), foreign))), QStringLiteral("vault:manifest"));
        QCOMPARE(opening(withSecrets(plus(secrets(), secrets().at(0)))), QStringLiteral("vault:manifest"));
        QCOMPARE(opening(withSecrets({QJsonObject()})), QStringLiteral("vault:manifest"));
        QCOMPARE(opening(changed(m_whole,
                     {QStringLiteral("numbers"), QStringLiteral("secrets"), QStringLiteral("key_version")}, 2)),
            QStringLiteral("vault:manifest"));
    }

    void anotherRootStops()
    {
        const Pins pins = open(m_whole, m_agent)->pins;
        QCOMPARE(opening(changed(m_whole, {QStringLiteral("root_key")},
                             QString::fromLatin1(Holder().keys.signPublic.toBase64())),
                     pins),
            QStringLiteral("vault:pin"));
        QCOMPARE(
            opening(changed(m_whole, {QStringLiteral("root_key")}, QJsonValue()), pins), QStringLiteral("vault:pin"));
        // A whole company of the operator's making, complete and signed: it opens for who remembers nothing.
        const Holder operatorOfStore(KeyHolder::Kind::Relay);
        const QJsonObject fake = foundVault(m_company, operatorOfStore.signer(), nullptr, 1, 99).document;
        const auto theirs = openCompanyVault(m_company, operatorOfStore.who, operatorOfStore.keys, fake, {});
        const auto given =
            welcome(*theirs, operatorOfStore.keys, m_agent.who, m_agent.keys.boxPublic, m_agent.keys.signPublic, false);
        QJsonObject forAgent = fake;
        forAgent.insert(QStringLiteral("statements"),
            plus(fake[QStringLiteral("statements")].toArray(), given->value(QStringLiteral("statement"))));
        forAgent.insert(QStringLiteral("seals"), QJsonArray{given->value(QStringLiteral("seal"))});
        QCOMPARE(opening(forAgent), QStringLiteral("accepted"));
        QCOMPARE(opening(forAgent, pins), QStringLiteral("vault:pin"));
    }

    void nobodyIsWelcomedByWhoMayNot()
    {
        const Holder newcomer;
        const auto agents = open(m_whole, m_agent);
        QCOMPARE(outcome(welcome(
                     *agents, m_agent.keys, newcomer.who, newcomer.keys.boxPublic, newcomer.keys.signPublic, false)),
            QStringLiteral("chain:authority"));
    }

    void aFoundingWithARecoveryCodeIsWhole()
    {
        const Holder founder;
        const RecoveryCode code = RecoveryCode::generate();
        const KeyPair recovery = code.keys();
        const Founding founding = foundVault(m_company, founder.signer(), &recovery);
        const auto founders = openCompanyVault(m_company, founder.who, founder.keys, founding.document, founding.pins);
        QVERIFY(founders && founders->isWaiting() == false);
        QJsonObject forCode = founding.document;
        forCode.insert(QStringLiteral("seals"), QJsonArray{founding.document[QStringLiteral("seals")][1]});
        const auto parsed = RecoveryCode::parse(code.text().toLower());
        QVERIFY(parsed);
        const KeyPair again = parsed->keys();
        QVERIFY(again.isWhole());
        QCOMPARE(again.boxPublic, recovery.boxPublic);
        const auto recovered = openCompanyVault(m_company, recoveryHolder(again), again, forCode, {});
        QVERIFY2(recovered, qPrintable(outcome(recovered)));
        QCOMPARE(recovered->dataKey.bytes(), founders->dataKey.bytes());
        const Holder admin;
        QVERIFY(welcome(*recovered, again, admin.who, admin.keys.boxPublic, admin.keys.signPublic, true));
        QVERIFY(RecoveryCode::generate().text() != code.text());
        QVERIFY(!RecoveryCode::parse(u"not a code"));
    }

    void whatIsRememberedNeverGoesBack()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("deep/companies.json"));
        CompanyPins pins(path);
        QVERIFY(pins.of(m_company).rootKey.isEmpty());
        QVERIFY(pins.keep(m_company, {QByteArray(32, 'r'), 5}));
        QVERIFY(pins.keep(m_company, {QByteArray(32, 'r'), 3}));
        QCOMPARE(CompanyPins(path).of(m_company).manifestVersion, 5);
        QCOMPARE(CompanyPins(path).of(m_company).rootKey, QByteArray(32, 'r'));
        QVERIFY(CompanyPins(path).of(QUuid::createUuid()).rootKey.isEmpty());
        QCOMPARE(
            QFile::permissions(path) & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther),
            QFile::Permissions());

        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&, i] {
                for (int n = 0; n < 5; ++n)
                    CompanyPins(path).keep(QUuid(uint(i), 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), {QByteArray(32, 'k'), n + 1});
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        for (int i = 0; i < 4; ++i)
            QCOMPARE(pins.of(QUuid(uint(i), 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)).manifestVersion, 5);
        QCOMPARE(pins.of(m_company).manifestVersion, 5);
        // Forgotten, for all who share the file.
        CompanyPins other(path);
        QCOMPARE(other.of(m_company).manifestVersion, 5);
        QVERIFY(pins.forget(m_company));
        QVERIFY(pins.forget(m_company));
        QVERIFY(pins.of(m_company).rootKey.isEmpty() && other.of(m_company).rootKey.isEmpty());
        QCOMPARE(other.of(QUuid(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)).manifestVersion, 5);
        QCOMPARE(
            outcome(CompanyPins(QStringLiteral("/proc/no/such/place.json")).keep(m_company, {QByteArray(32, 'r'), 1})),
            QStringLiteral("pins:write"));
    }
};

CONVERSURE_TEST(CompanyVaultTest)
#include "CompanyVaultTest.moc"
