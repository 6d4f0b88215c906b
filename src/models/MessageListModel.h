// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Rows.h"
#include "models/IdListModel.h"

#include <vector>

namespace conversure::state {
class Inbox;
struct Applied;
} // namespace conversure::state

namespace conversure::models {

/// The messages of the open conversation, oldest first: a projection of the Inbox's window. GUI thread.
/// Growing at the top is reported as rows inserted at 0, growing at the end as rows inserted at the end; a status
/// change is one dataChanged.
class MessageListModel : public IdListModel<MessageId>
{
    Q_OBJECT

public:
    enum Role {
        IdRole = Qt::UserRole + 1, ///< MessageId
        TextRole, ///< QString to show; for Unsupported a translated sentence with what it was
        DirectionRole, ///< int(Direction)
        StatusRole, ///< int(MessageStatus)
        ContentTypeRole, ///< int(ContentType)
        SortAtRole, ///< qint64 microseconds since 1970 UTC
        AuthorNameRole, ///< QString; empty for inbound
        ErrorSentenceRole, ///< QString: translated sentence with a next step; empty unless Failed or Unconfirmed
        CanRetryRole, ///< bool
        RevisionRole, ///< qint64; changes whenever anything painted changes
    };

    explicit MessageListModel(const state::Inbox &inbox, QObject *parent = nullptr);
    ~MessageListModel() override;

    /// Binds the model to a conversation (null: none) and resets it.
    void setConversation(ConversationId id);
    ConversationId conversation() const { return m_conversation; }
    bool isLoaded() const; ///< At least one page has arrived; false: show a skeleton.
    bool reachedStart() const;
    QString leadName() const; ///< Who writes the inbound ones.

    /// Qt::AccessibleTextRole: sender, text, time; for outbound it ends with the status word
    /// ("queued", "sending", "unconfirmed", "sent", "delivered", "read", "failed").
    QVariant data(const QModelIndex &index, int role) const override;

Q_SIGNALS:
    /// isLoaded() or reachedStart() changed.
    void loadStateChanged();
    void leadNameChanged();
    /// The conversation has left this user's sight.
    void conversationGone();

private:
    struct LoadState {
        bool loaded = false;
        bool reachedStart = false;

        friend bool operator==(const LoadState &a, const LoadState &b) = default;
    };

    void follow(const state::Applied &what);
    void showMessages(const state::Applied &what);
    void clear();
    std::vector<MessageId> currentIds() const;
    LoadState currentLoadState() const { return {isLoaded(), reachedStart()}; }
    void noteLoadState();
    void noteLeadName();
    void noteSight();
    QString accessibleText(const MessageRow &row) const;

    const state::Inbox &m_inbox;
    ConversationId m_conversation;
    LoadState m_loadState;
    QString m_leadName;
    bool m_inSight = false; ///< Its row or its messages are known.
};

/// The word that stands for a status in accessible texts and tool tips, translated.
QString statusWord(MessageStatus status);

/// What happened and what to do next, for a failed or unconfirmed message, from its code ("CV010", "meta:131047", …)
/// and figures. Never empty; unknown codes get a general sentence that names the code.
QString sendErrorSentence(const QString &code, const QJsonObject &detail);

} // namespace conversure::models
