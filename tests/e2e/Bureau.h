// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Agency.h"
#include "ClientProgram.h"

#include "vault/ConfirmMembers.h"
#include "vault/SignIn.h"

#include <QTest>

namespace conversure::test {

/// Somebody with an account, or on the way to one.
struct Person {
    QString name;
    QString email;
    QString password;
};

/// A store with its relay and a provider, all of them the real programs, and what people do at their clients by hand.
/// Each step verifies by itself; whoever takes several looks at QTest::currentTestFailed() between them.
class Bureau
{
public:
    static constexpr int patience = 30'000;

    Bureau()
        : relay(database.relayUrl(), folder.filePath(QStringLiteral("relay")))
        , sandbox(folder.path())
    {
    }

    QString place(const char *name) const { return folder.filePath(QString::fromLatin1(name)); }
    QStringList addresses() const
    {
        return {QStringLiteral("--database"), database.doorUrl(), QStringLiteral("--relay"), relay.live().toString()};
    }
    void setRegistration(const char *word) const
    {
        const QJsonObject now =
            relay.command({QStringLiteral("registration"), QStringLiteral("--set"), QString::fromLatin1(word)});
        QCOMPARE(now[QStringLiteral("registration")].toString(), QString::fromLatin1(word));
    }
    /// As after the seconds that somebody has to wait after a wrong password.
    void forgetTries() const { MUST(database.admin().run("delete from conversure.sign_in_buckets")); }

    static void fillFounding(ClientProgram &client, const Person &who, const QString &company)
    {
        QVERIFY(client.press(QStringLiteral("Create a company")));
        QVERIFY(client.type(QStringLiteral("Company"), company));
        QVERIFY(client.type(QStringLiteral("Your name"), who.name));
        QVERIFY(client.type(QStringLiteral("Email"), who.email));
        QVERIFY(client.type(QStringLiteral("Password"), who.password));
        QVERIFY(client.type(QStringLiteral("Repeat the password"), who.password));
        QVERIFY(client.press(QStringLiteral("Create the company")));
    }

    /// From the sign-in page to the recovery code.
    static void found(ClientProgram &client, const Person &who, const QString &company, QString *code)
    {
        fillFounding(client, who, company);
        QTRY_VERIFY_WITH_TIMEOUT(!client.text(QStringLiteral("Recovery code")).isEmpty(), patience);
        *code = client.text(QStringLiteral("Recovery code"));
    }

    static void keepCode(ClientProgram &client)
    {
        QVERIFY(!client.isEnabled(QStringLiteral("Continue"))); // not before it is said to be kept
        QVERIFY(client.press(QStringLiteral("I have kept it")));
        QVERIFY(client.press(QStringLiteral("Continue")));
        QTRY_VERIFY_WITH_TIMEOUT(client.sees(QStringLiteral("Conversations")), patience);
    }

    static void fillSignIn(ClientProgram &client, const Person &who)
    {
        QVERIFY(client.type(QStringLiteral("Email"), who.email));
        QVERIFY(client.type(QStringLiteral("Password"), who.password));
        QVERIFY(client.press(QStringLiteral("Sign in")));
    }

    static void signIn(ClientProgram &client, const Person &who)
    {
        fillSignIn(client, who);
        QTRY_VERIFY_WITH_TIMEOUT(client.sees(QStringLiteral("Conversations")), patience);
    }

    /// What pages for admins will do one day: lets the relay into the founder's vault, and adds a number, whose
    /// provider is the sandbox.
    void addNumber(const Person &founder)
    {
        store::Connection door = database.door();
        const auto in =
            MUST(vault::signIn(door, database.doorUrl(), founder.email, founder.password, QStringLiteral("script")));
        store::Connection device = MUST(store::Connection::open(in.database, QStringLiteral("test")));
        const vault::KeyPair keys =
            MUST(vault::openMemberKeys(device, sql().query(QStringLiteral("member_keys")), in.wrapKey));
        const QJsonObject key = relay.command({QStringLiteral("key"), QStringLiteral("show")});
        MUST(vault::authorizeRelay({device, sql(), in.company, keys, {}},
            QUuid::fromString(key[QStringLiteral("relay_id")].toString()),
            key[QStringLiteral("fingerprint")].toString(), true));
        MUST(device.call(QLatin1StringView("api.sign_out")));

        agency.company = in.company.value;
        agency.addNumber(relay, sandbox.baseUrl());
        MUST(database.admin().script("update conversure.whatsapp_numbers set daily_limit = 1000"));
        QTRY_COMPARE_WITH_TIMEOUT(get(m_network, relay.handshake(agency.verifyToken)).first, 200, patience);
        QVERIFY(sandbox.start(agency, webhooks(),
            {{QStringLiteral("status_delays_ms"),
                QJsonObject{{QStringLiteral("sent"), 50}, {QStringLiteral("delivered"), 150},
                    {QStringLiteral("read"), 300}}}}));
    }

