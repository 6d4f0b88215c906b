// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Children.h"

#include "FakeTransport.h"

#include "domain/Clock.h"
#include "sending/Sender.h"

#include <QCoreApplication>
#include <QFile>
#include <QTimer>

#include <unistd.h>

namespace conversure::test {

namespace {

int holdJournal(const QStringList &words)
{
    const auto journal = sending::Journal::open(words[2], UserId::fromText(words[3]));
    if (!journal)
        return 1;
    const SystemClock clock;
    IdSource ids(clock);
    const sending::JournalSend send{
        ids.make<MessageId>(), ids.make<ConversationId>(), ids.make<AttemptId>(), {}, QStringLiteral("Hi"), 1, {}, {}};
    if (!(*journal)->add(send))
        return 1;
    if (QFile marker(words[4]); !marker.open(QIODevice::WriteOnly))
        return 1;
    return QCoreApplication::exec();
}

int sendUntil(const QStringList &words)
{
    const QByteArray step = words[2].toLatin1();
    const SystemClock clock;
    const providers::Registry registry;
    FakeTransport http;
    http.onPost = [path = words[9]] {
        QFile posts(path);
        if (!posts.open(QIODevice::Append) || posts.write("post\n") < 0)
            _exit(2);
    };
    sending::JournalWorker journal;
    store::Worker worker(QStringLiteral("test"));
    worker.setTarget(words[3]);
    sending::Sender sender({journal, worker, http, registry, clock});
    sender.setFaultHook([&](const char *reached) {
        if (step == reached)
            _exit(diedAtStep);
    });
    sender.setNumbers({{NumberId::fromText(words[6]), metaNumber()}});
    journal.open(words[4], UserId::fromText(words[5]), &sender, [&](const auto &) {
        sender.resume();
        sender.send({MessageId::fromText(words[8]), ConversationId::fromText(words[7]), QStringLiteral("Hello"), 0});
    });
    QTimer::singleShot(20'000, &sender, [] { _exit(3); }); // the step was never reached
    return QCoreApplication::exec();
}

} // namespace

std::optional<int> childOf(const QStringList &arguments)
{
    if (arguments.size() == 5 && arguments[1] == QStringLiteral("--hold-journal"))
        return holdJournal(arguments);
    if (arguments.size() == 10 && arguments[1] == QStringLiteral("--send-until"))
        return sendUntil(arguments);
    return std::nullopt;
}

} // namespace conversure::test
