// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "VaultKit.h"

#include "vault/Invitation.h"
#include "vault/Signing.h"

#include <random>

using namespace conversure;
using namespace conversure::vault;
using namespace conversure::test;

/// Links are read as people paste them, and a code's keys fit what they were made for and nothing else.
class InvitationTest : public QObject
{
    Q_OBJECT

private:
    static InvitationLink someLink()
    {
        return {QStringLiteral("db.example.com:5432/conversure"), QStringLiteral("https://relay.example.com:8443/base"),
            QByteArray::fromHex("00112233445566778899aabbccddeeff"), shortDigestOf("root")};
    }
    static bool isSame(const std::optional<InvitationLink> &link, const InvitationLink &wanted)
    {
        return link && link->store == wanted.store && link->relay == wanted.relay && link->code == wanted.code
            && link->rootDigest == wanted.rootDigest;
    }

private Q_SLOTS:
    void aLinkComesBack_data()
    {
        QTest::addColumn<QString>("store");
        QTest::addColumn<QString>("relay");
        QTest::newRow("both") << QStringLiteral("db.example.com:5432/conversure")
                              << QStringLiteral("https://relay.example.com");
        QTest::newRow("no port") << QStringLiteral("localhost/cv") << QStringLiteral("ws://localhost:8077/live");
        QTest::newRow("no relay") << QStringLiteral("10.0.0.7:6000/agency_1") << QString();
        QTest::newRow("IPv6") << QStringLiteral("[2001:db8::1]:5432/conversure")
                              << QStringLiteral("http://[2001:db8::1]:80");
        QTest::newRow("query in the relay's URL")
            << QStringLiteral("h/d") << QStringLiteral("https://relay.example.com/a?b=c&d=e%20f");
    }

    void aLinkComesBack()
    {
        QFETCH(QString, store);
        QFETCH(QString, relay);
        InvitationLink link = someLink();
        link.store = store;
        link.relay = relay;
        QVERIFY2(isSame(InvitationLink::parse(link.text()), link), qPrintable(link.text()));
    }

    void theCodeIsInTheFragmentOnly()
    {
        const QString text = someLink().text();
        QVERIFY(
            text.startsWith(QStringLiteral("conversure://join?store=db.example.com:5432/conversure&relay=https://")));
        const QString secret = codeText(someLink().code);
        QCOMPARE(secret.size(), 32);
        QVERIFY(text.section(u'#', 1).startsWith(secret + u'.'));
        QVERIFY(!text.section(u'#', 0, 0).contains(secret));
    }

    void itIsReadAsPeoplePasteIt_data()
    {
        QTest::addColumn<QString>("text");
        const QString text = someLink().text();
        const qsizetype hash = text.indexOf(u'#');
        QTest::newRow("blanks around") << QStringLiteral("  \n") + text + QStringLiteral("\r\n ");
        QTest::newRow("angle brackets") << u'<' + text + u'>';
        QTest::newRow("broken by a mail program")
            << QString(text).insert(40, QStringLiteral("\r\n ")).insert(90, QStringLiteral("\n"));
        QTest::newRow("small letters") << text.left(hash) + text.mid(hash).toLower();
        QTest::newRow("without dashes") << text.left(hash) + text.mid(hash).remove(u'-');
        QTest::newRow("more dashes") << text.left(hash) + text.mid(hash).replace(u'-', QStringLiteral("--"));
        QTest::newRow("percent in the fragment") << QString(text).replace(hash + 33, 1, QStringLiteral("%2E"));
        QTest::newRow("capital scheme") << QStringLiteral("CONVERSURE://JOIN") + text.mid(17);
    }

    void itIsReadAsPeoplePasteIt()
    {
        QFETCH(QString, text);
        QVERIFY2(isSame(InvitationLink::parse(text), someLink()), qPrintable(text));
    }

