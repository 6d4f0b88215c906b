// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "StoreFixture.h"

#include "feed/Frames.h"
#include "relay/Live.h"
#include "state/Inbox.h"
#include "store/ClientStore.h"

#include <deque>

/// A client in slow motion: what its threads do one after the other is done here when the test says so, so that
/// anything may happen in between.
namespace conversure::relay::sight_test {

class SightClient final : public LivePeer
{
public:
    SightClient(const test::Company &company, const test::Company::Person &who)
        : person(who)
        , device(company.signIn(who))
        , reader(company.connect(device))
        , writer(company.connect(device))
        , store(reader, test::sql())
    {
        MUST(writer.script("set lock_timeout = '15ms'"));
    }

    const test::Company::Person person;
    const test::Company::Device device;
    store::Connection reader;
    store::Connection writer;
    store::ClientStore store;
    bool writing = false; ///< A transaction is open on writer.
    bool polls = false; ///< Has no relay.
    LiveId live = 0; ///< 0: not connected.
    std::optional<feed::Cursor> cursor;
    state::Inbox inbox;
    ConversationId opened;

    // --- what the relay says (the io thread) ---

    void send(const QByteArray &frame) override
    {
        const auto said = MUST(feed::serverFrameFromBytes(frame));
        if (const auto *welcome = std::get_if<feed::Welcome>(&said)) {
            if (!cursor)
                takeResync(welcome->cursor);
        } else if (const auto *changes = std::get_if<feed::Changes>(&said)) {
            cursor = changes->cursor;
            m_queue += changes->changes;
        } else if (const auto *resync = std::get_if<feed::Resync>(&said)) {
            takeResync(resync->cursor);
        }
    }
    qsizetype queuedFrames() const override { return 0; }
    qsizetype queuedBytes() const override { return 0; }
    void finish(const QByteArray &lastFrame, CloseCode) override
    {
        if (!lastFrame.isEmpty())
            send(lastFrame);
        live = 0;
    }

    /// Asks the store what the relay would have said. True when there was something.
    bool poll()
    {
        if (!cursor) {
            takeResync(MUST(store.feedCursor()));
            return true;
        }
        const store::FeedSlice slice = MUST(store.feedSince(*cursor));
        const bool news = slice.resync || !slice.changes.isEmpty();
        if (slice.resync) {
            takeResync(slice.cursor);
        } else {
            cursor = slice.cursor;
            m_queue += slice.changes;
        }
        return news;
    }

    // --- what the window does (the GUI thread) ---

    /// A frame of the window, or the answer to a resync. True when there was something to do.
    bool turn()
    {
        if (m_resyncs > 0) {
            --m_resyncs;
            readAgain();
            return true;
        }
        return deliver();
    }
    void open(ConversationId conversation)
    {
        opened = conversation;
        inbox.markOpened(conversation);
        ask({Job::Open, m_openGeneration, conversation, revOf(conversation), {}, {}, messagePage});
    }
    void loadMore()
    {
        if (inbox.reachedEnd() || inbox.order().empty() || m_loading)
            return;
        const ConversationRow *last = inbox.conversation(inbox.order().back());
        m_loading = true;
        ask({Job::List, m_listGeneration, {}, 0, last->lastMessageAt, last->id, listPage});
    }
    bool hasList() const { return m_hasList; }

    // --- what its reader does (a thread of its own) ---

    /// Reads for the oldest question that was not read for yet.
    bool read()
    {
        for (Job &job : m_jobs) {
            if (job.page)
                continue;
            job.page = job.kind == Job::Open ? store.openConversation(job.conversation, job.limit)
                                             : store.conversations(job.beforeAt, job.beforeId, job.limit);
            return true;
        }
        return false;
    }
    /// Hands the oldest answer to the window.
    bool answer()
    {
        if (m_jobs.empty() || !m_jobs.front().page)
            return false;
        const Job job = std::move(m_jobs.front());
        m_jobs.pop_front();
        if (job.kind == Job::List)
            takeList(job);
        else if (job.generation == m_openGeneration)
            takeOpened(job);
        return true;
    }

private:
    static constexpr int listPage = 6;
    static constexpr int messagePage = 5;

    struct Job {
        enum Kind { List, Open };
        Kind kind = List;
        int generation = 0;
        ConversationId conversation;
        qint64 rev = 0;
        Microseconds beforeAt = 0;
        ConversationId beforeId;
        int limit = 0;
        std::optional<Result<store::Page>> page = std::nullopt;
    };

    qint64 revOf(ConversationId conversation) const
    {
        const ConversationRow *row = inbox.conversation(conversation);
        return row ? row->rev : 0;
    }
    void takeResync(const feed::Cursor &at)
    {
        cursor = at;
        ++m_resyncs;
    }
    bool deliver()
    {
        const QList<feed::Change> changes = std::exchange(m_queue, {});
        inbox.apply(changes);
        return !changes.isEmpty();
    }
    void readAgain()
    {
        deliver();
        ++m_openGeneration;
        ++m_listGeneration;
        inbox.beginResync();
        m_loading = true;
        ask({Job::List, m_listGeneration, {}, 0, {}, {}, std::max(listPage, static_cast<int>(inbox.order().size()))});
        if (!opened.isNull())
            open(opened);
    }
    void ask(Job job) { m_jobs.push_back(std::move(job)); }
    void takeList(const Job &job)
    {
        if (job.generation != m_listGeneration)
            return;
        const store::Page page = MUST(*job.page);
        inbox.applyConversationPage(page.changes, page.complete);
        m_hasList = true;
        m_loading = false;
    }
    void takeOpened(const Job &job)
    {
        if (*job.page) {
            inbox.applyMessagePage(job.conversation, (*job.page)->changes, (*job.page)->complete);
            return;
        }
        if (job.page->error().kind != ErrorKind::NotFound)
            qFatal("a page: %s", qPrintable(job.page->error().code));
        inbox.apply({feed::Gone{feed::Gone::Kind::Conversation, job.conversation.value, job.rev}});
        if (inbox.conversation(job.conversation))
            open(job.conversation);
    }

    QList<feed::Change> m_queue;
    std::deque<Job> m_jobs;
    int m_resyncs = 0;
    int m_listGeneration = 0;
    int m_openGeneration = 0;
    bool m_loading = false;
    bool m_hasList = false;
};

} // namespace conversure::relay::sight_test
