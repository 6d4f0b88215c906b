// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "VaultKit.h"

#include "vault/Base32.h"
#include "vault/Signing.h"
#include "vault/TrustChain.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>
#include <random>

using namespace conversure;
using namespace conversure::vault;
using namespace conversure::test;

/// Keys are believed when signatures lead from them to the company's root key, and never otherwise.
class TrustChainTest : public QObject
{
    Q_OBJECT

private:
    const QUuid m_company = QUuid::createUuid();

    TrustChain chainOf(const Holder &root, const QList<KeyStatement> &statements) const
    {
        return {m_company, root.keys.signPublic, statements};
    }

private Q_SLOTS:
    void theRootSpeaksForItself()
    {
        const Holder root;
        const auto member = chainOf(root, {root.signs(m_company, root, true)}).verify(root.who);
        QVERIFY(member);
        QCOMPARE(member->boxPublic(), root.keys.boxPublic);
        QCOMPARE(member->signPublic(), root.keys.signPublic);
        QVERIFY(member->isAuthority());
        QVERIFY(member->holder() == root.who);
    }

    void authorityGoesFromHandToHand()
    {
        const Holder relay(KeyHolder::Kind::Relay);
        const Holder admin;
        const Holder second;
        const Holder agent;
        QList<KeyStatement> statements{relay.signs(m_company, relay, true), relay.signs(m_company, admin, true),
            admin.signs(m_company, second, true), second.signs(m_company, agent)};
        std::mt19937 random(3);
        for (int i = 0; i < 20; ++i) {
            std::shuffle(statements.begin(), statements.end(), random);
            const TrustChain chain = chainOf(relay, statements);
            const auto member = chain.verify(agent.who);
            QVERIFY2(member, qPrintable(outcome(member)));
            QCOMPARE(member->boxPublic(), agent.keys.boxPublic);
            QVERIFY(!member->isAuthority());
            QCOMPARE(outcome(chain.verify(second.who)), QStringLiteral("accepted"));
        }
    }

    void statementsComeThroughJson()
    {
        const Holder root;
        const Holder agent;
        const QJsonArray rows{root.signs(m_company, root, true).toJson(), root.signs(m_company, agent).toJson()};
        QCOMPARE(
            outcome(TrustChain(m_company, root.keys.signPublic, rows).verify(agent.who)), QStringLiteral("accepted"));
        QCOMPARE(outcome(TrustChain(m_company, root.keys.signPublic, QJsonArray{1, QStringLiteral("x"), QJsonObject()})
                             .verify(agent.who)),
            QStringLiteral("chain:missing"));
    }

    void everyFieldIsSigned_data()
    {
        QTest::addColumn<int>("field");
        for (int field = 0; field < 7; ++field)
            QTest::newRow(QByteArray::number(field).constData()) << field;
    }

    void everyFieldIsSigned()
    {
        QFETCH(int, field);
        const Holder root;
        const Holder agent;
        const Holder other;
        const KeyStatement first = root.signs(m_company, root, true);
        KeyStatement statement = root.signs(m_company, agent);
        QUuid company = m_company;
        KeyHolder asked = agent.who;
        switch (field) {
        case 0:
            statement.boxPublic = other.keys.boxPublic;
            break;
        case 1:
            statement.signPublic = other.keys.signPublic;
            break;
        case 2:
            statement.authority = true;
            break;
        case 3:
            asked = statement.subject = other.who;
            break;
        case 4:
            asked.kind = statement.subject.kind = KeyHolder::Kind::Relay;
            break;
        case 5:
            company = QUuid::createUuid();
            break;
        default:
            statement.signature = other.signs(m_company, agent).signature;
        }
        QCOMPARE(outcome(TrustChain(company, root.keys.signPublic, {first, statement}).verify(asked)),
            QStringLiteral("chain:signature"));
    }

