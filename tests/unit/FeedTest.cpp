// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "feed/Frames.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace conversure;

namespace {

QString idText(int n)
{
    return QStringLiteral("0190a1b2-0000-7000-8000-%1").arg(n, 12, 16, QLatin1Char('0'));
}

QJsonObject parsed(const char *json)
{
    return QJsonDocument::fromJson(QByteArray(json).replace('\'', '"')).object();
}

QJsonObject conversationJson()
{
    return parsed(
        "{'kind':'conversation','id':'0190a1b2-0000-7000-8000-000000000001','rev':9007199254740993,'row':{"
        "'lead_id':'0190a1b2-0000-7000-8000-000000000002','number_id':'0190a1b2-0000-7000-8000-000000000003',"
        "'assignee_id':null,'team_id':null,'status':'OPEN','lead_name':'Layla','number_label':'Sales','inbound_seq':7,"
        "'last_message_at':1763805600123457,'last_inbound_at':1763805600123456,'last_preview':'Is it free?',"
        "'last_direction':'INBOUND','last_content_type':'TEXT','last_status':'received','provider':'meta',"
        "'account_id':'waba-1','has_window':true,'window_until':1763892000123456,'opted_out':null,"
        "'marketing_after':null}}");
}

QJsonObject messageJson()
{
    return parsed("{'kind':'message','id':'0190a1b2-0000-7000-8000-000000000004','rev':12,'row':{"
                  "'conversation_id':'0190a1b2-0000-7000-8000-000000000001','direction':'OUTBOUND','status':'failed',"
                  "'content_type':'TEXT','text':'Good morning','author_id':'0190a1b2-0000-7000-8000-000000000005',"
                  "'author_name':'Omar','sort_at':1763805600123459,'original_type':null,'error_code':'CV010',"
                  "'error_detail':{'limit':20,'used':20},'template':null,'sent_twice':false}}");
}

QJsonObject templateJson()
{
    return parsed("{'kind':'template','id':'0190a1b2-0000-7000-8000-000000000006','rev':2,'row':{'provider':'meta',"
                  "'account_id':'waba-1','name':'viewing','language':'ar','category':'UTILITY','status':'APPROVED',"
                  "'components':[{'type':'BODY','text':'Hello {{1}}'}],'parameter_format':'POSITIONAL',"
                  "'quality':'GREEN','rejected_reason':''}}");
}

QJsonObject leadJson()
{
    return parsed(
        "{'kind':'lead','id':'0190a1b2-0000-7000-8000-000000000002','rev':3,'row':{'name':'Layla',"
        "'masked_phone':null,'status':'HOT','language':null,'source':null,'budget':'1.2m','property_type':null,"
        "'location':'Marina','bedrooms':'2'}}");
}

QJsonObject readMarkJson()
{
    return parsed("{'kind':'read_mark','id':'0190a1b2-0000-7000-8000-000000000001','rev':4,'row':{'read_seq':6}}");
}

QJsonObject goneJson()
{
    return parsed("{'kind':'lead','id':'0190a1b2-0000-7000-8000-000000000002','rev':8,'gone':true}");
}

QJsonObject withRow(QJsonObject change, const QString &member, const QJsonValue &value)
{
    QJsonObject row = change.value(QStringLiteral("row")).toObject();
    row.insert(member, value);
    change.insert(QStringLiteral("row"), row);
    return change;
}

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

const feed::Cursor cursor{QStringLiteral("e1"), 18'446'744'073'709'551'615U, 9'223'372'036'854'775'807};

} // namespace

