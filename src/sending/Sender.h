// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "sending/Delivery.h"
#include "sending/Pace.h"
#include "sending/Parts.h"
#include "sending/StoreCalls.h"
#include "sending/StoreDesk.h"

#include <QJsonObject>
#include <QList>
#include <QObject>
#include <QPointer>
#include <QSet>
#include <QTimer>

#include <memory>
#include <optional>

namespace conversure::sending {

/// The one way a message leaves a desktop: the journal, then a Delivery. One message in flight per conversation, in the
/// order typed; conversations beside each other. Where a provider has asked for less, those that wait keep waiting.
///
/// Belongs to one thread with an event loop, that of the transport; other threads call through
/// QMetaObject::invokeMethod. May be deleted at any time on its thread: what is on its way is in the journal, and
/// resume() of the next Sender takes it up. Nothing is sent twice, whenever the process ends.
class Sender final : public QObject
{
    Q_OBJECT

public:
    explicit Sender(Parts parts, QObject *parent = nullptr);
    ~Sender() override;

    /// Both before the first send.
    void setTiming(const Timing &timing);
    void setFaultHook(FaultHook hook);

public Q_SLOTS:
    /// Journals the text, then sends it. The same message twice is one message. Texts wait in the journal until the
    /// first resume().
    void send(const conversure::sending::QueuedText &text);

    /// Another try of a message that the store has: one that failed, or with content {"type":"AGAIN","resend":true}
    /// also one of which nobody knows, when a person wants it. The store takes what the message had; the text is for
    /// whoever has to be asked.
    void retry(const conversure::sending::QueuedText &text);

    /// Compares the journal with the store and takes up what can go on. To be called after sign-in, once the journal is
    /// open and the numbers are set, and whenever the store can be reached again.
    void resume();

    /// The answers to olderQueued().
    void sendOlder(const QList<conversure::MessageId> &messages);
    void discard(const QList<conversure::MessageId> &messages);

    void setNumbers(const QHash<conversure::NumberId, conversure::sending::SendingNumber> &numbers);

    /// The session is over: nothing of it stays here, so that nothing of it becomes the next user's. The journal has
    /// all that is unfinished. Before another journal is opened.
    void leave();

Q_SIGNALS:
    /// A message as the store knows it now, in the words of the feed: {"kind":"message", …}.
    void changed(const QJsonObject &change);

    /// Not sent and not kept: the text belongs back in the composer, and is the conversation's draft already, unless
    /// the journal cannot be written. It is empty where the message stays in the conversation (another try, or one that
    /// failed after the store had it): giving the text back would invite to send it twice.
    void refused(conversure::MessageId message, conversure::ConversationId conversation, const QString &text,
        const conversure::Error &error);
    /// The same of a template that is not kept: {"type":"TEMPLATE","template_id","values"} belongs back to where it was
    /// filled in.
    void templateRefused(conversure::MessageId message, conversure::ConversationId conversation,
        const QJsonObject &content, const conversure::Error &error);

    /// The store no longer knows this session. What was typed stays in the journal.
    void signedOut();

    /// Unsent texts too old to be sent without asking; each is told once. They hold nothing up while they wait.
    void olderQueued(const QList<conversure::sending::QueuedText> &texts);

private:
    struct Lane {
        QList<std::pair<JournalSend, Delivery::Start>> waiting;
        QPointer<Delivery> current;
        bool paused = false; ///< A timer will look at it again.
    };

    /// Why new texts are not sent at once. Nothing of a lane stays in memory then: the journal has it, in order.
    enum class Stall {
        None,
        Store, ///< The store could not be reached; tried again after a while, and with every new text.
        NotBegun, ///< Until resume() is called: the journal is not open yet.
        SignedOut, ///< Likewise.
    };

    template <class Done>
    auto guarded(Done done);
    const Mailbox &mailbox();
    void mark(const char *step) const;
    void journalTyped(const QueuedText &text, Result<void> (Journal::*add)(const JournalSend &));
    void onTyped(const JournalSend &send, const Result<void> &written);
    void onSends(const Result<QList<JournalSend>> &sends);
    void onStates(const QList<JournalSend> &sends, const Result<QList<SendState>> &states);
    void endResume();
    void resumeOne(const JournalSend &send, const SendState *known);
    void resumeUnreserved(const JournalSend &send);
    bool mustAsk(const JournalSend &send) const;
    void tellOlder();
    void forget(const JournalSend &send);
    void enqueue(const JournalSend &send, Delivery::Start start);
    void pump(ConversationId conversation);
    void pause(ConversationId conversation, qint64 ms);
    void begin(ConversationId conversation, const JournalSend &send, Delivery::Start start);
    Delivery *newDelivery(const JournalSend &send, Delivery::Start start);
    void onRefused(const JournalSend &send, const Error &error, bool isInStore);
    void onFinished(ConversationId conversation, MessageId message, Delivery::Outcome outcome);
    void emptyLane(ConversationId conversation);
    void stall(Stall why);
    bool waitsForResume() const;

    Parts m_parts;
    Timing m_timing;
    FaultHook m_hook;
    IdSource m_ids;
    Mailbox m_mailbox; ///< Receives from the workers; outlives this while a task still names it.
    QHash<NumberId, SendingNumber> m_numbers;
    QHash<ConversationId, NumberId> m_numberOf; ///< Of conversations that were written to.
    Pace m_pace;
    QHash<ConversationId, Lane> m_lanes;
    QSet<MessageId> m_active; ///< In a lane, or being journalled.
    QSet<MessageId> m_asked;
    QSet<MessageId> m_approved;
    QList<QueuedText> m_older; ///< Found by the resume under way.
    Stall m_stall = Stall::NotBegun;
    bool m_resuming = false;
    bool m_resumeAgain = false;
    int m_stalls = 0; ///< In a row; the back-off grows with it.
    QTimer m_retryTimer;
    int m_session = 0; ///< What was asked in an earlier one is not answered any more.
};

} // namespace conversure::sending
