// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "House.h"

#include "sending/StoreCalls.h"
#include "store/RelayStore.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <algorithm>
#include <csignal>

namespace conversure::crash_test {

using namespace Qt::StringLiterals;
using test::newId;

namespace {

constexpr int patienceMs = 60'000;
constexpr int usualCrashes = 3;
constexpr int sideBySide = 5; ///< Each with a connection of the same device, which may have six.
constexpr int leaseMinutes = 3; ///< Longer than those of messages (90 s) and of jobs (120 s).

quint16 portOf(const test::SandboxProgram &sandbox)
{
    return static_cast<quint16>(QUrl(sandbox.baseUrl()).port());
}

const QString late = u" (late)"_s;

/// Statuses come at once, where they are not late.
QJsonObject sandboxScript()
{
    const QJsonObject silent{{u"match_text"_s, late}, {u"statuses"_s, QJsonArray()}};
    return {{u"status_delays_ms"_s, QJsonObject{{u"sent"_s, 1}, {u"delivered"_s, 2}, {u"read"_s, 3}}},
        {u"plans"_s, QJsonArray{silent}}};
}

} // namespace

QList<int> portions()
{
    QList<int> sizes;
    const int wanted = qEnvironmentVariableIntValue("CONVERSURE_CRASHES");
    for (int left = wanted > 0 ? wanted : usualCrashes; left > 0; left -= sideBySide)
        sizes << std::min(left, sideBySide);
    return sizes;
}

QJsonObject Typed::toJson() const
{
    return {{u"message"_s, message.text()}, {u"conversation"_s, conversation.text()}, {u"text"_s, text}};
}

House::House(SentBy sentBy)
    : relay(m_database.relayUrl(), m_state.path())
    , sandbox(m_state.path())
    , wire(portOf(sandbox))
    , agency(relay, u"Marina Homes"_s, wire.url())
    , device(agency.signIn(relay)[u"database"_s].toString())
    , m_user(newId())
{
    MUST(admin().run("update conversure.whatsapp_numbers set daily_limit = 100000"));
    sendBy(sentBy);
    if (!relay.start() || !sandbox.start(agency, relay.http(u"/api/webhooks/whatsapp"_s), sandboxScript()))
        qFatal("relay or sandbox do not start");
    const QUrl handshake = relay.http(
        u"/api/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token="_s + agency.verifyToken);
    if (!comesTrue([&] { return test::get(m_network, handshake).first == 200 && isQuiet(); }))
        qFatal("the relay does not know its number");
}

void House::sendBy(SentBy sentBy)
{
    MUST(admin().run("update conversure.company_settings set send_via = $1",
        {store::param(sentBy == SentBy::Relay ? u"relay"_s : u"client"_s)}));
}

store::Connection &House::admin()
{
    if (!m_admin.isOpen())
        m_admin = m_database.admin();
    return m_admin;
}

QString House::text(const char *query, const store::Params &params)
{
    const auto rows = MUST(admin().run(query, params));
    return rows.isEmpty() ? u"none"_s : rows.text(0, 0);
}

QString House::statusOf(const Typed &typed)
{
    return text(
        "select status from conversure.messages where message_id = $1::uuid", {store::param(typed.message.value)});
}

ConversationId House::addLead()
{
    const QString phone = u"+97150%1"_s.arg(1'000'000 + ++m_leads);
    const QJsonObject event{{u"type"_s, u"message"_s}, {u"company_id"_s, company()},
        {u"number_id"_s, agency.number.toString(QUuid::WithoutBraces)},
        {u"provider_message_id"_s, u"wamid.in"_s + phone},
        {u"identities"_s,
            QJsonArray{QJsonObject{{u"kind"_s, u"phone"_s}, {u"scope"_s, QString()}, {u"value"_s, phone}}}},
        {u"profile_name"_s, u"Omar"_s}, {u"content_type"_s, u"TEXT"_s}, {u"text"_s, u"Is the flat free?"_s},
        {u"timestamp"_s, text("select extract(epoch from conversure.now())::bigint::text").toLongLong()}};
    QString made;
    const auto isThere = [&] {
        MUST(admin().call(QLatin1StringView("relay.apply"), {store::json(QJsonArray{event})}));
        made = text("select c.conversation_id::text from conversure.conversations c "
                    "join conversure.lead_identities i using (company_id, lead_id) where i.value = $1",
            {store::param(phone)});
        return made != u"none"_s; // the relay may be at work for this company; then it is tried again
    };
    if (!comesTrue(isThere))
        qFatal("a lead cannot write");
    return ConversationId::fromText(made);
}

Typed House::remember(const Typed &typed)
{
    m_typed << typed;
    return typed;
}

QString House::newText(const QString &what, bool isLate) const
{
    return u"%1 %2%3"_s.arg(what).arg(m_typed.size()).arg(isLate ? late : QString());
}

Typed House::newTyped(const QString &text, const QString &folder)
{
    return remember({MessageId(newId()), addLead(), text, folder});
}

Typed House::nextTyped(const Typed &before, const QString &text)
{
    return remember({MessageId(newId()), before.conversation, text, before.folder});
}

QString House::newFolder()
{
    return m_state.path() + u"/desktop-%1"_s.arg(++m_folders);
}

void House::noteResend(const Typed &typed)
{
    for (Typed &known : m_typed)
        known.resends += known.message == typed.message ? 1 : 0;
}

QJsonObject House::clientOrders(const QString &folder, const QList<Typed> &texts) const
{
    QJsonArray wanted;
    for (const Typed &typed : texts)
        wanted << typed.toJson();
    QJsonObject orders = relayOrders();
    orders.insert(u"database"_s, device);
    orders.insert(u"folder"_s, folder);
    orders.insert(u"user"_s, m_user.text());
    orders.insert(u"texts"_s, wanted);
    return orders;
}

QJsonObject House::relayOrders() const
{
    return {{u"database"_s, m_database.relayUrl()}, {u"company"_s, company()},
        {u"number"_s, agency.number.toString(QUuid::WithoutBraces)}, {u"phone_number_id"_s, agency.phoneNumberId},
        {u"access_token"_s, agency.accessToken}, {u"api"_s, wire.url()}};
}

Typed House::leave(const QString &text)
{
    const Typed typed = newTyped(text, {});
    store::Connection client = MUST(store::Connection::open(device, u"crash test"_s));
    const sending::JournalSend send{typed.message, typed.conversation, AttemptId(newId()),
        u"lease-secret-of-a-client"_s, text, 1, sending::JournalState::Typed, {}};
    if (!MUST(sending::reserveSend(client, send)).viaRelay)
        qFatal("the relay was not asked");
    return typed;
}

void House::passLeases()
{
    m_minutes += leaseMinutes;
    m_database.moveClock(u"%1 minutes"_s.arg(m_minutes));
}

void House::endLeases()
{
    // A conversation that somebody holds is left for the next round.
    const auto areOver = [&] {
        MUST(store::RelayStore(admin()).endLeases());
        return text("select count(*)::text from conversure.message_delivery_attempts "
                    "where rank = 10 and lease_until < conversure.now()")
            == u"0"_s;
    };
    if (!comesTrue(areOver))
        qFatal("leases do not end");
}

bool House::isQuiet()
{
    const auto [status, answer] = test::get(m_network, QUrl(sandbox.baseUrl() + u"/_sandbox/state"_s));
    const QJsonObject state = QJsonDocument::fromJson(answer).object();
    if (status != 200 || state[u"planned"_s].toInt() != 0 || state[u"undelivered"_s].toInt() != 0)
        return false;
    return text("select (select count(*) from conversure.webhook_events where state <> 'done') "
                "+ (select count(*) from conversure.jobs where state <> 'done')")
        == u"0"_s;
}

bool House::tell(const Acceptance &accepted, const QString &status)
{
    const QJsonObject order{{u"message_id"_s, accepted.providerMessageId}, {u"status"_s, status}};
    const QUrl url(sandbox.baseUrl() + u"/_sandbox/status"_s);
    return test::post(m_network, url, QJsonDocument(order).toJson(), {}) == 200;
}

bool House::tellLate()
{
    const SandboxRecord record = readRecord(recordFile());
    return std::all_of(record.accepted.begin(), record.accepted.end(), [&](const Acceptance &accepted) {
        const bool isOpen = accepted.text.endsWith(late) && !record.told.contains(accepted.providerMessageId);
        return !isOpen || tell(accepted, u"read"_s);
    });
}

void House::killStore(int signal)
{
    const auto pid = static_cast<pid_t>(text("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)").toInt());
    m_admin.close();
    if (pid <= 0)
        qFatal("PostgreSQL does not say who it is");
    ::kill(pid, signal);
    test::cluster().stop(); // what it asks for comes too late; it waits
}

/// Processes that have lost their postmaster take a moment to notice, and hold its memory until then.
void House::startStore()
{
    if (!comesTrue([] { return test::cluster().startServer().has_value(); }))
        qFatal("PostgreSQL does not start again");
}

bool comesTrue(const std::function<bool()> &condition)
{
    return QTest::qWaitFor(condition, patienceMs);
}

bool areAll(const Children &children, bool (Child::*state)() const)
{
    const auto are = [&](bool (Child::*wanted)() const) {
        return std::all_of(
            children.begin(), children.end(), [wanted](const auto &child) { return ((*child).*wanted)(); });
    };
    return comesTrue([&] { return are(&Child::hasEnded); }) && are(state);
}

} // namespace conversure::crash_test
