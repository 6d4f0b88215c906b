// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Result.h"
#include "sending/FolderLock.h"

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QVariant>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace conversure::sending {

/// How far a message has come on this computer. The journal is the truth only for what nobody else can know.
enum class JournalState {
    Typed, ///< The store may not know of it.
    Reserved, ///< The store has counted it; no byte has gone to the provider.
    Posting, ///< Bytes may have gone to the provider: never sent again by itself.
    Answered, ///< The provider has answered; the store may not know what.
};

QString toText(JournalState state);

/// A message on its way.
struct JournalSend {
    MessageId message;
    ConversationId conversation;
    AttemptId attempt;
    QString leaseSecret; ///< Proves to the store that the attempt is ours. Never logged.
    QString text;
    qint64 typedAt = 0; ///< Milliseconds since 1970, by this computer's clock.
    JournalState state = JournalState::Typed;
    QJsonObject answer; ///< For Answered.
    QJsonObject content = {}; ///< What api.reserve_send takes; empty: a TEXT of `text`.
};

/// Whether it is what somebody typed, and not a template or another try.
bool isText(const JournalSend &send);

struct Draft {
    ConversationId conversation;
    QString text;
    qint64 updatedAt = 0; ///< Milliseconds since 1970.
};

/// One user's unsent text and unfinished sends on this computer: SQLite, every change on the disk when its call
/// returns.
///
/// Belongs to the thread that opened it, up to its destruction (see JournalWorker). Errors: kind Unavailable with code
/// "journal:busy" (another process has the folder), "journal:open" (folder or file cannot be used), "journal:write";
/// Refused "journal:exists"; NotFound "journal:gone".
class Journal
{
public:
    /// Opens `journal-<user>.sqlite` in \a folder, which is made if need be (0700; the file 0600) and locked against
    /// other processes. A file that is damaged is moved aside and a new one begun: see movedAside().
    static Result<std::unique_ptr<Journal>> open(const QString &folder, UserId user);
    ~Journal();
    Journal(const Journal &) = delete;
    Journal &operator=(const Journal &) = delete;

    /// Where the damaged former file lies now, if there was one.
    const std::optional<QString> &movedAside() const { return m_movedAside; }

    /// A message as it was typed; its state is ignored. A text was its conversation's draft until now, and is it no
    /// more. Refused when the message is in the journal already.
    Result<void> add(const JournalSend &send);
    /// The same for another try of a message: takes the place of a former try that was left in Posting.
    Result<void> addAgain(const JournalSend &send);
    Result<void> setState(AttemptId attempt, JournalState state);
    /// Moves to Answered.
    Result<void> setAnswer(AttemptId attempt, const QJsonObject &answer);
    /// By attempt, so that another try of the same message stays. Not an error when it is gone already.
    Result<void> remove(AttemptId attempt);
    /// Forgets a message and makes its text its conversation's draft, before what the draft is.
    Result<void> giveBack(const JournalSend &send, qint64 atMs);
    /// Forgets a message that was typed and never left this computer.
    Result<void> removeTyped(MessageId message);
    /// In the order typed.
    Result<QList<JournalSend>> sends();

    /// An empty text removes the draft.
    Result<void> saveDraft(const Draft &draft);
    Result<QList<Draft>> drafts();

private:
    using Value = std::pair<QString, QVariant>;

    Journal(QString connection, std::unique_ptr<FolderLock> lock);
    Result<void> begin(const QString &file);
    Result<void> beginAnew(const QString &file);
    Result<int> change(const QString &statement, const QList<Value> &values);
    Result<void> insert(const JournalSend &send);
    Result<void> atOnce(const std::function<Result<void>()> &changes);

    QString m_connection; ///< The name: a QSqlDatabase must not be kept.
    std::unique_ptr<FolderLock> m_lock;
    std::optional<QString> m_movedAside;
};

} // namespace conversure::sending
