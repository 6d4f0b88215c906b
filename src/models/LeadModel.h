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

/// The lead of the open conversation as the panel shows it: name and masked phone, then one row a field that is known.
class LeadModel : public IdListModel<int>
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

    QVariant data(const QModelIndex &index, int role) const override;

Q_SIGNALS:
    void headerChanged(); ///< isKnown(), name(), maskedPhone() or stage() changed.

private:
    struct Header {
        bool known = false;
        LeadId id;
        QString name;
        QString maskedPhone;
        QString stage;

        friend bool operator==(const Header &a, const Header &b) = default;
    };

    void follow(const state::Applied &what);
    void refresh();
    Header currentHeader() const;
    LeadRow currentLead() const; ///< Empty when nothing is known of the lead.

    const state::Inbox &m_inbox;
    ConversationId m_conversation;
    Header m_header;
    LeadRow m_lead; ///< What is shown now, to tell which fields change.
};

} // namespace conversure::models
