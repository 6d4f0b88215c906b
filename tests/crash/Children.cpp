// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Children.h"

#include "net/HttpClient.h"
#include "relay/Jobs.h"
#include "sending/Sender.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <QTimer>

#include <csignal>
#include <cstdio>
#include <sys/prctl.h>
#include <unistd.h>

namespace conversure::crash_test {

using namespace Qt::StringLiterals;

namespace {

constexpr int lifeMs = 120'000; ///< What a test waits for comes long before.

enum Exit { Done = 0, CannotBegin = 1, StillThere = 3, RefusedASend = 4 };

[[noreturn]] void die()
{
    ::kill(::getpid(), SIGKILL);
    for (;;)
        ::pause();
}

void waitForWord()
{
    std::puts("paused");
    std::fflush(stdout);
    char line[8] = {};
    if (!std::fgets(line, sizeof line, stdin)) // the test has gone
        die();
}

sending::FaultHook hookOf(const QJsonObject &orders)
{
    const QByteArray deadly = orders[u"kill"_s].toString().toLatin1();
    const QByteArray lasting = orders[u"pause"_s].toString().toLatin1();
    return [deadly, lasting, paused = false](const char *step) mutable {
        if (deadly == step)
            die();
        if (lasting == step && !std::exchange(paused, true))
            waitForWord();
    };
}

template <class IdType>
IdType idIn(const QJsonObject &object, const char *key)
{
    return IdType::fromText(object[QLatin1StringView(key)].toString());
}

QHash<QString, QString> numberSettings(const QJsonObject &orders)
{
    return {{u"phone_number_id"_s, orders[u"phone_number_id"_s].toString()}, {u"waba_id"_s, u"waba"_s},
        {u"access_token"_s, orders[u"access_token"_s].toString()}, {u"api_base_url"_s, orders[u"api"_s].toString()}};
}

/// What a desktop is made of below its window, on real connections.
class Desktop : public QObject
{
public:
    explicit Desktop(const QJsonObject &orders)
        : m_orders(orders)
        , m_store(u"crash test"_s)
        , m_sender({m_journal, m_store, m_http, m_registry, m_clock})
    {
        sending::Timing timing;
        timing.backoffFirstMs = 20;
        timing.backoffMaxMs = 200;
        m_store.setTarget(orders[u"database"_s].toString());
        m_sender.setTiming(timing);
        m_sender.setFaultHook(hookOf(orders));
        m_sender.setNumbers({{idIn<NumberId>(orders, "number"), {u"meta"_s, numberSettings(orders)}}});
        connect(&m_sender, &sending::Sender::refused, this,
            [](MessageId, ConversationId, const QString &text, const Error &error) {
                std::fprintf(stderr, "refused: %s %s\n", qPrintable(text), qPrintable(error.code));
                ::_exit(RefusedASend);
            });
        m_journal.open(orders[u"folder"_s].toString(), idIn<UserId>(orders, "user"), this,
            [this](const Result<sending::JournalWorker::Opened> &opened) { opened ? begin() : ::_exit(CannotBegin); });
    }

private:
    void begin()
    {
        m_sender.resume();
        const QJsonArray texts = m_orders[u"texts"_s].toArray();
        for (const QJsonValue &text : texts)
            m_sender.send(queued(text.toObject()));
        const QJsonArray again = m_orders[u"again"_s].toArray();
        for (const QJsonValue &text : again) {
            sending::QueuedText wanted = queued(text.toObject());
            wanted.content = {{u"type"_s, u"AGAIN"_s}, {u"resend"_s, true}};
            m_sender.retry(wanted);
        }
        look();
    }

    sending::QueuedText queued(const QJsonObject &text)
    {
        m_told.insert(idIn<MessageId>(text, "message"));
        return {idIn<MessageId>(text, "message"), idIn<ConversationId>(text, "conversation"),
            text[u"text"_s].toString(), 0, {}};
    }

    void look()
    {
        m_journal.run(
            this, [](sending::Journal &journal) { return journal.sends(); },
            [this](const Result<QList<sending::JournalSend>> &sends) {
                if (sends
                    && std::none_of(sends->begin(), sends->end(), [this](const auto &send) { return goesOn(send); }))
                    QCoreApplication::exit(Done);
                else
                    QTimer::singleShot(5, this, [this] { look(); });
            });
    }

    /// What an earlier life left in "posting" rests there.
    bool goesOn(const sending::JournalSend &send) const
    {
        return send.state != sending::JournalState::Posting || m_told.contains(send.message);
    }

    const QJsonObject m_orders;
    const SystemClock m_clock;
    const providers::Registry m_registry;
    net::HttpClient m_http;
    sending::JournalWorker m_journal;
    store::Worker m_store;
    sending::Sender m_sender;
    QSet<MessageId> m_told;
};

int beClient(const QJsonObject &orders)
{
    const Desktop desktop(orders);
    return QCoreApplication::exec();
}

int beRelay(const QJsonObject &orders)
{
    relay::RelaySettings settings;
    settings.database = orders[u"database"_s].toString();
    settings.limits.jobs = 1;
    settings.limits.jobPollMs = 20;
    const providers::Registry registry;
    const SystemClock clock;
    relay::DirectorySlot directory;
    directory.set(std::make_shared<const relay::Directory>(
        QList<relay::DirectoryNumber>{{idIn<CompanyId>(orders, "company"), idIn<NumberId>(orders, "number"), u"meta"_s,
            orders[u"phone_number_id"_s].toString(), u"waba"_s, numberSettings(orders)}}));
    relay::Jobs jobs({settings, registry, clock, directory});
    jobs.setFaultHook(hookOf(orders));
    jobs.start();
    return QCoreApplication::exec();
}

} // namespace

std::optional<int> childOf(const QStringList &arguments)
{
    const bool client = arguments.value(1) == u"--client"_s;
    if (arguments.size() != 3 || !(client || arguments[1] == u"--relay"_s))
        return std::nullopt;
    QTimer::singleShot(lifeMs, QCoreApplication::instance(), [] { ::_exit(StillThere); });
    const QJsonObject orders = QJsonDocument::fromJson(arguments[2].toUtf8()).object();
    return client ? beClient(orders) : beRelay(orders);
}

Child::Child(const QString &word, const QJsonObject &orders)
{
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    m_process.start(QCoreApplication::applicationFilePath(),
        {word, QString::fromUtf8(QJsonDocument(orders).toJson(QJsonDocument::Compact))});
}

Child::~Child()
{
    m_process.kill();
    m_process.waitForFinished();
}

bool Child::wasKilled() const
{
    return hasEnded() && m_process.exitStatus() == QProcess::CrashExit && m_process.exitCode() == SIGKILL;
}

bool Child::hasDone() const
{
    return hasEnded() && m_process.exitStatus() == QProcess::NormalExit && m_process.exitCode() == Done;
}

bool Child::hasPaused()
{
    m_paused = m_paused || (m_process.canReadLine() && m_process.readLine() == "paused\n");
    return m_paused;
}

void Child::goOn()
{
    m_process.write("go\n");
    m_process.waitForBytesWritten(); // now, whatever the test does next
}

} // namespace conversure::crash_test
