// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Rows.h"
#include "models/IdListModel.h"

#include <vector>

namespace conversure {
class Clock;
}

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
        ErrorSentenceRole, ///< QString: what is wrong with it, with a next step; empty for most
        CanRetryRole, ///< bool: it has failed, and sending it again may help by now
        CanResendRole, ///< bool: nobody knows whether it was sent, and this user may send it again nevertheless
        CanSayNotSentRole, ///< bool: likewise, and this user may say that it was not
        NextStepRole, ///< int(NextStep): what helps when it has failed; invalid for others
        TemplateRole, ///< QString: the name of the template it was made of; empty for none
        HeaderLengthRole, ///< int: so many characters of the text are the template's heading
        FooterLengthRole, ///< int: so many at the end are its footer
        RevisionRole, ///< qint64; changes whenever anything painted changes
    };

    /// \a inbox and \a clock must outlive the model.
    MessageListModel(const state::Inbox &inbox, const Clock &clock, QObject *parent = nullptr);
    ~MessageListModel() override;

    /// Who looks: only what one has written can be sent again; an admin may say of any message that it was not sent.
    void setReader(UserId reader, bool isAdmin);
    /// Time has passed: what had to wait may be tried again now.
    void refreshWaits();

    /// Invalid when it is not shown.
    QModelIndex indexOf(MessageId id) const;

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

    /// How many characters at the beginning and at the end of a text are the heading and the footer.
    struct TemplateParts {
        int header = 0;
        int footer = 0;
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
    QString errorSentence(const MessageRow &row) const;
    bool mayRetry(const MessageRow &row) const;
    bool isMine(const MessageRow &row) const;
    bool mayResend(const MessageRow &row) const;
    bool maySayNotSent(const MessageRow &row) const;
    qint64 revision(const MessageRow &row) const;
    TemplateParts templateParts(const MessageRow &row) const;

    const state::Inbox &m_inbox;
    const Clock &m_clock;
    UserId m_reader;
    bool m_isAdmin = false;
    ConversationId m_conversation;
    LoadState m_loadState;
    QString m_leadName;
    bool m_inSight = false; ///< Its row or its messages are known.
};

/// The word that stands for a status in accessible texts and tool tips, translated.
QString statusWord(MessageStatus status);

} // namespace conversure::models
