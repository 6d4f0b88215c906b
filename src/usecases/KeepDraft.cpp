// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/KeepDraft.h"

#include "domain/Clock.h"
#include "sending/JournalWorker.h"
#include "state/Inbox.h"

namespace conversure::usecases {

KeepDraft::KeepDraft(
    state::Inbox &inbox, sending::JournalWorker &journal, QObject &sends, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_inbox(inbox)
    , m_journal(journal)
    , m_sends(sends)
    , m_clock(clock)
{
}

void KeepDraft::run(ConversationId conversation, const QString &text)
{
    if (m_inbox.draft(conversation) == text)
        return;
    m_inbox.setDraft(conversation, text);
    const sending::Draft draft{conversation, text, m_clock.nowMs()};
    const auto save = [this, draft] {
        m_journal.run(
            this, [draft](sending::Journal &journal) { return journal.saveDraft(draft); },
            [this](const Result<void> &saved) {
                if (!saved)
                    Q_EMIT failed(saved.error());
            });
    };
    QMetaObject::invokeMethod(&m_sends, save, Qt::QueuedConnection);
}

void KeepDraft::restore()
{
    const auto take = [this, generation = m_generation](const Result<QList<sending::Draft>> &drafts) {
        if (generation != m_generation)
            return;
        if (!drafts) {
            Q_EMIT failed(drafts.error());
            return;
        }
        for (const sending::Draft &draft : *drafts) {
            m_inbox.setDraft(draft.conversation, draft.text);
            Q_EMIT restored(draft.conversation, draft.text);
        }
    };
    // Behind what was saved before.
    const auto read = [this, take] {
        m_journal.run(
            this, [](sending::Journal &journal) { return journal.drafts(); }, take);
    };
    QMetaObject::invokeMethod(&m_sends, read, Qt::QueuedConnection);
}

void KeepDraft::cancel()
{
    ++m_generation;
}

} // namespace conversure::usecases