    void noDamageGoesUnseen()
    {
        const Holder root;
        const Holder agent;
        const KeyStatement first = root.signs(m_company, root, true);
        const KeyStatement whole = root.signs(m_company, agent);
        const auto refuses = [&](const KeyStatement &statement) {
            return outcome(chainOf(root, {first, statement}).verify(agent.who)) == QStringLiteral("chain:signature");
        };
        for (const QByteArray &bytes : damaged(whole.signature)) {
            KeyStatement changed = whole;
            changed.signature = bytes;
            QVERIFY(refuses(changed));
        }
        for (const QByteArray &bytes : damaged(whole.boxPublic)) {
            KeyStatement changed = whole;
            changed.boxPublic = bytes;
            QVERIFY(refuses(changed));
        }
    }

    void whoIsNoAuthoritySignsInVain()
    {
        const Holder root;
        const Holder agent;
        const Holder friendOfAgent;
        const TrustChain chain = chainOf(root,
            {root.signs(m_company, root, true), root.signs(m_company, agent),
                agent.signs(m_company, friendOfAgent, true)});
        QCOMPARE(outcome(chain.verify(friendOfAgent.who)), QStringLiteral("chain:authority"));
        QCOMPARE(
            outcome(chain.checkAuthority(agent.who, "x", sign("x", agent.keys))), QStringLiteral("chain:authority"));
        QCOMPARE(outcome(chain.checkAuthority(root.who, "x", sign("x", root.keys))), QStringLiteral("accepted"));
        QCOMPARE(outcome(chain.checkAuthority(root.who, "y", sign("x", root.keys))), QStringLiteral("chain:signature"));
        QCOMPARE(
            outcome(chain.checkAuthority(Holder().who, "x", sign("x", root.keys))), QStringLiteral("chain:missing"));
    }

    void whoSignsThemselvesIsNotTheRoot()
    {
        const Holder root;
        const Holder stranger;
        const Holder guest;
        const TrustChain chain = chainOf(root,
            {root.signs(m_company, root, true), stranger.signs(m_company, stranger, true),
                stranger.signs(m_company, guest)});
        QCOMPARE(outcome(chain.verify(stranger.who)), QStringLiteral("chain:root"));
        QCOMPARE(outcome(chain.verify(guest.who)), QStringLiteral("chain:root"));
    }

    void aChangedRootBreaksEverything()
    {
        const Holder root;
        const Holder agent;
        const QList<KeyStatement> statements{root.signs(m_company, root, true), root.signs(m_company, agent)};
        QCOMPARE(outcome(TrustChain(m_company, Holder().keys.signPublic, statements).verify(agent.who)),
            QStringLiteral("chain:root"));
        QCOMPARE(outcome(TrustChain(m_company, {}, statements).verify(agent.who)), QStringLiteral("chain:root"));
        // Another's statement about the root key's holder is no root, however often it is signed.
        QCOMPARE(
            outcome(chainOf(root, {root.signs(m_company, agent)}).verify(agent.who)), QStringLiteral("chain:missing"));
    }

    void aMissingLinkIsNamed()
    {
        const Holder root;
        const Holder admin;
        const Holder agent;
        QCOMPARE(
            outcome(
                chainOf(root, {root.signs(m_company, root, true), admin.signs(m_company, agent)}).verify(agent.who)),
            QStringLiteral("chain:missing"));
        QCOMPARE(outcome(chainOf(root, {}).verify(agent.who)), QStringLiteral("chain:missing"));
    }

    void aCircleEnds()
    {
        const Holder root;
        const Holder a;
        const Holder b;
        const QList<KeyStatement> circle{
            root.signs(m_company, root, true), a.signs(m_company, b, true), b.signs(m_company, a, true)};
        QCOMPARE(outcome(chainOf(root, circle).verify(a.who)), QStringLiteral("chain:loop"));
        QCOMPARE(outcome(chainOf(root, circle).verify(b.who)), QStringLiteral("chain:loop"));
    }

