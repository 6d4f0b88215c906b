// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
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

/// The conversation list: a projection of the Inbox's window, in its order. GUI thread.
class ConversationListModel : public IdListModel<ConversationId>
{
    Q_OBJECT

public:
    enum Role {
        IdRole = Qt::UserRole + 1, ///< ConversationId
        LeadIdRole, ///< LeadId, for the avatar's hue
        LeadNameRole, ///< QString
        PreviewRole, ///< QString, one line; for kinds without text a translated word ("Photo")
        TimeRole, ///< qint64, microseconds since 1970 UTC
        TimeTextRole, ///< QString as the list shows it: "10:42" today, weekday within a week, then date
        UnreadRole, ///< qint64
        DirectionRole, ///< int(Direction)
        StatusRole, ///< int(MessageStatus) of the last message
        DraftRole, ///< QString, empty when there is none
        NumberLabelRole, ///< QString: which of our numbers
        NumberIdRole, ///< NumberId, for the colour bar
        AssigneeRole, ///< QString text of the UserId; empty when unassigned
        WindowClosesAtRole, ///< qint64 microseconds, when the service window closes; 0: it has none, or the lead never
                            ///< wrote
        RevisionRole, ///< qint64; changes whenever anything painted changes
    };

    /// \a inbox and \a clock must outlive the model.
    ConversationListModel(const state::Inbox &inbox, const Clock &clock, QObject *parent = nullptr);
    ~ConversationListModel() override;

    /// Also answers Qt::DisplayRole (the lead's name) and Qt::AccessibleTextRole: "<lead's name>, N unread, …".
    QVariant data(const QModelIndex &index, int role) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

    /// Invalid when the conversation is not in the list.
    QModelIndex indexOf(ConversationId id) const;

    /// While held, rows change their content but keep their places, so that nothing moves under the pointer; new
    /// conversations wait. Letting go applies the order in one step.
    void setOrderHeld(bool held);
    bool isOrderHeld() const { return m_held; }

    /// The times as texts may read differently now: at midnight, and when the language changed.
    void refreshTexts();

Q_SIGNALS:
    /// The view has come near the end of what is loaded.
    void moreWanted();

private:
    void follow(const state::Applied &what);
    void showOrder();
    std::vector<ConversationId> heldOrder() const;
    QString accessibleText(ConversationId id) const;
    qint64 revision(ConversationId id) const;

    const state::Inbox &m_inbox;
    const Clock &m_clock;
    bool m_held = false;
};

} // namespace conversure::models
