// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Lists and counts in a store with a million conversations, 900,000 of them one company's with 3 numbers and 200
// agents, as a client's connection sees them. Figures also come as a multiple of `select 1`, since machines differ.
#include "StoreFixture.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <algorithm>
#include <cstdio>
#include <vector>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

namespace {

constexpr double goalMs = 2.0; ///< For the counts, and for whoever sees nothing.

/// Somebody with a connection.
struct Who {
    Company::Person person;
    Connection connection;
};

/// The store that is measured.
class BigStore
{
public:
    BigStore()
        : m_company(m_database)
        , m_admin(m_database.admin())
        , admin(somebody(QStringLiteral("COMPANY_ADMIN")))
        , agent(somebody(QStringLiteral("AGENT")))
        , idle(somebody(QStringLiteral("AGENT")))
    {
        MUST(
            m_admin.script("set session_replication_role = replica; set temp_file_limit = -1; set work_mem = '256MB'"));
        people();
        conversations();
        messages();
        MUST(m_admin.script("set session_replication_role = origin"));
        MUST(m_admin.run("vacuum analyze"));
    }

    void setVisibility(const char *visibility)
    {
        MUST(m_admin.run("update conversure.company_settings set visibility = $2 where company_id = $1::uuid",
            {id(), param(QString::fromLatin1(visibility))}));
    }
    /// One with 100,000 messages that agent has, and idle does not see unless everybody sees all.
    QUuid longConversation() const { return m_long; }

private:
    Database m_database;
    Company m_company;
    Connection m_admin;
    QUuid m_long;

public:
    Who admin;
    Who agent; ///< Has some 4,000 conversations, and is in a team.
    Who idle; ///< Has none, and is in no team.

private:
    Param id() const { return param(m_company.id.value); }
    Who somebody(const QString &role)
    {
        const Company::Person person = m_company.addPerson(role);
        return {person, m_company.connect(m_company.signIn(person))};
    }

    void people()
    {
        m_company.addNumber(QStringLiteral("second"));
        m_company.addNumber(QStringLiteral("third"));
        MUST(
            m_admin.run("insert into conversure.users (company_id, user_id, email, name, role) select $1::uuid, "
                        "gen_random_uuid(), n || '@example.com', 'Agent ' || n, 'AGENT' from generate_series(1, 198) n",
                {id()}));
        MUST(m_admin.run("insert into conversure.teams (company_id, team_id, name) select $1::uuid, gen_random_uuid(), "
                         "'Team ' || n from generate_series(1, 10) n",
            {id()}));
        MUST(m_admin.run(
            "insert into conversure.team_members (company_id, team_id, user_id) select u.company_id, (array("
            "select t.team_id from conversure.teams t where t.company_id = u.company_id order by name))[1 + "
            "row_number() over (order by u.user_id) % 10], u.user_id from conversure.users u where "
            "u.company_id = $1::uuid and u.user_id <> $2::uuid",
            {id(), param(idle.person.id.value)}));
        MUST(m_admin.run("insert into conversure.companies (company_id, name) values (gen_random_uuid(), 'Other')"));
        MUST(m_admin.run("insert into conversure.company_settings (company_id) select company_id from "
                         "conversure.companies where name = 'Other'"));
        MUST(m_admin.run("insert into conversure.whatsapp_numbers (company_id, number_id, phone, label, provider, "
                         "provider_number_id) select company_id, gen_random_uuid(), '+971500000001', 'Other', 'meta', "
                         "'other' from conversure.companies where name = 'Other'"));
    }

