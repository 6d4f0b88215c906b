// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"

#include <QAbstractListModel>

#include <vector>

namespace conversure::state {
class Inbox;
struct Applied;
}

namespace conversure::models {

/// The lead of the open conversation as the panel shows it: name and masked phone, then one row a field that is known.
class LeadModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        LabelRole = Qt::UserRole + 1, ///< QString, translated
        ValueRole, ///< QString
        IsReferenceRole, ///< bool: digits or a code, shown left-to-right in any language
    };

    explicit LeadModel(const state::Inbox &inbox, QObject *parent = nullptr);
    ~LeadModel() override;

    void setConversation(ConversationId id);

    bool isKnown() const;
    LeadId leadId() const;
    QString name() const;
    QString maskedPhone() const;
    QString stage() const; ///< Translated lead status.

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

Q_SIGNALS:
    void headerChanged(); ///< isKnown(), name(), maskedPhone() or stage() changed.

private:
    const state::Inbox &m_inbox;
    ConversationId m_conversation;
};

} // namespace conversure::models