    void whatIsNoInvitationIsRefused_data()
    {
        QTest::addColumn<QString>("text");
        const QString text = someLink().text();
        const QString front = text.section(u'#', 0, 0);
        const QString back = text.section(u'#', 1);
        QTest::newRow("nothing") << QString();
        QTest::newRow("a word") << QStringLiteral("join");
        QTest::newRow("another scheme") << QStringLiteral("https") + text.mid(10);
        QTest::newRow("another verb") << QString(text).replace(QStringLiteral("join"), QStringLiteral("leave"));
        QTest::newRow("no fragment") << front;
        QTest::newRow("no root") << front + u'#' + back.section(u'.', 0, 0);
        QTest::newRow("empty root") << front + u'#' + back.section(u'.', 0, 0) + u'.';
        QTest::newRow("short code") << front + u'#' + back.mid(1);
        QTest::newRow("long root") << text + u'A';
        QTest::newRow("no store") << QStringLiteral("conversure://join?relay=https://r.example.com#") + back;
        QTest::newRow("megabytes") << front + u'#' + QString(3'000'000, u'A');
        QTest::newRow("megabytes of blanks") << QString(3'000'000, u' ') + text;
        for (const char *store : {"host", "host/", "/db", "host:99999999/db", "user@host/db", "host/db?sslmode=disable",
                 "host/db#x", "host name/db/more", "host/db'--", "a/b/c", "%2Ftmp/db", "postgresql://h/d"}) {
            InvitationLink link = someLink();
            link.store = QString::fromLatin1(store);
            QTest::newRow(store) << link.text();
        }
        for (const char *relay : {"file:///etc/passwd", "javascript:alert(1)", "ftp://r", "https://", "https://u:p@r",
                 "r.example.com", "https://r#fragment"}) {
            InvitationLink link = someLink();
            link.relay = QString::fromLatin1(relay);
            QTest::newRow(relay) << link.text();
        }
    }

    void whatIsNoInvitationIsRefused()
    {
        QFETCH(QString, text);
        QVERIFY2(!InvitationLink::parse(text), qPrintable(text.left(200)));
    }

    void noGarbageGetsThrough()
    {
        std::mt19937 random(11);
        const QString whole = someLink().text();
        for (int round = 0; round < 5'000; ++round) {
            QString text = whole;
            for (unsigned changes = 1 + random() % 4; changes > 0; --changes) {
                const qsizetype at = static_cast<qsizetype>(random() % static_cast<unsigned>(text.size()));
                if (random() % 2)
                    text.remove(at, static_cast<qsizetype>(random() % 8));
                else
                    text.insert(at, QChar(static_cast<char16_t>(random() % (random() % 2 ? 128 : 0xffff))));
            }
            if (const auto link = InvitationLink::parse(text)) {
                QCOMPARE(link->code.size(), 16);
                QCOMPARE(link->rootDigest.size(), 20);
                QVERIFY(isSame(InvitationLink::parse(link->text()), *link));
            }
        }
    }

    void aCodeGivesThreeKeysThatTellNothingOfEachOther()
    {
        const InvitationKeys keys = keysOfCode(Secret(QByteArray(16, 'c')));
        const InvitationKeys again = keysOfCode(Secret(QByteArray(16, 'c')));
        const InvitationKeys other = keysOfCode(Secret(QByteArray(16, 'd')));
        QCOMPARE(keys.lookup, again.lookup);
        QCOMPARE(keys.auth.bytes(), again.auth.bytes());
        QSet<QByteArray> all{
            keys.lookup, keys.auth.bytes(), keys.data.bytes(), other.lookup, other.auth.bytes(), other.data.bytes()};
        QCOMPARE(all.size(), 6);
        for (const QByteArray &key : all)
            QCOMPARE(key.size(), 32);
    }

