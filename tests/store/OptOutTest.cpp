// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Desk.h"
#include "TestMain.h"

#include <algorithm>
#include <atomic>
#include <thread>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// Who wants no marketing gets none, whoever asks, in whatever order what they said becomes known.
class OptOutTest : public QObject
{
    Q_OBJECT

    using Send = Desk::Send;

    /// The provider's own switch: "stop" or "resume", turned so many seconds ago.
    static void prefer(Desk &desk, const char *value, qint64 ago)
    {
        desk.apply(QStringLiteral("preference"),
            {{QStringLiteral("value"), QLatin1StringView(value)},
                {QStringLiteral("timestamp"), desk.nowSeconds() - ago}});
    }

    std::unique_ptr<Desk> m_desk; ///< For those that leave nothing behind.

private Q_SLOTS:
    void initTestCase() { m_desk = std::make_unique<Desk>(); }

    void aWordStopsMarketingAndNothingElse_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<bool>("stops");
        for (const char *word :
            {"STOP", "stop.", " Stop! ", "إيقاف", "ايقاف", "الغاء الإشتراك", "СТОП", "Отпишите меня!", "Unsubscribe",
                // Full width; the yeh and kaf of other keyboards; a hamza on its own; forms of old systems; tatweel.
                "ＳＴＯＰ", "إیقاف", "الغاء الاشتراک", "ا\u0655يقاف", "\ufe87\ufef3\ufed8\ufe8e\ufed1", "إيقـــاف",
                // What is not seen, and a stress mark.
                "ST\u200bOP", "\u200fSTOP\u200f", "Сто\u0301п"})
            QTest::newRow(word) << QString::fromUtf8(word) << true;
        QTest::newRow("and many empty lines") << QStringLiteral("STOP") + QString(60, u'\n') << true;
        QTest::newRow("and much later something else")
            << QStringLiteral("STOP") + QString(2000, u'\n') + QStringLiteral("at five") << false;
        for (const char *word : {"Please stop by at five", "bus stop", "?", "Stopover", "لا", "нет"})
            QTest::newRow(word) << QString::fromUtf8(word) << false;
    }

    void aWordStopsMarketingAndNothingElse()
    {
        QFETCH(QString, word);
        QFETCH(bool, stops);
        Desk &desk = *m_desk;
        desk.putGreeting(QStringLiteral("MARKETING"));
        desk.moveClock("2 seconds"); // their times are whole ones, and in doubt it is the word that stops
        desk.receive(word);
        QCOMPARE(verdict(desk.reserve(Send(), desk.greeting())),
            stops ? QStringLiteral("CV013") : QStringLiteral("accepted"));
        MUST(desk.reserve(Send())); // who writes is answered
        if (!stops)
            return;
        desk.putGreeting(QStringLiteral("UTILITY"));
        MUST(desk.reserve(Send(), desk.greeting()));
        desk.putGreeting(QStringLiteral("MARKETING"));
        desk.moveClock("2 seconds");
        desk.receive(QStringLiteral("START"));
        MUST(desk.reserve(Send(), desk.greeting()));
    }

    void whatIsStoppedCannotBeInsertedByAnybody()
    {
        Desk desk;
        desk.putGreeting(QStringLiteral("MARKETING"));
        desk.receive(QStringLiteral("stop"));
        const auto inserted = desk.root.run(
            "insert into conversure.messages (company_id, message_id, conversation_id, number_id, direction, status, "
            "content_type, sort_at, template_id, template_values) select c.company_id, gen_random_uuid(), "
            "c.conversation_id, c.number_id, 'OUTBOUND', 'sending', 'TEMPLATE', now(), t.template_id, '{}' from "
            "conversure.conversations c, conversure.templates t");
        QCOMPARE(verdict(inserted), QStringLiteral("CV013"));
    }

    void anAdminsListReplacesTheWords()
    {
        Desk desk;
        desk.putGreeting(QStringLiteral("MARKETING"));
        const auto set = [&](const QByteArray &stops, const QByteArray &starts) {
            return verdict(desk.admin, "select api.set_opt_out_words(" + stops + ", " + starts + ")");
        };
        QCOMPARE(verdict(desk.client, "select api.set_opt_out_words(null, null)"), QStringLiteral("CV002"));
        QCOMPARE(set("'{}'", "null"), QStringLiteral("CV004"));
        QCOMPARE(set("'{basta}'", "'{Basta!}'"), QStringLiteral("CV004"));
        QCOMPARE(set("'{stop, start}'", "null"), QStringLiteral("CV004")); // nothing would take it back
        QCOMPARE(set("null", "'{stop}'"), QStringLiteral("CV004"));
        QCOMPARE(set("'{Basta, \"no grazie\"}'", "null"), QStringLiteral("accepted"));
        desk.receive(QStringLiteral("stop"));
        MUST(desk.reserve(Send(), desk.greeting()));
        desk.receive(QStringLiteral("¡BASTA!"));
        QCOMPARE(verdict(desk.reserve(Send(), desk.greeting())), QStringLiteral("CV013"));
        QCOMPARE(set("'{basta}'", "'{}'"), QStringLiteral("accepted")); // only a member takes it back
        desk.receive(QStringLiteral("START"));
        QCOMPARE(verdict(desk.reserve(Send(), desk.greeting())), QStringLiteral("CV013"));
        QCOMPARE(set("'{basta}'", "null"), QStringLiteral("accepted"));
        desk.moveClock("2 seconds");
        desk.receive(QStringLiteral("START"));
        MUST(desk.reserve(Send(), desk.greeting()));
    }

    void theProvidersSwitchIsThePersonsAlone()
    {
        Desk desk;
        desk.putGreeting(QStringLiteral("MARKETING"));
        const auto prefers = [&](const char *value, qint64 ago) {
            desk.apply(QStringLiteral("preference"),
                {{QStringLiteral("value"), QLatin1StringView(value)},
                    {QStringLiteral("timestamp"), desk.nowSeconds() - ago}});
        };
        const auto lift = [&] {
            return verdict(desk.client.call(QLatin1StringView("api.lift_opt_out"),
                {param(desk.conversation.value), param(QStringLiteral("she asked me to"))}));
        };
        prefers("stop", 100);
        prefers("stop", 100);
        QCOMPARE(desk.reserve(Send(), desk.greeting()).error().detail[QStringLiteral("kind")].toString(),
            QStringLiteral("provider"));
        QCOMPARE(lift(), QStringLiteral("CV002"));
        desk.receive(QStringLiteral("START"));
        QCOMPARE(verdict(desk.reserve(Send(), desk.greeting())), QStringLiteral("CV013"));
        prefers("resume", 50);
        MUST(desk.reserve(Send(), desk.greeting()));
        prefers("stop", 70); // older than the word that counts
        MUST(desk.reserve(Send(), desk.greeting()));

        desk.receive(QStringLiteral("stop"));
        QCOMPARE(verdict(desk.reserve(Send(), desk.greeting())), QStringLiteral("CV013"));
        QCOMPARE(verdict(desk.client.call(QLatin1StringView("api.lift_opt_out"),
                     {param(desk.conversation.value), param(QStringLiteral(" "))})),
            QStringLiteral("CV004"));
        QCOMPARE(lift(), QStringLiteral("accepted"));
        QCOMPARE(lift(), QStringLiteral("CV003"));
        MUST(desk.reserve(Send(), desk.greeting()));
        QCOMPARE(
            number(desk.root, "select count(*) from conversure.audit_log where action = 'lead.opt_out_lifted'"), 1);
    }

    void aRefusalOfTheProviderIsRemembered()
    {
        Desk desk;
        desk.putGreeting(QStringLiteral("MARKETING"));
        const Send capped;
        MUST(desk.reserve(capped, desk.greeting()));
        desk.status(capped, QStringLiteral("failed"),
            {{QStringLiteral("error_code"), QStringLiteral("meta:131049")},
                {QStringLiteral("error_class"), QStringLiteral("marketing_cap")},
                {QStringLiteral("wait_seconds"), 86400}});
        Send next = capped;
        next.attempt = newId();
        const auto refused = desk.again(next);
        QCOMPARE(verdict(refused), QStringLiteral("CV017"));
        const qint64 wait =
            refused.error().detail[QStringLiteral("retry_at")].toInteger() / 1'000'000 - desk.nowSeconds();
        QVERIFY2(wait > 86'300 && wait <= 86'400, qPrintable(QString::number(wait)));
        desk.moveClock("24 hours 1 minute");
        MUST(desk.again(next));
        desk.status(next, QStringLiteral("failed"),
            {{QStringLiteral("error_code"), QStringLiteral("meta:131050")},
                {QStringLiteral("error_class"), QStringLiteral("opted_out")}});
        next.attempt = newId();
        QCOMPARE(verdict(desk.again(next)), QStringLiteral("CV013"));
    }

    void aConversationThatBeginsLaterIsBoundToo()
    {
        Desk desk;
        desk.putGreeting(QStringLiteral("MARKETING"));
        desk.receive(QStringLiteral("STOP"));
        const NumberId other = desk.company.addNumber(QStringLiteral("pn-other"), 100);
        desk.receive(QStringLiteral("Hi"), {{QStringLiteral("number_id"), other.text()}});
        desk.conversation = ConversationId(
            MUST(desk.root.run("select conversation_id from conversure.conversations where number_id = $1::uuid",
                     {param(other.value)}))
                .uuid(0, 0));
        QCOMPARE(verdict(desk.reserve(Send(), desk.greeting())), QStringLiteral("CV013"));
        QCOMPARE(column(desk.root, "select opted_out from conversure.conversations"),
            (QStringList{QStringLiteral("word"), QStringLiteral("word")}));

        desk.phone = QStringLiteral("+971509998877");
        prefer(desk, "stop", 10); // before there is any conversation
        desk.receive(QStringLiteral("Hello"));
        desk.conversation = desk.company.conversationOf(desk.phone);
        QCOMPARE(verdict(desk.reserve(Send(), desk.greeting())), QStringLiteral("CV013"));
        // What is shown may be behind; the rule is not.
        MUST(desk.root.run("update conversure.conversations set opted_out = null"));
        QCOMPARE(verdict(desk.reserve(Send(), desk.greeting())), QStringLiteral("CV013"));
    }

    void theNewestWordCountsInWhateverOrderTheyCome_data()
    {
        QTest::addColumn<QStringList>("words"); // with how many seconds ago each was said
        QTest::addColumn<bool>("stopped");
        QTest::newRow("stopped again") << QStringList{QStringLiteral("stop 300"), QStringLiteral("start 200"),
            QStringLiteral("stop 100")} << true;
        QTest::newRow("taken back") << QStringList{QStringLiteral("stop 300"), QStringLiteral("stop 200"),
            QStringLiteral("start 100")}
                                    << false;
        QTest::newRow("never meant it") << QStringList{QStringLiteral("start 300"), QStringLiteral("stop 200"),
            QStringLiteral("start 100")} << false;
    }

    void theNewestWordCountsInWhateverOrderTheyCome()
    {
        QFETCH(QStringList, words);
        QFETCH(bool, stopped);
        Desk desk;
        desk.putGreeting(QStringLiteral("MARKETING"));
        int people = 0;
        for (const bool asMessage : {true, false}) {
            std::sort(words.begin(), words.end());
            do {
                desk.phone = QStringLiteral("+9715020000%1").arg(++people, 2, 10, QChar(u'0'));
                desk.receive(QStringLiteral("Hi"));
                desk.conversation = desk.company.conversationOf(desk.phone);
                for (const QString &said : words + words.mid(0, 1)) { // one comes twice
                    const QString word = said.section(u' ', 0, 0);
                    const qint64 ago = said.section(u' ', 1).toInt();
                    if (asMessage)
                        desk.receive(word, {{QStringLiteral("timestamp"), desk.nowSeconds() - ago}});
                    else
                        prefer(desk, word == QStringLiteral("stop") ? "stop" : "resume", ago);
                }
                QVERIFY2((verdict(desk.reserve(Send(), desk.greeting())) == QStringLiteral("CV013")) == stopped,
                    qPrintable(words.join(u' ')));
            } while (std::next_permutation(words.begin(), words.end()));
        }
    }

    void whatAMemberLiftsIsWhatWasKnown()
    {
        Desk desk;
        desk.putGreeting(QStringLiteral("MARKETING"));
        desk.receive(QStringLiteral("stop"), {{QStringLiteral("timestamp"), desk.nowSeconds() - 100}});
        MUST(desk.client.call(QLatin1StringView("api.lift_opt_out"),
            {param(desk.conversation.value), param(QStringLiteral("he told me on the phone"))}));
        MUST(desk.reserve(Send(), desk.greeting()));
        // Said before, and nobody had seen it.
        desk.receive(QStringLiteral("stop"), {{QStringLiteral("timestamp"), desk.nowSeconds() - 50}});
        QCOMPARE(verdict(desk.reserve(Send(), desk.greeting())), QStringLiteral("CV013"));
    }

    void aFailureIsHeededOnceAndAsOfItsTime()
    {
        Desk desk;
        desk.putGreeting(QStringLiteral("MARKETING"));
        const auto failed = [&](const Send &send, const char *what, qint64 ago, bool withAttempt = true) {
            QJsonObject event{{QStringLiteral("error_code"), QStringLiteral("meta:1")},
                {QStringLiteral("error_class"), QLatin1StringView(what)},
                {QStringLiteral("timestamp"), desk.nowSeconds() - ago}};
            if (!withAttempt)
                event.insert(QStringLiteral("attempt_id"), QString());
            desk.status(send, QStringLiteral("failed"), event);
        };
        const auto marketing = [&] { return verdict(desk.reserve(Send(), desk.greeting())); };
        desk.moveClock("2 days");
        desk.receive(QStringLiteral("Hi"));

        // It comes an hour late, after the person has taken it back.
        Send send;
        MUST(desk.reserve(send, desk.greeting()));
        prefer(desk, "resume", 3000);
        failed(send, "opted_out", 3600);
        QCOMPARE(marketing(), QStringLiteral("accepted"));
        // The person takes it back, and it comes once more.
        send = Send();
        MUST(desk.reserve(send, desk.greeting()));
        failed(send, "opted_out", 200);
        QCOMPARE(marketing(), QStringLiteral("CV013"));
        prefer(desk, "resume", 100);
        failed(send, "opted_out", 200);
        QCOMPARE(marketing(), QStringLiteral("accepted"));
        // Waiting counts from when the provider said so, however often it is told.
        send = Send();
        MUST(desk.reserve(send, desk.greeting()));
        failed(send, "marketing_cap", 7200);
        const auto until = [&] {
            return number(
                desk.root, "select extract(epoch from max(marketing_after))::bigint from conversure.conversations");
        };
        const qint64 first = until();
        QVERIFY(std::abs(first - desk.nowSeconds() - 22 * 3600) < 60);
        desk.moveClock("20 hours");
        failed(send, "marketing_cap", 0);
        QCOMPARE(until(), first);
        desk.moveClock("3 hours");

        // It overtakes the answer, and does not say which attempt it is about.
        send = Send();
        MUST(desk.reserve(send, desk.greeting()));
        failed(send, "opted_out", 10, false);
        QCOMPARE(marketing(), QStringLiteral("accepted"));
        MUST(desk.confirm(send));
        QCOMPARE(desk.statusOf(send), QStringLiteral("failed"));
        QCOMPARE(marketing(), QStringLiteral("CV013"));
    }

    void whoSaysThatTheProviderRefusedIsKept()
    {
        Desk desk;
        desk.putGreeting(QStringLiteral("MARKETING"));
        const Send send;
        MUST(desk.reserve(send, desk.greeting()));
        MUST(desk.fail(send, QStringLiteral("meta:131050"), {{QStringLiteral("class"), QStringLiteral("opted_out")}}));
        QCOMPARE(verdict(desk.reserve(Send(), desk.greeting())), QStringLiteral("CV013"));
        QCOMPARE(
            MUST(desk.root.run("select actor_id from conversure.audit_log where action = 'lead.opted_out_by_refusal'"))
                .uuid(0, 0),
            desk.agent.id.value);
        MUST(desk.fail(send, QStringLiteral("meta:131050"), {{QStringLiteral("class"), QStringLiteral("opted_out")}}));
        QCOMPARE(
            number(desk.root, "select count(*) from conversure.audit_log where action = 'lead.opted_out_by_refusal'"),
            1);
        // A desktop that tells it two days late: the person has taken it back since.
        desk.moveClock("2 seconds");
        prefer(desk, "resume", 0);
        const Send late;
        desk.moveClock("1 minute");
        MUST(desk.reserve(late, desk.greeting()));
        const qint64 said = desk.nowSeconds();
        desk.moveClock("2 days");
        prefer(desk, "resume", 24 * 3600);
        MUST(desk.fail(late, QStringLiteral("meta:131050"),
            {{QStringLiteral("class"), QStringLiteral("opted_out")}, {QStringLiteral("at"), said * 1'000'000}}));
        QCOMPARE(verdict(desk.reserve(Send(), desk.greeting())), QStringLiteral("accepted"));
        desk.receive(QStringLiteral("Hi"));
        // Figures that are none lose nothing of the failure.
        const Send odd;
        MUST(desk.reserve(odd));
        MUST(desk.fail(odd, QStringLiteral("meta:1"),
            {{QStringLiteral("class"), QStringLiteral("marketing_cap")}, {QStringLiteral("retry_after"), -1e300},
                {QStringLiteral("at"), 1e300}}));
        QCOMPARE(desk.statusOf(odd), QStringLiteral("failed"));
    }

    void membersWhoSpeakOfOnePersonAtOnceTakeTurns()
    {
        Desk desk;
        const NumberId other = desk.company.addNumber(QStringLiteral("pn-other"), 100);
        desk.receive(QStringLiteral("Hi"), {{QStringLiteral("number_id"), other.text()}});
        const auto talks = MUST(desk.root.run("select conversation_id from conversure.conversations order by 1"));
        QCOMPARE(talks.count(), 2);
        std::atomic<int> accepted = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&, i, talk = talks.uuid(i % 2, 0), device = desk.company.signIn(desk.agent)] {
                Connection client = desk.company.connect(device);
                for (int j = 0; j < 10; ++j) {
                    const auto call =
                        (i + j) % 3 > 0 ? QLatin1StringView("api.opt_out") : QLatin1StringView("api.lift_opt_out");
                    const QString code = verdict(client.call(call, {param(talk), param(QStringLiteral("said so"))}));
                    accepted += code == QStringLiteral("accepted") || code == QStringLiteral("CV003");
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(accepted.load(), 80);
    }
};

CONVERSURE_TEST(OptOutTest)
#include "OptOutTest.moc"