    QUrl webhooks() const { return relay.http(QStringLiteral("/api/webhooks/whatsapp")); }
    int deliver(const QByteArray &body, const QByteArray &signature)
    {
        return post(m_network, webhooks(), body, signature);
    }
    int shakeHands(const QString &verifyToken) { return get(m_network, relay.handshake(verifyToken)).first; }

    static void openDialog(ClientProgram &client, const char *entry)
    {
        QVERIFY(client.press(QStringLiteral("Account")));
        QVERIFY(client.choose(QString::fromUtf8(entry)));
    }

    /// The dialog stays open.
    static void invite(ClientProgram &admin, const QString &name, QString *link)
    {
        openDialog(admin, "Invite a colleague…");
        QVERIFY(admin.type(QStringLiteral("Name"), name));
        QVERIFY(admin.press(QStringLiteral("Create the link")));
        QTRY_VERIFY_WITH_TIMEOUT(!admin.text(QStringLiteral("Link")).isEmpty(), patience);
        *link = admin.text(QStringLiteral("Link"));
    }

    /// A link for somebody who has lost their password. The dialog stays open.
    static void inviteReset(ClientProgram &admin, const QString &name, QString *link)
    {
        openDialog(admin, "People…");
        QVERIFY(admin.pick(QStringLiteral("People"), name));
        QVERIFY(admin.press(QStringLiteral("Link for a new password")));
        QTRY_VERIFY_WITH_TIMEOUT(!admin.text(QStringLiteral("Link")).isEmpty(), patience);
        *link = admin.text(QStringLiteral("Link"));
    }

    static void pasteLink(ClientProgram &client, const QString &link)
    {
        QVERIFY(client.press(QStringLiteral("I have an invitation")));
        QVERIFY(client.type(QStringLiteral("Invitation link"), link));
        QVERIFY(client.press(QStringLiteral("Continue")));
    }

    static void join(ClientProgram &client, const QString &link, const Person &who)
    {
        pasteLink(client, link);
        QVERIFY(client.type(QStringLiteral("Your name"), who.name));
        QVERIFY(client.type(QStringLiteral("Email"), who.email));
        QVERIFY(client.type(QStringLiteral("Password"), who.password));
        QVERIFY(client.type(QStringLiteral("Repeat the password"), who.password));
        QVERIFY(client.press(QStringLiteral("Join")));
        QTRY_VERIFY_WITH_TIMEOUT(client.sees(QStringLiteral("Conversations")), patience);
    }

    static void resetPassword(ClientProgram &client, const QString &link, const QString &password)
    {
        pasteLink(client, link);
        QVERIFY(client.type(QStringLiteral("New password"), password));
        QVERIFY(client.type(QStringLiteral("Repeat the new password"), password));
        QVERIFY(client.press(QStringLiteral("Set the password")));
        QTRY_VERIFY_WITH_TIMEOUT(client.sees(QStringLiteral("Conversations")), patience);
    }

    static void fillPasswordChange(ClientProgram &client, const QString &now, const QString &then)
    {
        QVERIFY(client.type(QStringLiteral("Password now"), now));
        QVERIFY(client.type(QStringLiteral("New password"), then));
        QVERIFY(client.type(QStringLiteral("Repeat the new password"), then));
        QVERIFY(client.press(QStringLiteral("Change password")));
    }

    /// Opens the only conversation and sends.
    static void send(ClientProgram &client, const QString &text)
    {
        QTRY_COMPARE_WITH_TIMEOUT(client.rows().size(), 1, patience);
        if (client.bubbles().isEmpty())
            QVERIFY(client.pick(QStringLiteral("Conversations"), {}));
        QTRY_VERIFY_WITH_TIMEOUT(!client.bubbles().isEmpty(), patience);
        QVERIFY(client.write(text));
    }

    QTemporaryDir folder;
    Database database;
    RelayProgram relay;
    SandboxProgram sandbox;
    Agency agency; ///< The founder's number at Meta.

private:
    QNetworkAccessManager m_network;
};

} // namespace conversure::test