    void aChainIsNotLongerThanSixteen()
    {
        std::vector<Holder> holders(18);
        QList<KeyStatement> statements{holders[0].signs(m_company, holders[0], true)};
        for (size_t i = 1; i < holders.size(); ++i)
            statements << holders[i - 1].signs(m_company, holders[i], true);
        const TrustChain chain = chainOf(holders[0], statements);
        QCOMPARE(outcome(chain.verify(holders[15].who)), QStringLiteral("accepted"));
        QCOMPARE(outcome(chain.verify(holders[16].who)), QStringLiteral("chain:depth"));
        QCOMPARE(outcome(chain.verify(holders[17].who)), QStringLiteral("chain:depth"));
    }

    void twoPresentKeysAreRefused()
    {
        const Holder root;
        Holder agent;
        const KeyStatement old = root.signs(m_company, agent);
        agent.keys = KeyPair::generate();
        const KeyStatement now = root.signs(m_company, agent);
        const KeyStatement first = root.signs(m_company, root, true);
        QCOMPARE(outcome(chainOf(root, {first, old, now}).verify(agent.who)), QStringLiteral("chain:double"));
    }

    void whatOldKeysSignedStaysSigned()
    {
        const Holder root;
        Holder admin;
        const Holder agent;
        KeyStatement old = root.signs(m_company, admin, true);
        const KeyStatement byOld = admin.signs(m_company, agent);
        const QByteArray signature = sign("manifest", admin.keys);
        admin.keys = KeyPair::generate();
        old.retired = true;
        const TrustChain chain =
            chainOf(root, {root.signs(m_company, root, true), old, byOld, root.signs(m_company, admin, true)});
        const auto member = chain.verify(admin.who);
        QVERIFY(member);
        QCOMPARE(member->boxPublic(), admin.keys.boxPublic); // sealed to the new ones only
        QCOMPARE(outcome(chain.verify(agent.who)), QStringLiteral("accepted"));
        QCOMPARE(outcome(chain.checkAuthority(admin.who, "manifest", signature)), QStringLiteral("accepted"));
        // Nobody has signed new keys yet: the old ones are not taken for present.
        QCOMPARE(outcome(chainOf(root, {root.signs(m_company, root, true), old}).verify(admin.who)),
            QStringLiteral("chain:missing"));
    }

    void theFounderMayLoseTheRootKey()
    {
        Holder founder;
        const Holder admin;
        const Holder agent;
        KeyStatement root = founder.signs(m_company, founder, true);
        const QByteArray rootKey = founder.keys.signPublic;
        const QList<KeyStatement> before{root, founder.signs(m_company, admin, true), founder.signs(m_company, agent)};
        founder.keys = KeyPair::generate();
        QList<KeyStatement> after = before;
        after[0].retired = true;
        after << admin.signs(m_company, founder, true);
        const TrustChain chain(m_company, rootKey, after);
        for (const KeyHolder &holder : {founder.who, admin.who, agent.who})
            QCOMPARE(outcome(chain.verify(holder)), QStringLiteral("accepted"));
        QCOMPARE(chain.verify(founder.who)->signPublic(), founder.keys.signPublic);
    }

    void aKeyThatTwoClaimGivesNobodyElsesRights()
    {
        // An agent names the admin's signing key as their own, and has it signed as an agent's.
        const Holder root;
        const Holder admin;
        Holder agent;
        agent.keys.signPublic = admin.keys.signPublic;
        const Holder newcomer;
        const TrustChain chain = chainOf(root,
            {root.signs(m_company, agent), root.signs(m_company, root, true), root.signs(m_company, admin, true),
                admin.signs(m_company, newcomer)});
        QCOMPARE(outcome(chain.verify(newcomer.who)), QStringLiteral("accepted"));
        QCOMPARE(
            outcome(chain.checkAuthority(agent.who, "x", sign("x", admin.keys))), QStringLiteral("chain:authority"));
    }

