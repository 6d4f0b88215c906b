// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/WebhookHandler.h"
#include "TestMain.h"
#include "relay/Translation.h"
#include "wire/Signature.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace conversure;
using namespace conversure::relay;
using namespace Qt::StringLiterals;

namespace {

const CompanyId companyA = CompanyId::fromText(u"0190a000-0000-7000-8000-00000000000a");
const CompanyId companyB = CompanyId::fromText(u"0190a000-0000-7000-8000-00000000000b");
const NumberId numberA1 = NumberId::fromText(u"0190a000-0000-7000-8000-0000000000a1");
const NumberId numberA2 = NumberId::fromText(u"0190a000-0000-7000-8000-0000000000a2");
const NumberId numberB1 = NumberId::fromText(u"0190a000-0000-7000-8000-0000000000b1");

DirectoryNumber number(CompanyId company, NumberId id, const char *providerId, const char *account, const char *secret)
{
    const QString own = QString::fromUtf8(secret);
    return {company, id, u"meta"_s, QString::fromUtf8(providerId), QString::fromUtf8(account),
        {{u"app_secret"_s, own}, {u"verify_token"_s, u"token-of-"_s + own}}};
}

Directory directory()
{
    return Directory({number(companyA, numberA1, "111", "waba-a", "secret-a"),
        number(companyA, numberA2, "112", "waba-a", "secret-a"),
        number(companyB, numberB1, "221", "waba-b", "secret-b")});
}

QJsonObject change(const QString &providerNumberId, const QString &messageId = u"wamid.1"_s)
{
    const QJsonObject message{{u"id"_s, messageId}, {u"from"_s, u"971501112233"_s}, {u"timestamp"_s, u"1700000000"_s},
        {u"type"_s, u"text"_s}, {u"text"_s, QJsonObject{{u"body"_s, u"hello"_s}}}};
    return {{u"field"_s, u"messages"_s},
        {u"value"_s,
            QJsonObject{{u"messaging_product"_s, u"whatsapp"_s},
                {u"metadata"_s, QJsonObject{{u"phone_number_id"_s, providerNumberId}}},
                {u"messages"_s, QJsonArray{message}}}}};
}

QJsonObject accountNews()
{
    return {{u"field"_s, u"account_update"_s}, {u"value"_s, QJsonObject{{u"event"_s, u"DISABLED_UPDATE"_s}}}};
}

QJsonObject entry(const QString &account, const QJsonArray &changes)
{
    return {{u"id"_s, account}, {u"changes"_s, changes}};
}

QByteArray delivery(const QJsonArray &entries)
{
    return QJsonDocument(QJsonObject{{u"object"_s, u"whatsapp_business_account"_s}, {u"entry"_s, entries}}).toJson();
}

QByteArray forNumber(const QString &account, const QString &providerNumberId)
{
    return delivery({entry(account, {change(providerNumberId)})});
}

Request post(const QByteArray &body, const QByteArray &secret)
{
    Request request{"POST", "/api/webhooks/whatsapp", {}, {{"Content-Type", "application/json"}}, body};
    if (!secret.isEmpty())
        request.headers << wire::Header{"X-Hub-Signature-256", "sha256=" + wire::hmacSha256(secret, body).toHex()};
    return request;
}

int statusOf(const Handled &handled)
{
    const auto *answer = std::get_if<Answer>(&handled.outcome);
    return answer ? answer->status : 0; // 0: to be stored
}

QList<store::NewWebhook> webhooksOf(const Handled &handled)
{
    const auto *deliveries = std::get_if<Deliveries>(&handled.outcome);
    return deliveries ? deliveries->webhooks : QList<store::NewWebhook>();
}

/// "a1 b1": who gets something, in order.
QString receiversOf(const Handled &handled)
{
    const QHash<NumberId, QString> names{{numberA1, u"a1"_s}, {numberA2, u"a2"_s}, {numberB1, u"b1"_s}};
    QStringList out;
    for (const store::NewWebhook &webhook : webhooksOf(handled))
        out << names.value(webhook.number, webhook.company == companyA ? u"account-a"_s : u"account-b"_s);
    out.sort();
    return out.join(u' ');
}

} // namespace

class WebhookHandlerTest : public QObject
{
    Q_OBJECT