/// The words between store, relay and client: what goes out comes in again, and nothing hostile comes through.
class FeedTest : public QObject
{
    Q_OBJECT

private:
    template <class Row>
    static Row read(const QJsonObject &json)
    {
        const Result<std::optional<feed::Change>> change = feed::changeFromJson(json);
        if (!change || !*change || !std::holds_alternative<Row>(**change)) {
            QTest::qFail("not read as the row it is", __FILE__, __LINE__);
            return {};
        }
        return std::get<Row>(**change);
    }

private Q_SLOTS:
    void everyKindGoesRound_data()
    {
        QTest::addColumn<QJsonObject>("json");
        QTest::newRow("conversation") << conversationJson();
        QTest::newRow("conversation with assignee")
            << withRow(conversationJson(), QStringLiteral("assignee_id"), idText(9));
        QTest::newRow("conversation of a team") << withRow(conversationJson(), QStringLiteral("team_id"), idText(8));
        QTest::newRow("conversation without inbound")
            << withRow(conversationJson(), QStringLiteral("last_inbound_at"), QJsonValue());
        QTest::newRow("message") << messageJson();
        QTest::newRow("inbound message") << withRow(withRow(messageJson(), QStringLiteral("author_id"), QJsonValue()),
            QStringLiteral("author_name"), QJsonValue());
        QTest::newRow("lead") << leadJson();
        QTest::newRow("conversation that was stopped")
            << withRow(conversationJson(), QStringLiteral("opted_out"), QStringLiteral("word"));
        QTest::newRow("conversation where marketing waits")
            << withRow(conversationJson(), QStringLiteral("marketing_after"), qint64(1'763'805'600'123'460));
        QTest::newRow("conversation whose window was never open")
            << withRow(conversationJson(), QStringLiteral("window_until"), QJsonValue());
        QTest::newRow("message of a template")
            << withRow(messageJson(), QStringLiteral("template"), QStringLiteral("viewing"));
        QTest::newRow("message sent twice") << withRow(messageJson(), QStringLiteral("sent_twice"), true);
        QTest::newRow("template") << templateJson();
        QTest::newRow("template gone") << parsed(
            "{'kind':'template','id':'0190a1b2-0000-7000-8000-000000000006','rev':8,'gone':true}");
        QTest::newRow("read mark") << readMarkJson();
        QTest::newRow("gone") << goneJson();
        QTest::newRow("session") << parsed("{'kind':'session','row':{'what':'signed_out'}}");
    }

    void everyKindGoesRound()
    {
        QFETCH(QJsonObject, json);
        const Result<std::optional<feed::Change>> change = feed::changeFromJson(json);
        QVERIFY2(change, change ? "" : qPrintable(change.error().message));
        QVERIFY(change->has_value());
        QCOMPARE(feed::toJson(**change), json);
    }

    void conversationKeepsEveryDigit()
    {
        const auto row = read<ConversationRow>(conversationJson());
        QCOMPARE(row.id.text(), idText(1));
        QCOMPARE(row.rev, 9'007'199'254'740'993);
        QCOMPARE(row.leadId.text(), idText(2));
        QCOMPARE(row.numberId.text(), idText(3));
        QVERIFY(row.assigneeId.isNull());
        QCOMPARE(row.inboundSeq, 7);
        QCOMPARE(row.lastMessageAt, 1'763'805'600'123'457);
        QCOMPARE(row.lastInboundAt, 1'763'805'600'123'456);
        QCOMPARE(row.lastPreview, QStringLiteral("Is it free?"));
        QCOMPARE(row.lastStatus, MessageStatus::Received);
    }

    void messageKeepsItsError()
    {
        const auto row = read<MessageRow>(messageJson());
        QCOMPARE(row.conversationId.text(), idText(1));
        QCOMPARE(row.status, MessageStatus::Failed);
        QCOMPARE(row.errorCode, QStringLiteral("CV010"));
        QCOMPARE(row.errorDetail.value(QStringLiteral("limit")).toInt(), 20);
    }

    void anOlderStoreSaysNothingOfWindows()
    {
        QJsonObject json = conversationJson();
        QJsonObject row = json.value(QStringLiteral("row")).toObject();
        for (const char *member :
            {"provider", "account_id", "has_window", "window_until", "opted_out", "marketing_after"})
            row.remove(QLatin1StringView(member));
        json.insert(QStringLiteral("row"), row);
        const auto conversation = read<ConversationRow>(json);
        QVERIFY(!conversation.hasWindow);
        QVERIFY(conversation.optedOut.isEmpty());
    }

    void templatesKeepTheirComponents()
    {
        const auto row = read<TemplateRow>(templateJson());
        QCOMPARE(row.id.text(), idText(6));
        QCOMPARE(row.accountId, QStringLiteral("waba-1"));
        QCOMPARE(render(row, {}).body, QStringLiteral("Hello {{1}}"));
    }

    void unknownContentBecomesUnsupported()
    {
        const auto row =
            read<MessageRow>(withRow(messageJson(), QStringLiteral("content_type"), QStringLiteral("POLL")));
        QCOMPARE(row.contentType, ContentType::Unsupported);
        QCOMPARE(row.originalType, QStringLiteral("POLL"));
    }

    void unknownKindsAreLeftOut()
    {
        const Result<std::optional<feed::Change>> change = feed::changeFromJson(parsed("{'kind':'label','id':7}"));
        QVERIFY(change);
        QVERIFY(!change->has_value());
    }

    void errorsNameThePath_data()
    {
        QTest::addColumn<QJsonObject>("json");
        QTest::addColumn<QString>("path");
        const auto row = [](const char *name, const QJsonObject &base, const char *member, const QJsonValue &value) {
            QTest::newRow(name) << withRow(base, QLatin1StringView(member), value)
                                << QStringLiteral("row.") + QLatin1StringView(member);
        };
        row("lead_id is no id", conversationJson(), "lead_id", QStringLiteral("x"));
        row("assignee_id is a number", conversationJson(), "assignee_id", 5);
        row("team_id is no id", conversationJson(), "team_id", QStringLiteral("x"));
        row("lead_name is null", conversationJson(), "lead_name", QJsonValue());
        row("inbound_seq negative", conversationJson(), "inbound_seq", -1);
        row("inbound_seq broken", conversationJson(), "inbound_seq", 1.5);
        row("time beyond all", conversationJson(), "last_message_at", std::numeric_limits<qint64>::max());
        row("time as text", conversationJson(), "last_inbound_at", QStringLiteral("2026-11-22"));
        row("unknown status", conversationJson(), "last_status", QStringLiteral("lost"));
        row("direction is a list", messageJson(), "direction", QJsonArray());
        row("text is a number", messageJson(), "text", 5);
        row("error_detail is text", messageJson(), "error_detail", QStringLiteral("{}"));
        row("lead name is an object", leadJson(), "name", QJsonObject());
        row("has_window is a word", conversationJson(), "has_window", QStringLiteral("yes"));
        row("window_until is a text", conversationJson(), "window_until", QStringLiteral("soon"));
        row("sent_twice is a number", messageJson(), "sent_twice", 2);
        row("template is an id", messageJson(), "template", 7);
        row("components are no list", templateJson(), "components", QJsonObject());
        row("template without a name", templateJson(), "name", QJsonValue());
        row("template status is null", templateJson(), "status", QJsonValue());
        row("read_seq absent", readMarkJson(), "read_seq", QJsonValue(QJsonValue::Undefined));
        QTest::newRow("no row") << parsed("{'kind':'lead','id':'0190a1b2-0000-7000-8000-000000000002','rev':8}")
                                << QStringLiteral("row");
        QTest::newRow("gone is a word") << parsed("{'kind':'lead','id':'0190a1b2-0000-7000-8000-000000000002','rev':8,"
                                                  "'gone':'yes'}")
                                        << QStringLiteral("gone");
        QTest::newRow("no rev") << parsed("{'kind':'lead','id':'0190a1b2-0000-7000-8000-000000000002','gone':true}")
                                << QStringLiteral("rev");
        QTest::newRow("no id") << parsed("{'kind':'lead','rev':1,'gone':true}") << QStringLiteral("id");
        QTest::newRow("no kind") << parsed("{'rev':1,'gone':true}") << QStringLiteral("kind");
        QTest::newRow("session says nothing") << parsed("{'kind':'session','row':{}}") << QStringLiteral("row.what");
    }

    void errorsNameThePath()
    {
        QFETCH(QJsonObject, json);
        QFETCH(QString, path);
        const Result<std::optional<feed::Change>> change = feed::changeFromJson(json);
        QVERIFY(!change);
        QCOMPARE(change.error().kind, ErrorKind::Invalid);
        QVERIFY2(change.error().message.startsWith(path + u':'), qPrintable(change.error().message));
    }

    void cursorsKeepSixtyFourBits()
    {
        QCOMPARE(feed::cursorFromJson(feed::toJson(cursor)), std::optional(cursor));
        QVERIFY(feed::toJson(cursor).value(QStringLiteral("xid")).isString());
        QCOMPARE(feed::cursorFromJson(parsed("{'epoch':'e','xid':42,'seq':7}")),
            std::optional(feed::Cursor{QStringLiteral("e"), 42, 7}));
    }

    void badCursorsAreNone_data()
    {
        QTest::addColumn<QJsonObject>("json");
        QTest::newRow("empty") << QJsonObject();
        QTest::newRow("epoch a number") << parsed("{'epoch':1,'xid':'1','seq':'1'}");
        QTest::newRow("xid empty") << parsed("{'epoch':'e','xid':'','seq':'1'}");
        QTest::newRow("xid signed") << parsed("{'epoch':'e','xid':'+1','seq':'1'}");
        QTest::newRow("xid spaced") << parsed("{'epoch':'e','xid':' 1','seq':'1'}");
        QTest::newRow("xid too big") << parsed("{'epoch':'e','xid':'18446744073709551616','seq':'1'}");
        QTest::newRow("seq too big") << parsed("{'epoch':'e','xid':'1','seq':'9223372036854775808'}");
        QTest::newRow("seq negative") << parsed("{'epoch':'e','xid':'1','seq':-1}");
        QTest::newRow("seq null") << parsed("{'epoch':'e','xid':'1','seq':null}");
    }

    void badCursorsAreNone()
    {
        QFETCH(QJsonObject, json);
        QVERIFY(!feed::cursorFromJson(json));
    }

    void helloGoesRound()
    {
        const Result<feed::Hello> full =
            feed::helloFromBytes(feed::encode(feed::Hello{QStringLiteral("t\"ok"), cursor}));
        QVERIFY(full);
        QCOMPARE(full->token, QStringLiteral("t\"ok"));
        QCOMPARE(full->cursor, std::optional(cursor));
        const Result<feed::Hello> fresh = feed::helloFromBytes(feed::encode(feed::Hello{QStringLiteral("t"), {}}));
        QVERIFY(fresh);
        QVERIFY(!fresh->cursor);
    }

    void framesGoRound()
    {
        const auto welcome = feed::serverFrameFromBytes(feed::encode(feed::Welcome{cursor}));
        QVERIFY(welcome && std::holds_alternative<feed::Welcome>(*welcome));
        QCOMPARE(std::get<feed::Welcome>(*welcome).cursor, cursor);
        const auto resync = feed::serverFrameFromBytes(feed::encode(feed::Resync{cursor}));
        QVERIFY(resync && std::holds_alternative<feed::Resync>(*resync));
        QCOMPARE(std::get<feed::Resync>(*resync).cursor, cursor);
        const auto closed = feed::serverFrameFromBytes(feed::encode(feed::Closed{QStringLiteral("signed_out")}));
        QVERIFY(closed && std::holds_alternative<feed::Closed>(*closed));
        QCOMPARE(std::get<feed::Closed>(*closed).reason, QStringLiteral("signed_out"));
    }

    void changesGoRoundInOrder()
    {
        const QList<QByteArray> rows{
            compact(messageJson()), "{\"kind\":\"label\",\"id\":1}", compact(conversationJson()), compact(goneJson())};
        const auto frame = feed::serverFrameFromBytes(feed::encodeChanges(cursor, rows));
        QVERIFY(frame && std::holds_alternative<feed::Changes>(*frame));
        const auto &changes = std::get<feed::Changes>(*frame);
        QCOMPARE(changes.cursor, cursor);
        QCOMPARE(changes.changes.size(), 3);
        QCOMPARE(feed::toJson(changes.changes.at(0)), messageJson());
        QCOMPARE(feed::toJson(changes.changes.at(1)), conversationJson());
        QCOMPARE(feed::toJson(changes.changes.at(2)), goneJson());
        const auto none = feed::serverFrameFromBytes(feed::encodeChanges(cursor, {}));
        QVERIFY(none && std::get<feed::Changes>(*none).changes.isEmpty());
    }

    void badFramesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("list") << QByteArray("[]");
        QTest::newRow("number") << QByteArray("7");
        QTest::newRow("no type") << QByteArray("{}");
        QTest::newRow("type a list") << QByteArray("{\"t\":[]}");
        QTest::newRow("hello") << feed::encode(feed::Hello{QStringLiteral("t"), cursor});
        QTest::newRow("welcome without cursor") << QByteArray("{\"t\":\"welcome\"}");
        QTest::newRow("changes not a list") << feed::encodeChanges(cursor, {}).replace("[]", "{}");
        QTest::newRow("change not an object") << feed::encodeChanges(cursor, {"7"});
        QTest::newRow("change broken") << feed::encodeChanges(cursor, {"{"});
        QTest::newRow("closed without reason") << QByteArray("{\"t\":\"closed\"}");
        QTest::newRow("deep") << QByteArray(100'000, '[');
        QTest::newRow("deep in a row") << feed::encodeChanges(cursor, {QByteArray(100'000, '{')});
        QTest::newRow("zeros") << QByteArray(64, '\0');
        QTest::newRow("not UTF-8") << QByteArray("{\"t\":\"closed\",\"reason\":\"\xff\xfe\"}");
    }

    void badFramesAreRefused()
    {
        QFETCH(QByteArray, bytes);
        const Result<feed::ServerFrame> frame = feed::serverFrameFromBytes(bytes);
        QVERIFY(!frame);
        QCOMPARE(frame.error().kind, ErrorKind::Invalid);
        QCOMPARE(frame.error().code, QStringLiteral("feed:frame"));
    }

    void badHellosAreRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("welcome") << feed::encode(feed::Welcome{cursor});
        QTest::newRow("no token") << QByteArray("{\"t\":\"hello\"}");
        QTest::newRow("token a number") << QByteArray("{\"t\":\"hello\",\"token\":1}");
        QTest::newRow("cursor broken") << QByteArray("{\"t\":\"hello\",\"token\":\"a\",\"cursor\":{}}");
    }

    void badHellosAreRefused()
    {
        QFETCH(QByteArray, bytes);
        const Result<feed::Hello> hello = feed::helloFromBytes(bytes);
        QVERIFY(!hello);
        QCOMPARE(hello.error().code, QStringLiteral("feed:frame"));
    }

    void theFrameErrorNamesTheChange()
    {
        const QByteArray bad = compact(withRow(messageJson(), QStringLiteral("sort_at"), QJsonValue()));
        const auto frame = feed::serverFrameFromBytes(feed::encodeChanges(cursor, {compact(leadJson()), bad}));
        QVERIFY(!frame);
        QVERIFY2(frame.error().message.startsWith(QStringLiteral("changes[1].row.sort_at:")),
            qPrintable(frame.error().message));
    }

    /// Every prefix, and every byte of a good frame turned into another, is answered and never crashes.
    void damagedFramesAreAnswered()
    {
        const QByteArray whole = feed::encodeChanges(cursor, {compact(messageJson()), compact(conversationJson())});
        for (qsizetype cut = 0; cut < whole.size(); ++cut)
            QVERIFY(!feed::serverFrameFromBytes(whole.left(cut)));
        for (qsizetype i = 0; i < whole.size(); ++i) {
            for (const char other : {'"', '{', ']', '-', '9', '\0', '\xff'}) {
                QByteArray damaged = whole;
                damaged[i] = other;
                const auto frame = feed::serverFrameFromBytes(damaged);
                QVERIFY(frame || frame.error().code == QStringLiteral("feed:frame"));
            }
        }
    }
};

CONVERSURE_TEST(FeedTest)
#include "FeedTest.moc"
