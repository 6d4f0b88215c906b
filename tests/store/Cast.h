// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Ask.h"
#include "SignInCalls.h"
#include "StoreFixture.h"

#include <QHash>

#include <vector>

namespace conversure::test {

/// The words by which a text shows whose it is, wherever it turns up: plain, in hexadecimal, in base64 (their length is
/// a multiple of three).
namespace mark {
inline constexpr char company[] = "zqczqc"; ///< Of the company, for all of its members.
inline constexpr char seen[] = "zqezqe"; ///< Of the one conversation that one agent sees.
inline constexpr char hidden[] = "zqhzqh"; ///< Of a conversation that no agent sees.
inline constexpr char secret[] = "zqszqs"; ///< In no table that a client reads.
inline constexpr char secretDigits[] = "5598765"; ///< The same, of a telephone number.
} // namespace mark

/// Whether \a text holds what \a word marks.
inline bool holds(const QString &text, const char *word)
{
    const QByteArray plain(word);
    return text.contains(QLatin1String(plain)) || text.contains(QLatin1String(plain.toHex()))
        || text.contains(QLatin1String(plain.toBase64(QByteArray::OmitTrailingEquals)));
}

/// A company's things, to reach for.
struct Things {
    QUuid company;
    QUuid admin;
    QUuid agent; ///< Sees `conversation`.
    QUuid blind; ///< Sees no conversation.
    QUuid conversation;
    QUuid message;
    QUuid attempt;
    QUuid lead;
    QUuid number;
    QUuid team;
    QUuid session;
    QUuid invitation;
    QUuid contactTicket; ///< Of the agent, committed.
    QString signInTicket; ///< Of the agent, of the right password, committed.
    QString leaseSecret = QStringLiteral("a secret of some length"); ///< Of the attempt.
    QString email; ///< The agent's.
};

/// Somebody who may try something: a login role, and what they set first.
struct Actor {
    enum class Kind {
        Outsider, ///< Signed in, in another company.
        Super, ///< A SUPER_ADMIN at home, in another company.
        Nobody, ///< A client's login without a session that counts.
        Blind, ///< An agent of the company who sees no conversation.
        Seer, ///< An agent of the company who sees one.
        Admin,
        Guest, ///< A SUPER_ADMIN who has entered the company.
        Door,
        Relay
    };
    const char *name;
    Kind kind;
    QString role;
    QUuid user;
    const Things *own; ///< What is theirs to name.
    QByteArray settings = {}; ///< Run first in each transaction.
    QByteArray isolation = "read committed";

    bool isMember() const { return kind >= Kind::Blind && kind <= Kind::Guest; }
    bool isClient() const { return kind < Kind::Door; }
};

/// A store with a company that has a bit of everything, two others, and everybody who may try to get at it.
struct Cast {
    static inline const QString proof = QString(43, u'p');
    Database database;
    store::Connection admin = database.admin();
    Company victim{database, QStringLiteral("zqczqc Homes")};
    Company other{database, QStringLiteral("Other Homes")};
    Company home{database, QStringLiteral("Operators")};
    Things victims;
    Things others;
    Things homes;
    Things nowhere; ///< Ids that are nobody's.
    QUuid hiddenConversation; ///< The victim's, which no agent sees; its lead and message.
    QUuid hiddenLead;
    QUuid hiddenMessage;
    QUuid adminSession;
    std::vector<Actor> actors;

    Cast()
    {
        victims = furnish(victim, true);
        others = furnish(other, false);
        homes = furnish(home, false);
        for (QUuid *id : {&nowhere.company, &nowhere.admin, &nowhere.agent, &nowhere.blind, &nowhere.conversation,
                 &nowhere.message, &nowhere.attempt, &nowhere.lead, &nowhere.number, &nowhere.team, &nowhere.session,
                 &nowhere.invitation, &nowhere.contactTicket})
            *id = newId();
        nowhere.signInTicket = QString(48, u'0');
        nowhere.email = QStringLiteral("nobody@example.com");
        const store::Rows hidden = MUST(admin.run("select conversation_id, lead_id, last_message_id from "
                                                  "conversure.conversations where company_id = $1::uuid and "
                                                  "conversation_id <> $2::uuid",
            {store::param(victims.company), store::param(victims.conversation)}));
        hiddenConversation = hidden.uuid(0, 0);
        hiddenLead = hidden.uuid(0, 1);
        hiddenMessage = hidden.uuid(0, 2);
        adminSession = MUST(admin.run("select session_id from conversure.sessions where user_id = $1::uuid",
                                {store::param(victims.admin)}))
                           .uuid(0, 0);
        gather();
        fill();
    }

