// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "LiveHouse.h"
#include "SightClient.h"
#include "TestMain.h"

#include "store/RelayStore.h"

#include <QRandomGenerator>

#include <random>

using namespace conversure;
using namespace conversure::relay;
using namespace conversure::test;
using conversure::relay::live_test::House;
using conversure::relay::sight_test::SightClient;
using store::param;

namespace {

/// A company at work: people with clients, teams, conversations, and a relay whose parts run when the test says so.
class World
{
public:
    World(const Database &database, quint32 seed)
        : m_random(seed)
        , m_company(database)
        , m_admin(database.admin())
        , m_relayConnection(database.relay())
        , m_relay(m_relayConnection)
    {
        for (int i = 0; i < 5; ++i)
            m_clients.push_back(std::make_unique<SightClient>(m_company, m_company.addPerson()));
        for (int i = 0; i < 2; ++i)
            m_clients.push_back(
                std::make_unique<SightClient>(m_company, m_company.addPerson(QStringLiteral("COMPANY_ADMIN"))));
        m_clients.front()->polls = true;
        m_clients.back()->polls = true;
        for (int i = 0; i < 3; ++i)
            addTeam();
        for (int i = 0; i < 20; ++i)
            leadWrites();
        const feed::Cursor horizon = MUST(m_relay.feedHorizon());
        m_tail = horizon;
        m_house.publish(horizon.xid, {});
        m_house.desk.publish({horizon, {}});
        for (const auto &client : m_clients)
            hello(*client);
    }

    void step()
    {
        SightClient &client = *m_clients[below(m_clients.size())];
        switch (below(17)) {
        case 0:
            leadWrites();
            break;
        case 1:
        case 2:
            handOver(client);
            break;
        case 3:
            administer();
            break;
        case 4:
            holdOrEnd(client);
            break;
        case 5:
        case 6:
            tail(static_cast<int>(1 + below(40)));
            break;
        case 7:
            findAnswer();
            break;
        case 8:
            giveAnswer();
            break;
        case 9:
            m_house.turn();
            break;
        case 10:
            if (client.polls)
                client.poll();
            else if (below(8) == 0)
                reconnect(client);
            break;
        case 11:
        case 12:
            client.turn();
            break;
        case 13:
            client.read();
            break;
        case 14:
            client.answer();
            break;
        case 15:
            client.loadMore();
            break;
        default:
            lookAtSomething(client);
        }
    }

    /// Everything that was begun comes to its end.
    void settle()
    {
        for (const auto &client : m_clients) {
            if (std::exchange(client->writing, false))
                MUST(client->writer.script("commit"));
        }
        for (bool busy = true; busy;) {
            busy = tail(500);
            while (findAnswer() || giveAnswer() || m_house.turn())
                busy = true;
            for (const auto &client : m_clients) {
                if (!client->polls && client->live == 0)
                    hello(*client);
                busy |= client->polls && client->poll();
                while (client->turn() || client->read() || client->answer())
                    busy = true;
            }
        }
    }

    /// What is wrong: for each person the rows of a SELECT, of the topics, of the pages and of the client must be the
    /// same.
    QStringList disagreements()
    {
        QStringList wrong;
        for (const auto &client : m_clients) {
            const QString topics = one("select conversure.topics_for($1::uuid, $2::uuid)",
                {param(m_company.id.value), param(client->person.id.value)});
            const QStringList byTopics = all(m_admin,
                "select conversation_id || ' ' || rev from conversure.conversations where company_id = $1::uuid and "
                "topics && $2::text[] order by last_message_at desc, conversation_id desc",
                {param(m_company.id.value), param(topics)});
            const QStringList selected = all(client->reader,
                "select conversation_id || ' ' || rev from conversure.conversations order by last_message_at desc, "
                "conversation_id desc");
            const QString who = QStringLiteral("%1 (%2)").arg(client->person.id.text(), topics);
            const auto compare = [&](const char *what, const QStringList &found, const QStringList &expected) {
                if (found != expected)
                    wrong << QStringLiteral("%1: %2 [%3], expected [%4]")
                                 .arg(who, QString::fromLatin1(what), found.join(u", "), expected.join(u", "));
            };
            compare("selected", selected, byTopics);
            compare("pages", pages(*client), byTopics);
            const QStringList shown = shownBy(*client);
            compare("shown", shown, client->inbox.reachedEnd() ? byTopics : byTopics.mid(0, shown.size()));
            if (client->hasList() && shown.isEmpty() && !byTopics.isEmpty() && client->inbox.reachedEnd())
                wrong << who + QStringLiteral(" shows nothing");
            wrong << leftovers(*client, byTopics);
        }
        return wrong;
    }

    int seen() const { return m_seen; }

private:
    size_t below(size_t limit) { return m_random() % limit; }

    template <class List>
    auto any(const List &list)
    {
        return list[static_cast<typename List::size_type>(below(static_cast<size_t>(list.size())))];
    }

