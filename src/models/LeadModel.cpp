// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/LeadModel.h"

#include "models/Texts.h"
#include "state/Inbox.h"

#include <QCoreApplication>

#include <array>

namespace conversure::models {

namespace {

struct Field {
    const char *label;
    QString LeadRow::*value;
    bool isReference;
};

/// In the order of the panel; a row's id is its place in this table.
constexpr std::array fields{
    Field{QT_TRANSLATE_NOOP("LeadField", "Budget"), &LeadRow::budget, true},
    Field{QT_TRANSLATE_NOOP("LeadField", "Property type"), &LeadRow::propertyType, false},
    Field{QT_TRANSLATE_NOOP("LeadField", "Location"), &LeadRow::location, false},
    Field{QT_TRANSLATE_NOOP("LeadField", "Bedrooms"), &LeadRow::bedrooms, true},
    Field{QT_TRANSLATE_NOOP("LeadField", "Language"), &LeadRow::language, false},
    Field{QT_TRANSLATE_NOOP("LeadField", "Source"), &LeadRow::source, false},
};

struct Stage {
    const char *status;
    const char *word;
};

constexpr std::array stages{
    Stage{"NEW", QT_TRANSLATE_NOOP("LeadStage", "New")},
    Stage{"HOT", QT_TRANSLATE_NOOP("LeadStage", "Hot")},
    Stage{"WARM", QT_TRANSLATE_NOOP("LeadStage", "Warm")},
    Stage{"COLD", QT_TRANSLATE_NOOP("LeadStage", "Cold")},
    Stage{"FOLLOW_UP", QT_TRANSLATE_NOOP("LeadStage", "Follow up")},
    Stage{"VIEWING_SCHEDULED", QT_TRANSLATE_NOOP("LeadStage", "Viewing scheduled")},
    Stage{"OFFER_MADE", QT_TRANSLATE_NOOP("LeadStage", "Offer made")},
    Stage{"CLOSED_WON", QT_TRANSLATE_NOOP("LeadStage", "Closed, won")},
    Stage{"CLOSED_LOST", QT_TRANSLATE_NOOP("LeadStage", "Closed, lost")},
};

const Field &fieldOf(int id)
{
    return fields.at(static_cast<size_t>(id));
}

QString stageWord(const QString &status)
{
    for (const Stage &stage : stages) {
        if (status == QLatin1StringView(stage.status))
            return QCoreApplication::translate("LeadStage", stage.word);
    }
    return status;
}

QString valueText(const LeadRow &lead, const Field &field)
{
    const QString &value = lead.*field.value;
    return field.value == &LeadRow::language ? languageName(value) : value;
}

std::vector<int> knownFields(const LeadRow &lead)
{
    std::vector<int> known;
    for (int id = 0; id < static_cast<int>(fields.size()); ++id) {
        if (!(lead.*fieldOf(id).value).isEmpty())
            known.push_back(id);
    }
    return known;
}

QSet<int> changedFields(const LeadRow &before, const LeadRow &after)
{
    QSet<int> changed;
    for (int id = 0; id < static_cast<int>(fields.size()); ++id) {
        if (before.*fieldOf(id).value != after.*fieldOf(id).value)
            changed.insert(id);
    }
    return changed;
}

} // namespace

LeadModel::LeadModel(const state::Inbox &inbox, QObject *parent)
    : IdListModel(parent)
    , m_inbox(inbox)
{
    connect(&inbox, &state::Inbox::applied, this, &LeadModel::follow);
    connect(&inbox, &state::Inbox::cleared, this, &LeadModel::refresh);
}

LeadModel::~LeadModel() = default;

void LeadModel::setConversation(ConversationId id)
{
    m_conversation = id;
    m_lead = currentLead();
    reset(knownFields(m_lead));
    refresh();
}

bool LeadModel::isKnown() const
{
    return m_header.known;
}

LeadId LeadModel::leadId() const
{
    return m_header.id;
}

QString LeadModel::name() const
{
    return m_header.name;
}

QString LeadModel::maskedPhone() const
{
    return m_header.maskedPhone;
}

QString LeadModel::stage() const
{
    return m_header.stage;
}

QVariant LeadModel::data(const QModelIndex &index, int role) const
{
    if (!isRow(index))
        return {};
    const Field &field = fieldOf(idAt(index));
    const QString label = QCoreApplication::translate("LeadField", field.label);
    switch (role) {
    case LabelRole:
        return label;
    case Qt::DisplayRole:
    case ValueRole:
        return valueText(m_lead, field);
    case IsReferenceRole:
        return field.isReference;
    case Qt::AccessibleTextRole:
        return tr("%1: %2").arg(label, valueText(m_lead, field));
    default:
        return {};
    }
}

void LeadModel::follow(const state::Applied &what)
{
    // The lead of the conversation may itself have become another one, so the id is asked for again.
    if (what.conversations.contains(m_conversation) || what.leads.contains(currentHeader().id)
        || what.leads.contains(m_header.id))
        refresh();
}

void LeadModel::refresh()
{
    const LeadRow before = std::exchange(m_lead, currentLead());
    const QSet<int> changed = presentOf(changedFields(before, m_lead));
    show(knownFields(m_lead));
    touch(changed);
    const Header old = std::exchange(m_header, currentHeader());
    if (old != m_header)
        Q_EMIT headerChanged();
}

LeadModel::Header LeadModel::currentHeader() const
{
    const ConversationRow *conversation = m_inbox.conversation(m_conversation);
    if (conversation == nullptr)
        return {};
    const LeadRow *lead = m_inbox.lead(conversation->leadId);
    if (lead == nullptr)
        return {false, conversation->leadId, conversation->leadName, {}, {}};
    const QString name = lead->name.isEmpty() ? conversation->leadName : lead->name;
    return {true, lead->id, name, lead->maskedPhone, stageWord(lead->status)};
}

LeadRow LeadModel::currentLead() const
{
    const ConversationRow *conversation = m_inbox.conversation(m_conversation);
    const LeadRow *lead = conversation == nullptr ? nullptr : m_inbox.lead(conversation->leadId);
    return lead == nullptr ? LeadRow() : *lead;
}

} // namespace conversure::models
