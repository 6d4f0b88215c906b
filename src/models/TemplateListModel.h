// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Template.h"
#include "models/IdListModel.h"

#include <QList>

#include <vector>

namespace conversure {
class Clock;
struct ConversationRow;
} // namespace conversure

namespace conversure::state {
class Inbox;
struct Applied;
} // namespace conversure::state

namespace conversure::models {

/// The templates as the open conversation sees them: those that can go to it first, lately used ones on top, then those
/// that cannot, each with its reason. GUI thread.
class TemplateListModel : public IdListModel<TemplateId>
{
    Q_OBJECT

public:
    enum Role {
        IdRole = Qt::UserRole + 1, ///< TemplateId
        NameRole, ///< QString, as the provider knows it
        LanguageRole, ///< QString, in its own words
        CategoryRole, ///< QString, translated
        PreviewRole, ///< QString, the body in one line
        UsableRole, ///< bool: can go to this conversation now
        ReasonRole, ///< QString: why it cannot; empty for a usable one
    };

    /// \a inbox and \a clock must outlive the model.
    TemplateListModel(const state::Inbox &inbox, const Clock &clock, QObject *parent = nullptr);
    ~TemplateListModel() override;

    void setConversation(ConversationId id);
    /// Shows what has every word of it in name, language, category or text.
    void setFilter(const QString &filter);
    QString filter() const { return m_filter; }

    /// Lately used ones, the last one first.
    void setRecent(const QList<TemplateId> &recent);
    const QList<TemplateId> &recent() const { return m_recent; }
    void noteUsed(TemplateId id);

    /// The first usable ones, whatever the filter is.
    QList<TemplateId> suggested(int most) const;
    bool isEmpty() const; ///< No template is known at all.
    bool isUsable(TemplateId id) const;
    QString reason(TemplateId id) const;
    const TemplateRow *find(TemplateId id) const; ///< Null when unknown. Valid until the next change.
    QModelIndex indexOf(TemplateId id) const;

    /// How far the store's clock, which decides, is ahead of this computer's, in microseconds.
    void setAhead(qint64 ahead) { m_ahead = ahead; }
    /// Time has passed: marketing that had to wait may go now. Or the language changed.
    void refresh();

    /// Also answers Qt::DisplayRole (the name) and Qt::AccessibleTextRole: all of a row in one sentence.
    QVariant data(const QModelIndex &index, int role) const override;

Q_SIGNALS:
    void recentChanged();
    /// A template or what is said of it changed, or which there are.
    void changed();

private:
    void follow(const state::Applied &what);
    std::vector<TemplateId> ordered() const;
    bool matches(const TemplateRow &row) const;
    QString reasonFor(const TemplateRow &row) const;
    bool isOfThisAccount(const TemplateRow &row) const;
    QString leadLanguage() const;
    const ConversationRow *conversation() const;

    const state::Inbox &m_inbox;
    const Clock &m_clock;
    ConversationId m_conversation;
    QString m_filter;
    qint64 m_ahead = 0;
    QList<TemplateId> m_recent;
};

} // namespace conversure::models
