// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Dump.h"
#include "Agency.h"
#include "Needles.h"
#include "TestMain.h"

#include "store/RelayStore.h"
#include "vault/AcceptInvitation.h"
#include "vault/Base32.h"
#include "vault/ChangeVault.h"
#include "vault/ConfirmMembers.h"
#include "vault/Invite.h"
#include "vault/Keys.h"
#include "vault/PasswordKeys.h"
#include "vault/Recover.h"
#include "vault/RegisterCompany.h"
#include "vault/RelayKey.h"
#include "vault/SignIn.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// Whoever gets a dump of the database, or the server's log, gets no secret with it.
class DumpTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Database> m_database;
    QTemporaryDir m_state;
    std::unique_ptr<RelayProgram> m_relay;
    std::unique_ptr<Agency> m_agency;
    Needles m_needles;

    void hide(const char *name, const QByteArray &bytes) { m_needles.hide(name, bytes); }
    void hide(const char *name, const QString &text) { m_needles.hide(name, text); }

    void useTheVault(Connection &door, Connection &admin)
    {
        const auto stretch =
            MUST(vault::StretchParams::fromJson(MUST(door.call(QLatin1StringView("api.sign_in_params"))).object(0, 0)));
        const auto passwordKeys = MUST(vault::stretchPassword(m_agency->password, m_agency->email, stretch));
        hide("password", m_agency->password);
        hide("proof", passwordKeys.proof);
        hide("proof's bytes", QByteArray::fromBase64(passwordKeys.proof.toLatin1(), QByteArray::Base64UrlEncoding));
        hide("wrap key", passwordKeys.wrap.bytes());

        const auto wrong = vault::signIn(door, m_database->doorUrl(), m_agency->email,
            QStringLiteral("a wrong password of somebody"), QStringLiteral("desk"));
        QVERIFY(!wrong);
        hide("wrong password", QStringLiteral("a wrong password of somebody"));
        MUST(admin.run("delete from conversure.sign_in_buckets")); // as after the second that it has to wait

        const Rows member = MUST(admin.run(
            "select k.wrapped, k.box_public, v.sealed from conversure.user_keys k join conversure.vault_keys v"
            " on v.company_id = k.company_id and v.recipient_id = k.user_id where k.company_id = $1::uuid",
            {param(m_agency->company)}));
        const auto keys = MUST(vault::unwrapKeys(member.bytes(0, 0), member.bytes(0, 1), passwordKeys.wrap));
        hide("member's box key", keys.boxPrivate.bytes());
        hide("member's signing seed", keys.signPrivate.bytes().left(32));
        hide("data key", MUST(vault::openDataKey(member.bytes(0, 2), keys)).bytes());
        const auto relayKey = MUST(vault::RelayKey::loadOrCreate(m_state.filePath(QStringLiteral("relay.key"))));
        hide("relay's box key", relayKey.keys.boxPrivate.bytes());
        hide("relay's signing seed", relayKey.keys.signPrivate.bytes().left(32));
        hide("access token", m_agency->accessToken);
        hide("app secret", m_agency->appSecret);
        hide("verify token", m_agency->verifyToken);
    }

    void sendAndReceive(Connection &client, Connection &relay)
    {
        const QJsonObject event{{QStringLiteral("type"), QStringLiteral("message")},
            {QStringLiteral("company_id"), m_agency->company.toString(QUuid::WithoutBraces)},
            {QStringLiteral("number_id"), m_agency->number.toString(QUuid::WithoutBraces)},
            {QStringLiteral("provider_message_id"), QStringLiteral("in1")},
            {QStringLiteral("identities"),
                QJsonArray{QJsonObject{{QStringLiteral("kind"), QStringLiteral("phone")},
                    {QStringLiteral("value"), QStringLiteral("+971501112233")}}}},
            {QStringLiteral("profile_name"), QStringLiteral("Omar")},
            {QStringLiteral("content_type"), QStringLiteral("TEXT")},
            {QStringLiteral("text"), QStringLiteral("a message that may be seen")},
            {QStringLiteral("timestamp"), QDateTime::currentSecsSinceEpoch()}};
        MUST(RelayStore(relay).apply({event}));
        const QUuid conversation = MUST(client.run("select conversation_id from conversure.conversations")).uuid(0, 0);
        const QString leaseSecret = QString::fromLatin1(vault::Secret::random(24).bytes().toHex());
        hide("lease secret", leaseSecret);
        const QUuid attempt = newId();
        MUST(client.call(QLatin1StringView("api.reserve_send"),
            {param(newId()), param(attempt), param(conversation), param(leaseSecret),
                json(QJsonObject{{QStringLiteral("type"), QStringLiteral("TEXT")},
                    {QStringLiteral("text"), QStringLiteral("an answer that may be seen")}})}));
        MUST(client.call(QLatin1StringView("api.confirm_send"),
            {param(attempt), param(leaseSecret), param(QStringLiteral("out1"))}));
        // Statements that fail carry secrets, too, and failures are what servers log.
        QVERIFY(!client.call(QLatin1StringView("api.confirm_send"),
            {param(newId()), param(leaseSecret), param(QStringLiteral("out1"))}));
        QVERIFY(!client.run("select api.renew_lease('x', '" + leaseSecret.toUtf8() + "')"));
    }

    void hideKeys(const char *whose, const vault::KeyPair &keys)
    {
        hide(whose, keys.boxPrivate.bytes());
        hide(whose, keys.signPrivate.bytes().left(32));
    }

    void hideCode(const char *which, const QByteArray &code)
    {
        hide(which, code);
        hide(which, vault::codeText(code));
        hide(which, vault::toBase32(code));
        hide(which, vault::toBase32(code).toLower());
    }

    /// A company founded by a client, with all that codes are for.
    void foundAndInvite(Connection &door, Connection &admin)
    {
        MUST(admin.run("update conversure.installation set registration = 'open'"));
        const vault::NewCompany wanted{QStringLiteral("Founded Homes"), QStringLiteral("UTC"),
            QStringLiteral("Founder"), QStringLiteral("founder@example.com"),
            QStringLiteral("the password of a founder")};
        const auto made = MUST(vault::registerCompany(door, wanted, newId));
        hide("founder's password", wanted.password);
        const auto code = *vault::fromBase32(made.recoveryCode, vault::codeSize);
        hideCode("recovery code", code);
        hideKeys("recovery keys", vault::RecoveryCode::parse(made.recoveryCode)->keys());

        const auto in =
            MUST(vault::signIn(door, m_database->doorUrl(), wanted.email, wanted.password, QStringLiteral("desk")));
        Connection device = MUST(Connection::open(in.database, QStringLiteral("test")));
        const vault::KeyPair keys =
            MUST(vault::openMemberKeys(device, sql().query(QStringLiteral("member_keys")), in.wrapKey));
        const vault::VaultDesk desk{device, sql(), in.company, keys, made.pins};
        hide("founder's wrap key", in.wrapKey.bytes());
        hideKeys("founder's keys", keys);
        hide("first data key", MUST(desk.open()).dataKey.bytes());

        for (const bool accepted : {false, true}) {
            const auto invited =
                MUST(vault::invite(desk, {QStringLiteral("AGENT"), QStringLiteral("Invited"), {}}, newId(), newId()));
            hideCode("invitation code", invited.code);
            const auto ofCode = vault::keysOfCode(vault::Secret(invited.code));
            hide("lookup key", ofCode.lookup);
            hide("auth key", ofCode.auth.bytes());
            hide("code's data key", ofCode.data.bytes());
            if (accepted) {
                hide("invitee's password", QStringLiteral("the password of an invitee"));
                MUST(vault::acceptInvitation(door, {{}, {}, invited.code, invited.rootDigest},
                    {{}, QStringLiteral("invitee@example.com"), QStringLiteral("the password of an invitee")}));
                // Once more: refused, and failures are what servers log.
                QVERIFY(!vault::readInvitation(door, {{}, {}, invited.code, invited.rootDigest}));
            }
        }
        MUST(vault::confirmMembers(desk, QDateTime::currentMSecsSinceEpoch()));
        MUST(vault::rotateVault(desk));
        hide("second data key", MUST(desk.open()).dataKey.bytes());
        const auto renewed = MUST(vault::renewRecoveryCode(desk));
        hideCode("second recovery code", *vault::fromBase32(renewed.text, vault::codeSize));
        QVERIFY(vault::recover(desk, *vault::RecoveryCode::parse(renewed.text)));
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_relay = std::make_unique<RelayProgram>(m_database->adminUrl(), m_state.path());
        m_agency = std::make_unique<Agency>(*m_relay, QStringLiteral("Dump Homes"));
        Connection door = m_database->door();
        Connection admin = m_database->admin();
        Connection relay = m_database->relay();
        useTheVault(door, admin);

        const QByteArray deviceSecret = vault::newDeviceSecret();
        hide("computer's secret", deviceSecret);
        hide("computer's secret's bytes", QByteArray::fromBase64(deviceSecret, QByteArray::Base64UrlEncoding));
        const auto in = MUST(vault::signIn(
            door, m_database->doorUrl(), m_agency->email, m_agency->password, QStringLiteral("desk"), deviceSecret));
        hide("device's password", QUrl(in.database).password());
        hide("token", in.token);
        hide("token's chance", in.token.section(u'.', 1));
        const QString ticket = MUST(door.call(QLatin1StringView("api.sign_in_begin"),
                                        {param(QStringLiteral("somebody@example.com")), param(QString(43, u'q'))}))
                                   .object(0, 0)[QStringLiteral("ticket")]
                                   .toString();
        hide("ticket", ticket);
        hide("ticket's bytes", QByteArray::fromHex(ticket.toLatin1()));
        const QJsonObject script = m_agency->signIn(*m_relay);
        hide("script's token", script[QStringLiteral("token")].toString().section(u'.', 1));
        hide("script's password", QUrl(script[QStringLiteral("database")].toString()).password());
        hide("door's password", QUrl(m_database->doorUrl()).password());
        hide("relay's password", QUrl(m_database->relayUrl()).password());
        hide("administrator's password", QUrl(m_database->adminUrl()).password());
        Connection client = MUST(Connection::open(in.database, QStringLiteral("test")));
        sendAndReceive(client, relay);
        foundAndInvite(door, admin);
        QVERIFY(m_needles.count() >= 22);
    }

    void theSearchFindsWhatIsThere()
    {
        const QByteArray secret = "0123456789abcdefghijkl";
        Needles needle;
        needle.hide("s", secret);
        for (const QByteArray &prefix : {QByteArray(), QByteArray("x"), QByteArray("xy"), QByteArray("xyz")}) {
            const QByteArray hay = prefix + secret + "tail";
            for (const QByteArray &spelling :
                {hay, hay.toHex(), hay.toHex().toUpper(), hay.toBase64(), hay.toBase64(QByteArray::Base64UrlEncoding)})
                QCOMPARE(needle.foundIn(spelling).join(u' '), QStringLiteral("s"));
        }
        QVERIFY(needle.foundIn("nothing of the kind").isEmpty());
    }

    void aDumpHoldsNoSecret()
    {
        const QByteArray dump = dumpAs(m_database->adminUrl());
        for (const QByteArray &visible :
            {QByteArray("Dump Homes"), QByteArray("Founded Homes"), m_agency->email.toUtf8(),
                QByteArray("COPY conversure.invitations"), QByteArray("a message that may be seen"),
                QByteArray("an answer that may be seen"), QByteArray("COPY conversure.vault_secrets")})
            QVERIFY2(dump.contains(visible), visible.constData());
        QCOMPARE(m_needles.foundIn(dump).join(u' '), QString());
    }

    void theServersLogHoldsNoSecret()
    {
        const QByteArray text = serverLog(*m_database);
        QVERIFY(text.contains("ERROR:"));
        QCOMPARE(m_needles.foundIn(text).join(u' '), QString());
    }

    void theBackupRoleSeesEverything()
    {
        Connection admin = m_database->admin();
        MUST(admin.script("alter role conversure_backup password 'backup'"));
        const QByteArray dump = dumpAs(Connection::urlWithUser(
            m_database->adminUrl(), QStringLiteral("conversure_backup"), QStringLiteral("backup")));
        QVERIFY2(dump.contains("Dump Homes"), dump.left(600).constData());
        const QByteArray whole = dumpAs(m_database->adminUrl());
        QCOMPARE(dump.count('\n'), whole.count('\n'));
    }
};

CONVERSURE_TEST(DumpTest)
#include "DumpTest.moc"