    void theDataKeyOpensForItsInvitationOnly()
    {
        const InvitationKeys keys = keysOfCode(Secret::random(16));
        const QUuid company = QUuid::createUuid();
        const QUuid invitation = QUuid::createUuid();
        const Secret dataKey = Secret::random(32);
        const QByteArray sealed = sealForInvitee(keys.data, company, invitation, 3, dataKey);
        QCOMPARE(sealed.size(), 72);
        QCOMPARE(openAsInvitee(keys.data, company, invitation, 3, sealed)->bytes(), dataKey.bytes());
        QCOMPARE(outcome(openAsInvitee(keys.data, QUuid::createUuid(), invitation, 3, sealed)),
            QStringLiteral("vault:secret"));
        QCOMPARE(
            outcome(openAsInvitee(keys.data, company, QUuid::createUuid(), 3, sealed)), QStringLiteral("vault:secret"));
        QCOMPARE(outcome(openAsInvitee(keys.data, company, invitation, 4, sealed)), QStringLiteral("vault:secret"));
        QCOMPARE(outcome(openAsInvitee(keys.auth, company, invitation, 3, sealed)), QStringLiteral("vault:secret"));
        for (const QByteArray &changed : damaged(sealed))
            QCOMPARE(
                outcome(openAsInvitee(keys.data, company, invitation, 3, changed)), QStringLiteral("vault:secret"));
        QCOMPARE(outcome(openAsInvitee(keys.data, company, invitation, 3,
                     sealForInvitee(keys.data, company, invitation, 3, Secret::random(16)))),
            QStringLiteral("vault:secret"));
    }

    void theMacIsOfTheseKeysAndThisInvitation()
    {
        const Secret auth = Secret::random(32);
        const QUuid company = QUuid::createUuid();
        const QUuid invitation = QUuid::createUuid();
        const QUuid user = QUuid::createUuid();
        const QByteArray box(32, 'b');
        const QByteArray signing(32, 's');
        QSet<QByteArray> macs{invitationMac(auth, company, invitation, user, box, signing),
            invitationMac(Secret::random(32), company, invitation, user, box, signing),
            invitationMac(auth, QUuid::createUuid(), invitation, user, box, signing),
            invitationMac(auth, company, QUuid::createUuid(), user, box, signing),
            invitationMac(auth, company, invitation, QUuid::createUuid(), box, signing),
            invitationMac(auth, company, invitation, user, signing, box),
            invitationMac(auth, company, invitation, user, QByteArray(32, 'x'), signing),
            invitationMac(auth, company, invitation, user, box, QByteArray(32, 'x'))};
        QCOMPARE(macs.size(), 8);
        QCOMPARE(invitationMac(auth, company, invitation, user, box, signing),
            invitationMac(auth, company, invitation, user, box, signing));
    }

    void everyFieldOfAnInvitationIsSigned()
    {
        const InvitationRecord whole{QUuid::createUuid(), QUuid::createUuid(), QUuid::createUuid(),
            QStringLiteral("join"), QStringLiteral("AGENT"), 1'000, QUuid::createUuid(), QByteArray(80, 'a')};
        QList<InvitationRecord> changed(8, whole);
        changed[0].company = QUuid::createUuid();
        changed[1].invitation = QUuid::createUuid();
        changed[2].user = QUuid::createUuid();
        changed[3].kind = QStringLiteral("reset");
        changed[4].role = QStringLiteral("COMPANY_ADMIN");
        changed[5].expiresAt = 1'001;
        changed[6].inviter = QUuid::createUuid();
        changed[7].sealedAuth = QByteArray(80, 'b');
        for (const InvitationRecord &record : changed)
            QVERIFY(record.bytes() != whole.bytes());
        // Nor can one field take something of the next.
        InvitationRecord shifted = whole;
        shifted.kind = QStringLiteral("join|AGENT");
        shifted.role.clear();
        QVERIFY(shifted.bytes() != whole.bytes());
    }
};

CONVERSURE_TEST(InvitationTest)
#include "InvitationTest.moc"