    const Actor &actor(const char *name) const
    {
        for (const Actor &each : actors) {
            if (qstrcmp(each.name, name) == 0)
                return each;
        }
        qFatal("nobody is called %s", name);
    }

private:
    /// Two conversations, one of which an agent has and has answered in; a team; a session; tickets.
    Things furnish(Company &company, bool marked)
    {
        Things out;
        out.company = company.id.value;
        out.number = company.number.value;
        const Company::Person boss = company.addPerson(QStringLiteral("COMPANY_ADMIN"));
        const Company::Person agent = company.addPerson();
        const Company::Person blind = company.addPerson();
        out.admin = boss.id.value;
        out.agent = agent.id.value;
        out.blind = blind.id.value;
        out.email = agent.email;
        const QString seen = QString::fromLatin1(marked ? mark::seen : "seen");
        const QString hidden = QString::fromLatin1(marked ? mark::hidden : "hidden");
        const QString phone = marked ? QStringLiteral("+97155987651") : QStringLiteral("+971501112233");
        const QString hiddenPhone = marked ? QStringLiteral("+97155987652") : QStringLiteral("+971501112244");
        company.receive(phone, QStringLiteral("m1"), seen, seen + QStringLiteral(" Lead"));
        company.receive(hiddenPhone, QStringLiteral("m2"), hidden, hidden + QStringLiteral(" Lead"));
        out.conversation = company.conversationOf(phone).value;

        const Company::Device bossDevice = company.signIn(boss);
        const Company::Device agentDevice = company.signIn(agent);
        store::Connection manager = company.connect(bossDevice);
        const auto act = [](store::Connection &as, const char *function, const store::Params &params) {
            return MUST(as.call(QLatin1StringView(function), params));
        };
        act(manager, "api.set_visibility", {store::param(QStringLiteral("own"))});
        out.team = newId();
        act(manager, "api.create_team",
            {store::param(out.team), store::param(QString::fromLatin1(marked ? mark::company : "Sales"))});
        act(manager, "api.add_team_member", {store::param(out.team), store::param(out.agent)});
        act(manager, "api.assign", {store::param(out.conversation), store::param(out.agent)});

        store::Connection client = company.connect(agentDevice);
        out.message = newId();
        out.attempt = newId();
        act(client, "api.reserve_send",
            {store::param(out.message), store::param(out.attempt), store::param(out.conversation),
                store::param(out.leaseSecret),
                store::json(
                    QJsonObject{{QStringLiteral("type"), QStringLiteral("TEXT")}, {QStringLiteral("text"), seen}})});
        act(client, "api.mark_read", {store::param(out.conversation), store::param(qint64(1))});
        out.lead = MUST(admin.run("select lead_id from conversure.conversations where conversation_id = $1::uuid",
                            {store::param(out.conversation)}))
                       .uuid(0, 0);
        out.contactTicket = act(client, "api.ask_lead_contact", {store::uuidArray({out.lead})}).uuid(0, 0);
        out.session = MUST(admin.run("select session_id from conversure.devices where role_name = $1",
                               {store::param(agentDevice.role)}))
                          .uuid(0, 0);
        store::Connection door = database.door();
        out.signInTicket = begin(door, agent.email, agent.proof, newSecret())[QStringLiteral("ticket")].toString();
        company.status(QStringLiteral("p1"), {}, QStringLiteral("sent")); // parked: a receipt

        if (marked) {
            actors.push_back({"blind agent", Actor::Kind::Blind, company.signIn(blind).role, out.blind, &victims});
            actors.push_back({"seeing agent", Actor::Kind::Seer, agentDevice.role, out.agent, &victims});
            actors.push_back({"admin", Actor::Kind::Admin, bossDevice.role, out.admin, &victims});
            m_agentsToken = agentDevice.token;
            m_adminsToken = bossDevice.token;
        } else if (&company == &other) {
            actors.push_back({"other's admin", Actor::Kind::Outsider, bossDevice.role, out.admin, &others});
            actors.push_back({"other's agent", Actor::Kind::Outsider, agentDevice.role, out.agent, &others});
        }
        return out;
    }