    /// Of ten conversations seven have somebody, half are a team's, one is open; times are spread over a year.
    void conversations()
    {
        fill(m_company.id.value, 300'000);
        fill(MUST(m_admin.run("select company_id from conversure.companies where name = 'Other'")).uuid(0, 0), 100'000);
        // The admin has read everything: what counts what is unread must look at all it looks at.
        MUST(m_admin.run(
            "insert into conversure.conversation_reads (company_id, user_id, conversation_id, read_seq, rev) "
            "select company_id, $2::uuid, conversation_id, inbound_seq, 1 from conversure.conversations "
            "where company_id = $1::uuid",
            {id(), param(admin.person.id.value)}));
    }

    void fill(const QUuid &company, int leads)
    {
        MUST(m_admin.run("insert into conversure.leads (company_id, lead_id, name, masked_phone) select $1::uuid, "
                         "gen_random_uuid(), 'Lead ' || n, '+971 ••••• ••33' from generate_series(1, $2::integer) n",
            {param(company), param(qint64(leads))}));
        MUST(m_admin.run(
            "with people as (select array_agg(user_id) as ids from conversure.users where company_id = $1::uuid and "
            "role = 'AGENT' and user_id <> $2::uuid), "
            "groups as (select coalesce(array_agg(team_id), '{}') as ids from conversure.teams where company_id = "
            "$1::uuid), "
            "drawn as (select l.lead_id, l.name, n.number_id, floor(random() * 100)::int as die, floor(random() * "
            "1e9)::int as pick from conversure.leads l cross join conversure.whatsapp_numbers n where l.company_id = "
            "$1::uuid and n.company_id = $1::uuid), "
            "given as (select d.*, case when die < 70 then p.ids[1 + pick % greatest(1, cardinality(p.ids))] end as a, "
            "case when die between 35 and 84 then g.ids[1 + (pick / 7) % greatest(1, cardinality(g.ids))] end as t "
            "from drawn d, people p, groups g) "
            "insert into conversure.conversations (company_id, conversation_id, lead_id, number_id, status, "
            "assignee_id, team_id, topics, lead_name, inbound_seq, last_message_at, last_inbound_at, last_preview, "
            "rev) "
            "select $1::uuid, gen_random_uuid(), lead_id, number_id, case when pick % 10 = 0 then 'OPEN' else 'CLOSED' "
            "end, a, t, conversure.topics_of(a, t), name, 5, at, at, 'Is the flat still free? I would like to see it "
            "tomorrow', 1 from (select g.*, now() - random() * interval '1 year' as at from given g) x",
            {param(company), param(idle.person.id.value)}));
    }

    void messages()
    {
        m_long =
            MUST(m_admin.run("select conversation_id from conversure.conversations where company_id = $1::uuid and "
                             "assignee_id = $2::uuid limit 1",
                     {id(), param(agent.person.id.value)}))
                .uuid(0, 0);
        MUST(m_admin.run(
            "insert into conversure.messages (company_id, message_id, conversation_id, number_id, direction, "
            "status, content_type, body, sort_at, rev) select company_id, gen_random_uuid(), "
            "conversation_id, number_id, 'INBOUND', 'received', 'TEXT', 'Is the flat still free?', "
            "last_message_at - n * interval '1 minute', 1 from conversure.conversations, "
            "generate_series(1, 100000) n where conversation_id = $1::uuid",
            {param(m_long)}));
        MUST(m_admin.run(
            "insert into conversure.messages (company_id, message_id, conversation_id, number_id, direction, "
            "status, content_type, body, sort_at, rev) select company_id, gen_random_uuid(), "
            "conversation_id, number_id, 'INBOUND', 'received', 'TEXT', 'Is the flat still free?', "
            "last_message_at, 1 from conversure.conversations where company_id = $1::uuid",
            {id()}));
    }
};

struct Figures {
    double p50 = 0;
    double p99 = 0;
    int rows = 0;
};

/// \a refusal: the code that is the right answer; empty: it must succeed.
Figures measure(Who &who, const QByteArray &statement, const Params &params, const QString &refusal, int rounds)
{
    std::vector<double> ms;
    Figures out;
    for (int i = 0; i < rounds + rounds / 10; ++i) {
        QElapsedTimer timer;
        timer.start();
        const auto answer = who.connection.run(statement, params);
        const double took = static_cast<double>(timer.nsecsElapsed()) / 1e6;
        if ((answer ? QString() : answer.error().code) != refusal)
            qFatal("%s: %s", statement.constData(), answer ? "accepted" : qPrintable(answer.error().code));
        if (i >= rounds / 10) // the first ones plan
            ms.push_back(took);
        out.rows = answer ? answer->count() : 0;
    }
    std::sort(ms.begin(), ms.end());
    out.p50 = ms[ms.size() / 2];
    out.p99 = ms[ms.size() * 99 / 100];
    return out;
}

class Table
{
public:
    explicit Table(BigStore &store)
    {
        m_one = measure(store.admin, "select 1", {}, {}, 1000).p50;
        std::printf("%-58s %5s %9s %9s %8s\n", "", "rows", "p50 ms", "p99 ms", "x 'select 1'");
        std::printf("%-58s %5d %9.3f\n", "select 1", 1, m_one);
    }

    void line(const char *what, Who &who, const QByteArray &statement, const Params &params = {},
        const QString &refusal = {}, bool hasGoal = false, int rounds = 300)
    {
        const Figures found = measure(who, statement, params, refusal, rounds);
        const char *remark = !hasGoal ? "" : found.p50 <= goalMs ? "  within 2 ms" : "  OVER 2 ms";
        std::printf(
            "%-58s %5d %9.3f %9.3f %8.1f%s\n", what, found.rows, found.p50, found.p99, found.p50 / m_one, remark);
        std::fflush(stdout);
    }
    void page(const char *what, Who &who, int rows, bool hasGoal = false)
    {
        line(what, who, "select * from api.conversation_page(null, null, $1::integer)", {param(qint64(rows))}, {},
            hasGoal);
    }
    void counts(const char *what, Who &who) { line(what, who, "select api.inbox_counts()", {}, {}, true); }

private:
    double m_one = 0;
};

void run(BigStore &store)
{
    Table table(store);
    const QByteArray messagePage = "select * from api.message_page($1::uuid, null, null, 50)";
    const Params longOne{param(store.longConversation())};

    store.setVisibility("all");
    table.page("all: an admin's first page", store.admin, 200);
    table.page("all: an admin's first screen", store.admin, 50);
    table.counts("all: an admin's counts, who has read everything", store.admin);
    table.counts("all: an agent's counts, who has read nothing", store.agent);
    table.line("all: newest messages of a conversation with 100,000", store.admin, messagePage, longOne);

    store.setVisibility("team");
    table.page("team: a member's first page", store.agent, 200);
    table.page("team: a member's first screen", store.agent, 50);
    table.counts("team: a member's counts", store.agent);
    table.page("team: first screen of who is in no team and has nothing", store.idle, 50);
    table.counts("team: counts of who is in no team and has nothing", store.idle);

    store.setVisibility("own");
    table.page("own: first page of who has 4,000", store.agent, 200);
    table.page("own: first screen of who has 4,000", store.agent, 50);
    table.counts("own: counts of who has 4,000", store.agent);
    table.page("own: first page of who has nothing", store.idle, 200, true);
    table.counts("own: counts of who has nothing", store.idle);
    table.line("own: messages of a long conversation that is not to be seen", store.idle, messagePage, longOne,
        QStringLiteral("CV003"), true);
    table.line("own: the list of who has nothing, by a plain SELECT", store.idle,
        "select row from conversure.conversation_rows order by last_message_at desc, conversation_id desc limit 200",
        {}, {}, false, 10);
    table.line("own: those messages by a plain SELECT", store.idle,
        "select row from conversure.message_rows where conversation_id = $1::uuid order by sort_at desc, message_id "
        "desc "
        "limit 50",
        longOne, {}, false, 10);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QElapsedTimer timer;
    timer.start();
    BigStore store;
    std::printf("1,000,000 conversations made in %lld s\n\n", static_cast<long long>(timer.elapsed() / 1000));
    run(store);
    return 0;
}