    static QStringList all(store::Connection &connection, const QByteArray &statement, const store::Params &params = {})
    {
        const store::Rows rows = MUST(connection.run(statement, params));
        QStringList out;
        for (int row = 0; row < rows.count(); ++row)
            out << rows.text(row, 0);
        return out;
    }
    QString one(const QByteArray &statement, const store::Params &params)
    {
        return all(m_admin, statement, params).value(0);
    }

    // --- what people do ---

    void leadWrites()
    {
        const QString phone = QStringLiteral("+97150%1").arg(1'000'000 + below(24));
        m_company.receive(phone, QStringLiteral("m%1").arg(++m_counter), QStringLiteral("Hi"));
        const ConversationId conversation = m_company.conversationOf(phone);
        if (!conversation.isNull() && !m_conversations.contains(conversation))
            m_conversations << conversation;
    }

    QUuid somebody() { return m_clients[below(m_clients.size())]->person.id.value; }
    store::Param someTeam() { return m_teams.isEmpty() || below(4) == 0 ? store::Param() : param(any(m_teams)); }

    /// Whoever may not is refused, and that is as good.
    void handOver(SightClient &client)
    {
        const store::Param conversation = param(any(m_conversations).value);
        Result<store::Rows> done;
        switch (below(5)) {
        case 0:
            done = client.writer.call(QLatin1StringView("api.claim"), {conversation});
            break;
        case 1:
            done = client.writer.call(QLatin1StringView("api.release"), {conversation});
            break;
        case 2:
            done = client.writer.call(QLatin1StringView("api.assign"), {conversation, param(somebody())});
            break;
        default:
            done = client.writer.call(QLatin1StringView("api.assign_team"), {conversation, someTeam()});
        }
        keepWriting(client, done);
    }

    void addTeam()
    {
        const QUuid team = newId();
        const auto done = m_clients.back()->writer.call(
            QLatin1StringView("api.create_team"), {param(team), param(QStringLiteral("Team %1").arg(++m_counter))});
        if (done)
            m_teams << team;
    }

    /// Always by the same admin, who stays one, outside of any transaction.
    void administer()
    {
        SightClient &boss = *m_clients.back();
        if (std::exchange(boss.writing, false))
            MUST(boss.writer.script("commit"));
        const QString mode = any(QStringList{QStringLiteral("all"), QStringLiteral("team"), QStringLiteral("team"),
            QStringLiteral("team"), QStringLiteral("own")});
        const QString role = any(QStringList{QStringLiteral("AGENT"), QStringLiteral("COMPANY_ADMIN")});
        const QUuid member = m_clients[below(m_clients.size() - 1)]->person.id.value;
        switch (below(9)) {
        case 0:
            if (m_teams.size() < 4)
                addTeam();
            break;
        case 1:
            if (m_teams.size() > 1 && boss.writer.call(QLatin1StringView("api.delete_team"), {param(m_teams.first())}))
                m_teams.removeFirst();
            break;
        case 2:
            (void)boss.writer.call(QLatin1StringView("api.set_visibility"), {param(mode)});
            break;
        case 3:
            (void)boss.writer.call(QLatin1StringView("api.set_role"), {param(member), param(role)});
            break;
        case 4:
        case 5:
            (void)boss.writer.call(QLatin1StringView("api.remove_team_member"), {param(any(m_teams)), param(member)});
            break;
        default:
            (void)boss.writer.call(QLatin1StringView("api.add_team_member"), {param(any(m_teams)), param(member)});
        }
    }

    /// Transactions that stay open give rows of the feed that become visible in another order than they were made.
    void holdOrEnd(SightClient &client)
    {
        if (client.writing)
            MUST(client.writer.script(below(4) == 0 ? "rollback" : "commit"));
        else
            MUST(client.writer.script("begin"));
        client.writing = !client.writing;
        // Its place in the feed is that of its first change.
        if (client.writing && below(2) == 0)
            keepWriting(client,
                client.writer.call(
                    QLatin1StringView("api.mark_read"), {param(any(m_conversations).value), param(qint64(1))}));
    }

    /// A transaction in which something was refused can only be given up.
    static void keepWriting(SightClient &client, const Result<store::Rows> &done)
    {
        if (!done && std::exchange(client.writing, false))
            MUST(client.writer.script("rollback"));
    }

    void lookAtSomething(SightClient &client)
    {
        if (!client.inbox.order().empty())
            client.open(any(client.inbox.order()));
    }

    // --- what the relay does ---

    bool tail(int limit)
    {
        const feed::Cursor horizon = MUST(m_relay.feedHorizon());
        QList<store::FeedRow> rows = MUST(m_relay.feedTail(m_tail.xid, m_delivered.keys(), limit));
        const bool more = rows.size() >= limit;
        const bool news = !rows.isEmpty();
        m_tail = horizon;
        if (more && rows.last().xid < horizon.xid)
            m_tail = feed::Cursor{horizon.epoch, rows.last().xid, 0};
        for (const store::FeedRow &row : rows)
            m_delivered.insert(row.seq, row.xid);
        m_delivered.removeIf(
            [this](const std::pair<const qint64 &, quint64 &> &seen) { return seen.second < m_tail.xid; });
        m_house.desk.publish({m_tail, rows});
        return news;
    }