    void gather()
    {
        const auto nobody = [this](const char *name, const QByteArray &spoil) {
            const Company::Person person = victim.addPerson(QStringLiteral("COMPANY_ADMIN"));
            const Company::Device device = victim.signIn(person);
            MUST(admin.run(spoil, {store::param(device.role)}));
            actors.push_back({name, Actor::Kind::Nobody, device.role, person.id.value, &victims});
            return device;
        };
        const QByteArray ofDevice =
            " from conversure.devices d where d.role_name = $1 and s.company_id = d.company_id and ";
        nobody("expired session",
            "update conversure.sessions s set expires_at = conversure.now() - interval '1 s'" + ofDevice
                + "s.session_id = d.session_id");
        const Company::Device ended = nobody("ended session",
            "update conversure.sessions s set ended_at = conversure.now()" + ofDevice + "s.session_id = d.session_id");
        nobody("deactivated user", "update conversure.users s set active = false" + ofDevice + "s.user_id = d.user_id");
        nobody("closed device", "update conversure.devices set closed_at = conversure.now() where role_name = $1");

        MUST(admin.script("drop role if exists cast_pool; create role cast_pool login in role conversure_client"));
        const QString pool = QStringLiteral("cast_pool");
        actors.push_back({"pool without a token", Actor::Kind::Nobody, pool, {}, &nowhere});
        const auto naming = [this](const QString &token) {
            return "set local conversure.token = " + admin.literal(token);
        };
        actors.push_back(
            {"pool with an ended session's token", Actor::Kind::Nobody, pool, {}, &nowhere, naming(ended.token)});
        actors.push_back(
            {"pool with an agent's token", Actor::Kind::Seer, pool, victims.agent, &victims, naming(m_agentsToken)});
        actors.push_back(
            {"pool with an admin's token", Actor::Kind::Admin, pool, victims.admin, &victims, naming(m_adminsToken)});
        for (const char *isolation : {"repeatable read", "serializable"})
            actors.push_back({isolation, Actor::Kind::Nobody, actor("admin").role, victims.admin, &victims, {},
                QByteArray(isolation)});

        const Company::Person super = home.addPerson(QStringLiteral("SUPER_ADMIN"));
        const Company::Device atHome = home.signIn(super);
        store::Connection visitor = home.connect(atHome);
        const QString verifier = MUST(visitor.scramVerifier(QStringLiteral("any"), QStringLiteral("guest")));
        const QJsonObject pass =
            MUST(visitor.call(QLatin1StringView("api.enter_company"),
                     {store::param(victims.company), store::param(QStringLiteral("test")), store::param(verifier)}))
                .object(0, 0);
        actors.push_back({"super admin", Actor::Kind::Super, atHome.role, super.id.value, &homes});
        actors.push_back({"guest", Actor::Kind::Guest, pass[QStringLiteral("role")].toString(),
            QUuid::fromString(pass[QStringLiteral("user_id")].toString()), &victims});
        Actor odd = actor("other's admin");
        odd.name = "other's admin, oddly set";
        odd.settings = "set local standard_conforming_strings = off; set local search_path = pg_temp, public;"
                       "set local array_nulls = off; set local transform_null_equals = on; set local datestyle = 'SQL, "
                       "DMY'; set local timezone = 'Asia/Kabul'; set local bytea_output = 'escape'; set local "
                       "intervalstyle = 'sql_standard'; set local extra_float_digits = -15; set local "
                       "backslash_quote = on; set local quote_all_identifiers = on";
        actors.push_back(odd);
        actors.push_back({"door", Actor::Kind::Door, QStringLiteral("conversure_door"), {}, &nowhere});
        actors.push_back({"relay", Actor::Kind::Relay, QStringLiteral("conversure_relay"), {}, &nowhere});
    }

