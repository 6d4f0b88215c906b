// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "StoreFixture.h"
#include "VaultKit.h"

#include "vault/AcceptInvitation.h"
#include "vault/ChangeVault.h"
#include "vault/ConfirmMembers.h"
#include "vault/Founding.h"
#include "vault/Invite.h"
#include "vault/Recover.h"
#include "vault/RegisterCompany.h"
#include "vault/SignIn.h"

#include <QDateTime>
#include <QJsonArray>

#include <optional>

namespace conversure::test {

/// A member who is signed in, with opened keys.
struct Member {
    QString email;
    QString password;
    CompanyId company;
    UserId user;
    QByteArray wrapKey;
    std::unique_ptr<store::Connection> device;
    std::unique_ptr<vault::KeyPair> keys;
    vault::Pins pins;

    vault::VaultDesk desk() const { return {*device, sql(), company, *keys, pins}; }
    Result<vault::OpenedVault> open() const
    {
        return vault::openVault(*device, sql().query(QStringLiteral("vault_of_user")), company, *keys, pins);
    }
    /// How opening ends: "waiting", a refusal's code, or "name=value" of the secrets of all numbers.
    QString sees() const
    {
        const auto opened = open();
        if (!opened)
            return opened.error().code;
        if (opened->isWaiting)
            return QStringLiteral("waiting");
        QStringList out;
        for (const vault::OpenNumber &number : opened->numbers) {
            for (auto it = number.settings.begin(); it != number.settings.end(); ++it)
                out << it.key() + u'=' + it.value();
        }
        out.sort();
        return out.join(u' ');
    }
};

/// A store in which companies are founded, people invited, and vaults opened, all through the real functions.
class VaultHouse
{
public:
    VaultHouse()
        : m_database(std::make_unique<Database>())
    {
        store::Connection admin = m_database->admin();
        MUST(admin.run("update conversure.installation set registration = 'open'"));
    }

    Database &database() const { return *m_database; }
    store::Connection admin() const { return m_database->admin(); }

    static vault::NewCompany companyOf(const QString &email)
    {
        return {QStringLiteral("Marina Homes"), QStringLiteral("Asia/Dubai"), QStringLiteral("Founder"), email,
            QStringLiteral("password of ") + email};
    }

    Member signIn(const QString &email, const QString &password, const vault::Pins &pins = {})
    {
        store::Connection door = m_database->door();
        store::Connection root = m_database->admin();
        MUST(root.run("delete from conversure.sign_in_buckets")); // nobody here has to wait for an earlier try
        const auto in = MUST(vault::signIn(door, m_database->doorUrl(), email, password, QStringLiteral("desk")));
        Member member{email, password, in.company, in.user, in.wrapKey.bytes(),
            std::make_unique<store::Connection>(MUST(store::Connection::open(in.database, QStringLiteral("test")))),
            nullptr, pins};
        member.keys = std::make_unique<vault::KeyPair>(
            MUST(vault::openMemberKeys(*member.device, sql().query(QStringLiteral("member_keys")), in.wrapKey)));
        return member;
    }

    /// Founds a company and signs its founder in. \a recoveryCode gets the code.
    Member found(QString *recoveryCode = nullptr)
    {
        const vault::NewCompany wanted = companyOf(nextEmail());
        store::Connection door = m_database->door();
        const auto made = MUST(vault::registerCompany(door, wanted, newId));
        if (recoveryCode)
            *recoveryCode = made.recoveryCode;
        return signIn(wanted.email, wanted.password, made.pins);
    }

    static vault::InvitationLink linkOf(const vault::MadeInvitation &made)
    {
        return {QStringLiteral("localhost/conversure"), {}, made.code, made.rootDigest};
    }

    vault::MadeInvitation invite(const Member &admin, const QString &role = QStringLiteral("AGENT"))
    {
        return MUST(vault::invite(admin.desk(), {role, QStringLiteral("Invited"), {}}, newId(), newId()));
    }

    /// Accepts with a new e-mail and signs in.
    Member join(const vault::MadeInvitation &made)
    {
        const QString email = nextEmail();
        return accept(made, email);
    }

    Member accept(const vault::MadeInvitation &made, const QString &email)
    {
        store::Connection door = m_database->door();
        const QString password = QStringLiteral("%1 of %2").arg(made.invitation.toString(), email);
        const auto joined = MUST(vault::acceptInvitation(door, linkOf(made), {{}, email, password}));
        return signIn(email, password, joined.pins);
    }

    /// Invites, accepts, confirms: somebody who belongs.
    Member colleague(Member &admin, const QString &role = QStringLiteral("AGENT"))
    {
        Member member = join(invite(admin, role));
        const auto confirmed = MUST(vault::confirmMembers(admin.desk(), QDateTime::currentMSecsSinceEpoch()));
        for (const vault::Confirmation &confirmation : confirmed.members) {
            if (confirmation.user == member.user && !confirmation.code.isEmpty())
                qFatal("%s", qPrintable(confirmation.code));
        }
        return member;
    }

    /// A number of the company, without secrets.
    NumberId addNumber(CompanyId company)
    {
        const NumberId number(newId());
        store::Connection relay = m_database->relay();
        MUST(relay.call(QLatin1StringView("relay.add_number"),
            {store::param(company.value), store::param(number.value), store::param(QStringLiteral("+971500000000")),
                store::param(QStringLiteral("Sales")), store::param(QStringLiteral("meta")),
                store::param(number.text()), store::param(QString()), store::json(QJsonObject()),
                store::json(QJsonArray())}));
        return number;
    }

    /// Puts one token into the vault.
    static vault::Pins put(const Member &admin, NumberId number, const QString &value,
        const QString &kind = QStringLiteral("access_token"))
    {
        return MUST(vault::putSecrets(admin.desk(), number, {{kind, value}}, newId));
    }

    static QString nextEmail() { return newId().toString(QUuid::Id128) + QStringLiteral("@example.com"); }

    /// A company with one token in its vault, an admin and an agent.
    struct Firm {
        QString recoveryCode;
        Member admin;
        Member agent;
        NumberId number;
    };
    Firm firm()
    {
        Firm firm;
        firm.admin = found(&firm.recoveryCode);
        firm.number = addNumber(firm.admin.company);
        firm.admin.pins = put(firm.admin, firm.number, QStringLiteral("EAAG"));
        firm.agent = colleague(firm.admin);
        return firm;
    }

private:
    std::unique_ptr<Database> m_database;
};

} // namespace conversure::test