    void aCrowdOfStatementsIsGivenUpSoon()
    {
        // The same authority stated a thousand times, in circles: found out without trying all ways.
        const Holder root;
        const Holder a;
        const Holder b;
        QList<KeyStatement> crowd;
        for (int i = 0; i < 1'000; ++i)
            crowd << a.signs(m_company, b, true) << b.signs(m_company, a, true);
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(
            outcome(chainOf(root, crowd).checkAuthority(a.who, "x", sign("x", a.keys))), QStringLiteral("chain:depth"));
        QVERIFY2(timer.elapsed() < 5'000, qPrintable(QString::number(timer.elapsed())));
    }

    void oneMoreStatementReplacesThePresentOne()
    {
        const Holder root;
        Holder agent;
        TrustChain chain = chainOf(root, {root.signs(m_company, root, true), root.signs(m_company, agent)});
        agent.keys = KeyPair::generate();
        chain = chain.with(root.signs(m_company, agent));
        const auto member = chain.verify(agent.who);
        QVERIFY(member);
        QCOMPARE(member->boxPublic(), agent.keys.boxPublic);
    }

    void fingerprintsAreReadableAndTellKeysApart()
    {
        const QByteArray key(32, 'k');
        const QString print = fingerprintOf(key);
        QCOMPARE(print.size(), 39);
        QVERIFY(QRegularExpression(QStringLiteral("^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$")).match(print).hasMatch());
        QCOMPARE(fromBase32(print, 20).value_or(QByteArray()), digestOf(key).left(20));
        QVERIFY(fingerprintOf(QByteArray(32, 'l')) != print);
    }

    void base32IsThatOfTheStandard_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("text");
        // RFC 4648, section 10, without the padding.
        QTest::newRow("f") << QByteArray("f") << QStringLiteral("MY");
        QTest::newRow("fo") << QByteArray("fo") << QStringLiteral("MZXQ");
        QTest::newRow("foo") << QByteArray("foo") << QStringLiteral("MZXW6");
        QTest::newRow("foob") << QByteArray("foob") << QStringLiteral("MZXW6YQ");
        QTest::newRow("fooba") << QByteArray("fooba") << QStringLiteral("MZXW6YTB");
        QTest::newRow("foobar") << QByteArray("foobar") << QStringLiteral("MZXW6YTBOI");
    }

    void base32IsThatOfTheStandard()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, text);
        QCOMPARE(toBase32(bytes), text);
        QCOMPARE(fromBase32(text, bytes.size()).value_or("none"), bytes);
    }

    void base32TakesWhatPeopleType()
    {
        const QByteArray bytes = QByteArray::fromHex("000102030405060708090a0b0c0d0eff");
        const QString grouped = toBase32(bytes, 4, u'-');
        QCOMPARE(grouped.count(u'-'), 6);
        for (const QString &typed : {grouped, grouped.toLower(), u' ' + grouped + u'\n', QString(grouped).remove(u'-'),
                 QString(grouped).replace(u'-', u'\u2013'), QString(grouped).replace(u'-', QStringLiteral(" - ")),
                 QString(grouped).replace(u'O', u'0').replace(u'I', u'1').replace(u'B', u'8')})
            QCOMPARE(fromBase32(typed, 16).value_or("none").toHex(), bytes.toHex());
        const QString plain = QString(grouped).remove(u'-');
        for (const QString &wrong :
            {QString(), plain.chopped(1), plain + u'A', plain.chopped(1) + u'9', plain.chopped(1) + u'ä',
                plain.chopped(1) + u'=', QString(100'000, u' ') + plain, QString(1'000'000, u'A')})
            QVERIFY(!fromBase32(wrong, 16));
        // 26 letters hold two bits more than the code: only one spelling of them counts.
        QVERIFY(!fromBase32(plain.chopped(1) + u'F', 16));
    }
};

CONVERSURE_TEST(TrustChainTest)
#include "TrustChainTest.moc"