    /// As relay::Sessions answers.
    bool findAnswer()
    {
        if (m_house.authority.questions.empty())
            return false;
        const SessionQuestion question = m_house.authority.take();
        SessionAnswer answer{question.kind, question.peer, {}, {}};
        answer.session = question.kind == SessionQuestion::Kind::SignIn
            ? m_relay.openLive(question.tokenHash)
            : m_relay.refreshLive(question.company, question.session);
        if (answer.session && question.kind == SessionQuestion::Kind::CatchUp)
            answer.rows = m_relay.feedSince(question.company, question.cursor, question.limit);
        m_answers.push_back(std::move(answer));
        return true;
    }
    bool giveAnswer()
    {
        if (m_answers.empty())
            return false;
        const SessionAnswer answer = std::move(m_answers.front());
        m_answers.pop_front();
        m_house.desk.answer(QList<SessionAnswer>{answer});
        return true;
    }

    void hello(SightClient &client)
    {
        if (client.polls)
            return;
        client.live = m_house.desk.open(client);
        m_house.desk.receive(client.live, feed::encode(feed::Hello{client.device.token, client.cursor}));
    }
    void reconnect(SightClient &client)
    {
        if (client.live != 0)
            m_house.desk.close(std::exchange(client.live, 0));
        if (below(4) == 0)
            client.cursor.reset();
        hello(client);
    }

    // --- what is to be seen ---

    QStringList pages(SightClient &client)
    {
        QStringList out;
        const int limit = static_cast<int>(1 + below(9));
        Microseconds at = 0;
        ConversationId id;
        for (bool complete = false; !complete;) {
            const store::Page page = MUST(client.store.conversations(at, id, limit));
            for (const feed::Change &change : page.changes) {
                if (const auto *row = std::get_if<ConversationRow>(&change)) {
                    out << line(*row);
                    at = row->lastMessageAt;
                    id = row->id;
                }
            }
            complete = page.complete;
        }
        return out;
    }

    static QString line(const ConversationRow &row) { return QStringLiteral("%1 %2").arg(row.id.text()).arg(row.rev); }

    QStringList shownBy(const SightClient &client)
    {
        QStringList out;
        for (const ConversationId &id : client.inbox.order())
            out << line(*client.inbox.conversation(id));
        m_seen += static_cast<int>(out.size());
        return out;
    }

    /// What a client still knows of conversations it may not see.
    QStringList leftovers(SightClient &client, const QStringList &visible)
    {
        QStringList wrong;
        QSet<QString> leads;
        for (const ConversationId &id : std::as_const(m_conversations)) {
            const bool sees = std::any_of(
                visible.begin(), visible.end(), [&](const QString &row) { return row.startsWith(id.text()); });
            const QString lead =
                one("select lead_id from conversure.conversations where conversation_id = $1::uuid", {param(id.value)});
            if (sees)
                continue;
            if (client.inbox.conversation(id) || client.inbox.messages(id) || client.inbox.lead(LeadId::fromText(lead)))
                wrong << QStringLiteral("%1 still knows of %2").arg(client.person.id.text(), id.text());
        }
        return wrong;
    }

    std::mt19937 m_random;
    Company m_company;
    store::Connection m_admin;
    store::Connection m_relayConnection;
    store::RelayStore m_relay;
    House m_house;
    std::vector<std::unique_ptr<SightClient>> m_clients; ///< The last one is the admin who does what admins do.
    QList<QUuid> m_teams;
    QList<ConversationId> m_conversations;
    feed::Cursor m_tail;
    QHash<qint64, quint64> m_delivered;
    std::deque<SessionAnswer> m_answers;
    int m_counter = 0;
    int m_seen = 0;
};

} // namespace

/// Four ways to say who sees what are one: policies, topics, lists and what a client ends up with.
class SightTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<Database> m_database;

private Q_SLOTS:
    void initTestCase() { m_database = std::make_unique<Database>(); }
    void cleanupTestCase() { m_database.reset(); }

    void allSeeTheSame_data()
    {
        QTest::addColumn<quint32>("seed");
        bool given = false;
        const quint32 wanted = qEnvironmentVariable("CONVERSURE_SEED").toUInt(&given);
        for (int i = 0; i < (given ? 1 : 3); ++i) {
            const quint32 seed = given ? wanted : QRandomGenerator::global()->generate();
            QTest::addRow("CONVERSURE_SEED=%u", seed) << seed;
        }
    }

    void allSeeTheSame()
    {
        QFETCH(quint32, seed);
        World world(*m_database, seed);
        for (int round = 0; round < 8; ++round) {
            for (int i = 0; i < 120; ++i)
                world.step();
            world.settle();
            const QStringList wrong = world.disagreements();
            QVERIFY2(wrong.isEmpty(), qPrintable(QStringLiteral("round %1\n").arg(round) + wrong.join(u'\n')));
        }
        QVERIFY(world.seen() > 100);
    }
};

CONVERSURE_TEST(SightTest)
#include "SightTest.moc"
