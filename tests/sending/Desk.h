// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "FakeTransport.h"
#include "StoreFixture.h"

#include "sending/Sender.h"
#include "store/RelayStore.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

namespace conversure::test {

/// The machine's clocks, moved forward by a test.
class ShiftedClock final : public Clock
{
public:
    qint64 nowMs() const override { return m_system.nowMs() + m_shift; }
    qint64 elapsedMs() const override { return m_system.elapsedMs() + m_shift; }
    void advance(qint64 ms) { m_shift += ms; }

private:
    SystemClock m_system;
    std::atomic<qint64> m_shift = 0;
};

/// An agent at a desktop: a company in a real store, a journal, and a provider that answers as told. Restarting keeps
/// store and journal.
class Desk
{
public:
    explicit Desk(const Database &database)
        : company(database)
        , agent(company.addPerson())
        , device(company.signIn(agent))
        , admin(database.admin())
        , m_database(database)
    {
        conversation = addLead(QStringLiteral("+971501112233"));
        timing.backoffFirstMs = 5;
        timing.backoffMaxMs = 20;
    }

    ~Desk() { stop(); }

    ConversationId addLead(const QString &phone) const
    {
        company.receive(phone, QStringLiteral("wamid.in") + phone, QStringLiteral("Hi"));
        return company.conversationOf(phone);
    }

    void start()
    {
        journal = std::make_unique<sending::JournalWorker>();
        store = std::make_unique<store::Worker>(QStringLiteral("test"));
        store->setTarget(device.url);
        sender = std::make_unique<sending::Sender>(sending::Parts{*journal, *store, http, registry, clock});
        sender->setTiming(timing);
        sender->setFaultHook(hook);
        sender->setNumbers({{company.number, metaNumber()}});
        changed = std::make_unique<QSignalSpy>(sender.get(), &sending::Sender::changed);
        signedOut = std::make_unique<QSignalSpy>(sender.get(), &sending::Sender::signedOut);
        QObject::connect(sender.get(), &sending::Sender::refused, sender.get(),
            [this](MessageId message, ConversationId, const QString &text, const Error &error) {
                refusals << QStringLiteral("%1 %2").arg(error.code, text);
                refusedMessages << message;
            });
        QObject::connect(
            sender.get(), &sending::Sender::olderQueued, sender.get(), [this](const QList<sending::QueuedText> &texts) {
                for (const auto &text : texts)
                    older << text.text;
            });
        openJournal(agent.id);
    }

    /// Somebody is at the desktop now; who was before has left.
    void signIn(const Company::Person &person)
    {
        device = company.signIn(person);
        store->setTarget(device.url);
        openJournal(person.id);
        sender->setNumbers({{company.number, metaNumber()}});
        sender->resume();
    }

    void stop()
    {
        http.waiting.clear();
        sender.reset();
        journal.reset();
        store.reset();
    }

    void goOffline() const { store->setTarget(QStringLiteral("postgresql://127.0.0.1:1/nothing")); }
    void goOnline() const { store->setTarget(device.url); }

    sending::QueuedText text(const QString &words) const { return {MessageId(newId()), conversation, words, 0}; }

    QString folder() const { return m_folder.path() + QStringLiteral("/data"); }

    /// "typed", "posting", … in the order typed.
    QString journalStates() const
    {
        return inJournal([](sending::Journal &opened) {
            QStringList words;
            const auto sends = opened.sends().value_or(QList<sending::JournalSend>());
            for (const auto &send : sends)
                words << toText(send.state);
            return words.join(u' ');
        });
    }
    QString drafts() const
    {
        return inJournal([](sending::Journal &opened) {
            QStringList texts;
            const auto drafts = opened.drafts().value_or(QList<sending::Draft>());
            for (const auto &draft : drafts)
                texts << draft.text;
            return texts.join(u'|');
        });
    }

    QString field(MessageId message, const char *column) const
    {
        const auto rows = MUST(admin.run(
            QByteArray("select coalesce(") + column + ", '') from conversure.messages where message_id = $1::uuid",
            {store::param(message.value)}));
        return rows.isEmpty() ? QStringLiteral("none") : rows.text(0, 0);
    }
    QString status(MessageId message) const { return field(message, "status"); }

    qint64 charged() const
    {
        return MUST(admin.run("select coalesce(sum(sent), 0) from conversure.quota_log where company_id = $1::uuid",
                        {store::param(company.id.value)}))
            .number(0, 0);
    }

    void endLease(AttemptId attempt) const
    {
        MUST(admin.run("update conversure.message_delivery_attempts set lease_until = now() - interval '1 second' "
                       "where attempt_id = $1::uuid",
            {store::param(attempt.value)}));
    }

    /// From now on a relay sends what is reserved.
    void sendByRelay() const
    {
        MUST(admin.run("update conversure.company_settings set send_via = 'relay' where company_id = $1::uuid",
            {store::param(company.id.value)}));
    }

    void endLeasesAsRelay() const
    {
        store::Connection relay = m_database.relay();
        store::RelayStore relayStore(relay);
        MUST(relayStore.endLeases());
    }

    QStringList postedTexts() const
    {
        QStringList out;
        for (const auto &post : http.posts)
            out << post.text;
        return out;
    }

    Company company;
    Company::Person agent;
    Company::Device device;
    mutable store::Connection admin;
    ConversationId conversation;
    FakeTransport http;
    ShiftedClock clock;
    sending::Timing timing;
    sending::FaultHook hook;
    providers::Registry registry;
    std::unique_ptr<sending::JournalWorker> journal;
    std::unique_ptr<store::Worker> store;
    std::unique_ptr<sending::Sender> sender;
    std::unique_ptr<QSignalSpy> changed;
    std::unique_ptr<QSignalSpy> signedOut;
    QStringList refusals;
    QList<MessageId> refusedMessages;
    QStringList older;

private:
    /// Read on the journal's own thread.
    QString inJournal(const std::function<QString(sending::Journal &)> &read) const
    {
        std::optional<QString> found;
        QObject receiver;
        journal->run(
            &receiver, [read](sending::Journal &opened) -> Result<QString> { return read(opened); },
            [&](const Result<QString> &result) { found = result.value_or(QString()); });
        return QTest::qWaitFor([&] { return found.has_value(); }) ? *found : QStringLiteral("no answer");
    }

    void openJournal(UserId user)
    {
        journal->open(folder(), user, &m_opening, [](const Result<sending::JournalWorker::Opened> &opened) {
            if (!opened)
                qFatal("%s", qPrintable(opened.error().message));
        });
    }

    const Database &m_database;
    QObject m_opening; ///< Lives on when a test deletes the sender.
    QTemporaryDir m_folder;
};

} // namespace conversure::test