    const providers::Registry m_registry;
    const WebhookHandler m_handler{m_registry, u"extra-token"_s};
    const Directory m_directory = directory();
    const FixedClock m_clock{1'700'000'000'000};
    IdSource m_ids{m_clock};

    Handled handle(const Request &request, const QStringList &notReady = {})
    {
        return m_handler.handle(request, &m_directory, notReady, m_ids);
    }

    Request get(const QByteArray &query) { return {"GET", "/api/webhooks/whatsapp", query, {}, {}}; }

private Q_SLOTS:
    void deliveries_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("secret");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("stored");
        QTest::addColumn<int>("unknown");
        QTest::addColumn<int>("refused");

        const QByteArray a1 = forNumber(u"waba-a"_s, u"111"_s);
        const QByteArray stranger = forNumber(u"waba-x"_s, u"999"_s);
        const QByteArray two =
            delivery({entry(u"waba-a"_s, {change(u"111"_s)}), entry(u"waba-b"_s, {change(u"221"_s)})});
        QTest::newRow("one number") << a1 << QByteArray("secret-a") << 0 << u"a1"_s << 0 << 0;
        QTest::newRow("not signed") << a1 << QByteArray() << 401 << QString() << 0 << 1;
        QTest::newRow("wrong secret") << a1 << QByteArray("guess") << 401 << QString() << 0 << 1;
        QTest::newRow("secret of another company") << a1 << QByteArray("secret-b") << 401 << QString() << 0 << 1;
        QTest::newRow("two numbers of one company")
            << delivery({entry(u"waba-a"_s, {change(u"111"_s), change(u"112"_s)})}) << QByteArray("secret-a") << 0
            << u"a1 a2"_s << 0 << 0;
        QTest::newRow("two companies, signed by one") << two << QByteArray("secret-a") << 0 << u"a1"_s << 0 << 1;
        QTest::newRow("two companies, signed by the other") << two << QByteArray("secret-b") << 0 << u"b1"_s << 0 << 1;
        QTest::newRow("two companies, signed by none") << two << QByteArray("guess") << 401 << QString() << 0 << 2;
        QTest::newRow("unknown number, known secret")
            << stranger << QByteArray("secret-b") << 200 << QString() << 1 << 0;
        QTest::newRow("unknown number, unknown secret")
            << stranger << QByteArray("guess") << 401 << QString() << 0 << 0;
        QTest::newRow("unknown number beside a known one")
            << delivery({entry(u"waba-x"_s, {change(u"999"_s)}), entry(u"waba-a"_s, {change(u"111"_s)})})
            << QByteArray("secret-a") << 0 << u"a1"_s << 1 << 0;
        QTest::newRow("unknown number beside one of another company")
            << delivery({entry(u"waba-x"_s, {change(u"999"_s)}), entry(u"waba-a"_s, {change(u"111"_s)})})
            << QByteArray("secret-b") << 200 << QString() << 1 << 1;
        QTest::newRow("news of an account") << delivery({entry(u"waba-a"_s, {accountNews()})}) << QByteArray("secret-a")
                                            << 0 << u"account-a"_s << 0 << 0;
        QTest::newRow("news of another's account")
            << delivery({entry(u"waba-a"_s, {accountNews()})}) << QByteArray("secret-b") << 401 << QString() << 0 << 1;
        QTest::newRow("news of an unknown account")
            << delivery({entry(u"waba-x"_s, {accountNews()})}) << QByteArray("secret-b") << 200 << QString() << 1 << 0;
        QTest::newRow("nothing in it") << delivery({}) << QByteArray("secret-a") << 200 << QString() << 0 << 0;
        QTest::newRow("nothing in it, not signed") << delivery({}) << QByteArray() << 401 << QString() << 0 << 0;
        QTest::newRow("malformed") << QByteArray("{\"object\":\"whatsapp_business_account\",\"entry\":[")
                                   << QByteArray("secret-a") << 400 << QString() << 0 << 0;
        QTest::newRow("not a delivery") << QByteArray("[1,2,3]") << QByteArray("secret-a") << 400 << QString() << 0
                                        << 0;
        QTest::newRow("empty") << QByteArray() << QByteArray("secret-a") << 400 << QString() << 0 << 0;
    }

    void deliveries()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, secret);
        const Handled handled = handle(post(body, secret));
        QTEST(statusOf(handled), "status");
        QTEST(receiversOf(handled), "stored");
        QTEST(handled.unknownShares, "unknown");
        QTEST(handled.refusedShares, "refused");
    }

    void theSignatureCoversTheBytes()
    {
        Request request = post(forNumber(u"waba-a"_s, u"111"_s), "secret-a");
        request.body.replace("hello", "hellO");
        QCOMPARE(statusOf(handle(request)), 401);
    }

    void aCompanyGetsOnlyItsOwnParts()
    {
        const QByteArray body = delivery({entry(u"waba-a"_s, {change(u"111"_s, u"wamid.of-a"_s)}),
            entry(u"waba-b"_s, {change(u"221"_s, u"wamid.of-b"_s)})});
        const auto webhooks = webhooksOf(handle(post(body, "secret-a")));
        QCOMPARE(webhooks.size(), 1);
        QVERIFY(webhooks.first().body.contains("wamid.of-a"));
        QVERIFY(!webhooks.first().body.contains("wamid.of-b"));
    }

    void bothCompaniesOfOneAppGetTheirs()
    {
        const Directory shared({number(companyA, numberA1, "111", "waba-a", "one-app"),
            number(companyB, numberB1, "221", "waba-b", "one-app")});
        const QByteArray body =
            delivery({entry(u"waba-a"_s, {change(u"111"_s)}), entry(u"waba-b"_s, {change(u"221"_s)})});
        const Handled handled = m_handler.handle(post(body, "one-app"), &shared, {}, m_ids);
        QCOMPARE(receiversOf(handled), u"a1 b1"_s);
        const auto webhooks = webhooksOf(handled);
        QVERIFY(webhooks.at(0).company != webhooks.at(1).company);
        QVERIFY(webhooks.at(0).event != webhooks.at(1).event);
    }

    void anAccountCannotBeClaimedWithoutItsSecret()
    {
        const Directory claimed({number(companyA, numberA1, "111", "waba-a", "secret-a"),
            number(companyB, numberB1, "221", "waba-a", "secret-b")});
        const QByteArray body = delivery({entry(u"waba-a"_s, {accountNews()})});
        QCOMPARE(receiversOf(m_handler.handle(post(body, "secret-a"), &claimed, {}, m_ids)), u"account-a"_s);
    }

    void theSameDeliveryHasTheSameKey()
    {
        const Request once = post(forNumber(u"waba-a"_s, u"111"_s), "secret-a");
        const Request other = post(forNumber(u"waba-a"_s, u"112"_s), "secret-a");
        const QByteArray key = webhooksOf(handle(once)).first().dedupKey;
        QCOMPARE(key.size(), QCryptographicHash::hashLength(QCryptographicHash::Sha256));
        QCOMPARE(webhooksOf(handle(once)).first().dedupKey, key);
        QVERIFY(webhooksOf(handle(other)).first().dedupKey != key);
    }

    void contentTypes_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<int>("status");
        QTest::newRow("json") << QByteArray("application/json") << 0;
        QTest::newRow("with charset") << QByteArray("Application/JSON; charset=utf-8") << 0;
        QTest::newRow("form") << QByteArray("application/x-www-form-urlencoded") << 415;
        QTest::newRow("longer") << QByteArray("application/jsonp") << 415;
        QTest::newRow("none") << QByteArray() << 415;
    }

    void contentTypes()
    {
        QFETCH(QByteArray, type);
        Request request = post(forNumber(u"waba-a"_s, u"111"_s), "secret-a");
        request.headers[0].second = type;
        QTEST(statusOf(handle(request)), "status");
    }

    void handshakes_data()
    {
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        const QByteArray subscribe("hub.mode=subscribe&hub.challenge=12%2034&hub.verify_token=");
        QTest::newRow("a number's token") << subscribe + "token-of-secret-b" << 200 << QByteArray("12 34");
        QTest::newRow("the extra token") << subscribe + "extra-token" << 200 << QByteArray("12 34");
        QTest::newRow("unknown token") << subscribe + "token-of-nobody" << 403 << QByteArray();
        QTest::newRow("empty token") << subscribe << 403 << QByteArray();
        QTest::newRow("part of a token") << subscribe + "extra" << 403 << QByteArray();
        QTest::newRow("not a handshake") << QByteArray("hub.challenge=1") << 400 << QByteArray();
        QTest::newRow("nothing") << QByteArray() << 400 << QByteArray();
    }

    void handshakes()
    {
        QFETCH(QByteArray, query);
        const Handled handled = handle(get(query));
        QTEST(statusOf(handled), "status");
        const Answer answer = std::get<Answer>(handled.outcome);
        QTEST(answer.body, "body");
        QCOMPARE(answer.contentType.startsWith("text/plain"), !answer.body.isEmpty());
    }

    void anEmptyTokenOfANumberMatchesNothing()
    {
        Directory empty({{companyA, numberA1, u"meta"_s, u"111"_s, {}, {{u"app_secret"_s, u"s"_s}}}});
        const WebhookHandler handler(m_registry, {});
        const auto query = "hub.mode=subscribe&hub.challenge=1&hub.verify_token=";
        QCOMPARE(statusOf(handler.handle(get(query), &empty, {}, m_ids)), 403);
    }

    void aNumberWithoutSecretTakesNothing()
    {
        Directory empty({{companyA, numberA1, u"meta"_s, u"111"_s, u"waba-a"_s, {}}});
        Request request = post(forNumber(u"waba-a"_s, u"111"_s), {});
        request.headers << wire::Header{"X-Hub-Signature-256", "sha256=" + wire::hmacSha256("", request.body).toHex()};
        QCOMPARE(statusOf(m_handler.handle(request, &empty, {}, m_ids)), 401);
    }

    void withoutDirectorySendersComeAgain()
    {
        const Handled handled =
            m_handler.handle(post(forNumber(u"waba-a"_s, u"111"_s), "secret-a"), nullptr, {}, m_ids);
        QCOMPARE(statusOf(handled), 503);
        QVERIFY(!wire::headerValue(std::get<Answer>(handled.outcome).headers, "Retry-After").isEmpty());
    }

    void otherPathsAndMethods_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("allow");
        const QByteArray hooks("/api/webhooks/whatsapp");
        QTest::newRow("unknown path") << QByteArray("GET") << QByteArray("/admin") << 404 << QByteArray();
        QTest::newRow("longer path") << QByteArray("POST") << hooks + "/x" << 404 << QByteArray();
        QTest::newRow("PUT") << QByteArray("PUT") << hooks << 405 << QByteArray("GET, POST");
        QTest::newRow("HEAD") << QByteArray("HEAD") << hooks << 405 << QByteArray("GET, POST");
        QTest::newRow("POST healthz") << QByteArray("POST") << QByteArray("/healthz") << 405 << QByteArray("GET");
        QTest::newRow("healthz") << QByteArray("GET") << QByteArray("/healthz") << 200 << QByteArray();
    }

    void otherPathsAndMethods()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, path);
        const Handled handled = handle({method, path, {}, {}, {}});
        QTEST(statusOf(handled), "status");
        QTEST(wire::headerValue(std::get<Answer>(handled.outcome).headers, "Allow"), "allow");
    }

    void readiness()
    {
        const Request request{"GET", "/readyz", {}, {}, {}};
        QCOMPARE(statusOf(handle(request)), 200);
        const Handled away = handle(request, {u"store"_s, u"directory"_s});
        QCOMPARE(statusOf(away), 503);
        const QJsonObject body = QJsonDocument::fromJson(std::get<Answer>(away.outcome).body).object();
        QCOMPARE(body.value(u"reasons"_s).toArray(), QJsonArray({u"store"_s, u"directory"_s}));
    }

    void aFloodOfStrangersIsCutShort()
    {
        QList<DirectoryNumber> many;
        for (int i = 0; i < 20'000; ++i)
            many << number(companyA, numberA1, QByteArray::number(i).constData(), "waba", "s");
        const Directory large(many);
        QByteArray body = forNumber(u"waba-x"_s, u"unknown"_s);
        body.append(QByteArray(2'000'000, ' '));
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(statusOf(m_handler.handle(post(body, "guess"), &large, {}, m_ids)), 401);
        QVERIFY2(timer.elapsed() < 10'000, "40 GB would have been hashed without a bound");
    }

    void aStoredShareBecomesEvents()
    {
        const store::StoredWebhook stored{
            companyA, QUuid::createUuid(), numberA1, u"meta"_s, forNumber(u"waba-a"_s, u"111"_s), 0};
        const auto translated = translate(stored, m_registry, m_directory);
        QVERIFY(translated);
        QCOMPARE(translated->events.size(), 1);
        const QJsonObject event = translated->events.first().toObject();
        QCOMPARE(event.value(u"type"_s).toString(), u"message"_s);
        QCOMPARE(event.value(u"company_id"_s).toString(), companyA.text());
        QCOMPARE(event.value(u"number_id"_s).toString(), numberA1.text());
        QCOMPARE(event.value(u"text"_s).toString(), u"hello"_s);
        QCOMPARE(event.value(u"timestamp"_s).toInteger(), 1'700'000'000);
        QVERIFY(!event.value(u"identities"_s).toArray().isEmpty());
    }

    void aShareOfAnotherNumberIsNoted()
    {
        const store::StoredWebhook stored{
            companyA, QUuid::createUuid(), numberA1, u"meta"_s, forNumber(u"waba-b"_s, u"221"_s), 0};
        const auto translated = translate(stored, m_registry, m_directory);
        QVERIFY(translated);
        QVERIFY(translated->events.isEmpty());
        QVERIFY(!translated->note.isEmpty());
    }

    void textsBecomeStorable()
    {
        QByteArray body = forNumber(u"waba-a"_s, u"111"_s);
        body.replace("hello", "he\\u0000llo");
        const auto translated =
            translate({companyA, QUuid::createUuid(), numberA1, u"meta"_s, body, 0}, m_registry, m_directory);
        QVERIFY(translated);
        const QString text = translated->events.first().toObject().value(u"text"_s).toString();
        QCOMPARE(text, u"he\uFFFDllo"_s);
    }

    void attemptIdsMustBeIds_data()
    {
        QTest::addColumn<QString>("given");
        QTest::addColumn<QJsonValue>("expected");
        QTest::newRow("an id") << u"0190a000-0000-7000-8000-0000000000FF"_s
                               << QJsonValue(u"0190a000-0000-7000-8000-0000000000ff"_s);
        QTest::newRow("text") << u"'; drop table"_s << QJsonValue();
        QTest::newRow("none") << QString() << QJsonValue();
    }

    void attemptIdsMustBeIds()
    {
        QFETCH(QString, given);
        QJsonObject status{{u"id"_s, u"wamid.2"_s}, {u"status"_s, u"delivered"_s}, {u"timestamp"_s, u"1700000001"_s},
            {u"recipient_id"_s, u"971501112233"_s}};
        if (!given.isEmpty())
            status.insert(u"biz_opaque_callback_data"_s, given);
        const QJsonObject value{
            {u"metadata"_s, QJsonObject{{u"phone_number_id"_s, u"111"_s}}}, {u"statuses"_s, QJsonArray{status}}};
        const QByteArray body =
            delivery({entry(u"waba-a"_s, {QJsonObject{{u"field"_s, u"messages"_s}, {u"value"_s, value}}})});
        const auto translated =
            translate({companyA, QUuid::createUuid(), numberA1, u"meta"_s, body, 0}, m_registry, m_directory);
        QVERIFY(translated);
        QCOMPARE(translated->events.size(), 1);
        const QJsonObject event = translated->events.first().toObject();
        QCOMPARE(event.value(u"type"_s).toString(), u"status"_s);
        QCOMPARE(event.value(u"status"_s).toString(), u"delivered"_s);
        QTEST(event.value(u"attempt_id"_s), "expected");
    }

    void whatNobodyCanReadFails()
    {
        QVERIFY(!translate({companyA, QUuid::createUuid(), numberA1, u"meta"_s, "[]", 0}, m_registry, m_directory));
        QVERIFY(!translate({companyA, QUuid::createUuid(), numberA1, u"nobody"_s, "{}", 0}, m_registry, m_directory));
    }
};

CONVERSURE_TEST(WebhookHandlerTest)
#include "WebhookHandlerTest.moc"