    /// What no function of today puts there, and marks on what must not get out.
    void fill()
    {
        victims.invitation = newId();
        others.invitation = newId();
        homes.invitation = newId();
        for (const Things *of : {&victims, &others, &homes}) {
            const bool marked = of == &victims;
            const QString ours = QString::fromLatin1(marked ? mark::company : "abcabc");
            const QString secret = QString::fromLatin1(marked ? mark::secret : "defdef");
            const store::Params params{store::param(of->company), store::param(of->admin), store::param(of->number),
                store::param(of->invitation), store::param(ours), store::param(secret)};
            for (const QByteArray &statement : fillings())
                MUST(admin.run("with p as (select $1::uuid as company, $2::uuid as admin, $3::uuid as number, $4::uuid "
                               "as invitation, $5::text as ours, $6::text as secret) "
                        + statement,
                    params));
        }
    }

    static QList<QByteArray> fillings()
    {
        const QByteArray ours32 = "convert_to(rpad(ours, 32, ours), 'UTF8')";
        const QByteArray ours64 = "convert_to(rpad(ours, 64, ours), 'UTF8')";
        const QByteArray secret32 = "convert_to(rpad(secret, 32, secret), 'UTF8')";
        return {"insert into conversure.webhook_events (company_id, event_id, number_id, provider, dedup_key, body) "
                "select company, gen_random_uuid(), number, 'meta', "
                + secret32 + ", " + secret32 + " from p",
            "insert into conversure.known_devices select company, admin, " + secret32 + ", secret, now(), now() from p",
            "insert into conversure.key_signatures select company, gen_random_uuid(), 'user', admin, k.box_public, "
            "k.sign_public, true, 'user', admin, "
                + ours64
                + ", now(), null from p join conversure.user_keys k on k.company_id = p.company and k.user_id = "
                  "p.admin",
            "insert into conversure.recovery_keys select company, gen_random_uuid(), " + secret32 + ", " + secret32
                + ", now() from p",
            "insert into conversure.vault_secrets (company_id, secret_id, owner_kind, owner_id, kind, key_version, "
            "secret_version, nonce, ciphertext) select company, gen_random_uuid(), 'number', number, 'token', 1, 1, "
                + ours32 + ", " + ours32 + " from p",
            "insert into conversure.vault_manifests (company_id, version, key_version, commitment, entries, "
            "signed_by_kind, signed_by, signature) select company, 1, 1, "
                + ours32
                + ", (select jsonb_object_agg(s.secret_id, s.secret_version) from conversure.vault_secrets s where "
                  "s.company_id = company), 'user', admin, "
                + ours64 + " from p",
            "insert into conversure.invitations (company_id, invitation_id, kind, user_id, role, name, email, "
            "lookup_hash, key_version, sealed_data_key, auth_for_inviter, signature, created_by, created_at, "
            "expires_at) select company, invitation, 'join', gen_random_uuid(), 'AGENT', ours, secret || '@x.example', "
                + secret32 + ", 1, " + secret32 + ", " + secret32 + ", " + ours64
                + ", admin, now(), now() + interval '1 day' from p",
            "insert into conversure.templates (company_id, template_id, provider, account_id, name, language, "
            "category, "
            "status, components) select company, gen_random_uuid(), 'meta', 'waba', ours || '_hello', 'en', "
            "'MARKETING', "
            "'APPROVED', jsonb_build_array(jsonb_build_object('type', 'BODY', 'text', ours)) from p",
            "insert into conversure.opt_outs (company_id, opt_out_id, lead_id, kind, since, heard_at, remark, "
            "noted_by) select "
            "company, gen_random_uuid(), (select l.lead_id from conversure.leads l where l.company_id = company order "
            "by "
            "l.lead_id limit 1), 'admin', now(), now(), secret, admin from p",
            // Marks.
            "update conversure.users u set name = ours || ' Person', email = secret || u.user_id || '@x.example' from "
            "p where u.company_id = company",
            "update conversure.whatsapp_numbers n set label = ours, config = jsonb_build_object('x', ours) from p "
            "where "
            "n.company_id = company",
            "update conversure.user_keys k set wrapped = " + secret32 + " from p where k.company_id = company",
            "update conversure.vault_keys k set sealed = " + secret32 + " from p where k.company_id = company",
            "update conversure.devices d set name = secret from p where d.company_id = company",
            "update conversure.message_delivery_attempts a set error_detail = jsonb_build_object('x', secret) from p "
            "where a.company_id = company",
            "update conversure.receipts r set error_code = secret from p where r.company_id = company"};
    }

    QString m_agentsToken; ///< Of the victim's seeing agent.
    QString m_adminsToken;
};

} // namespace conversure::test
