// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/TemplateListModel.h"

#include "domain/Clock.h"
#include "models/Texts.h"
#include "state/Inbox.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <tuple>

namespace conversure::models {

namespace {

constexpr qsizetype mostRecent = 20;

struct Word {
    const char *code;
    const char *text;
};

constexpr std::array categories{
    Word{"MARKETING", QT_TRANSLATE_NOOP("TemplateCategory", "Marketing")},
    Word{"UTILITY", QT_TRANSLATE_NOOP("TemplateCategory", "Utility")},
    Word{"AUTHENTICATION", QT_TRANSLATE_NOOP("TemplateCategory", "Authentication")},
};

constexpr std::array states{
    Word{"PENDING", QT_TRANSLATE_NOOP("TemplateStatus", "Waits for WhatsApp's approval")},
    Word{"REJECTED", QT_TRANSLATE_NOOP("TemplateStatus", "Rejected by WhatsApp")},
    Word{"PAUSED", QT_TRANSLATE_NOOP("TemplateStatus", "Paused by WhatsApp because of its quality")},
    Word{"DISABLED", QT_TRANSLATE_NOOP("TemplateStatus", "Disabled by WhatsApp")},
    Word{"IN_APPEAL", QT_TRANSLATE_NOOP("TemplateStatus", "Rejected; the appeal is not decided yet")},
    Word{"LIMIT_EXCEEDED", QT_TRANSLATE_NOOP("TemplateStatus", "The account has too many templates")},
    Word{"ARCHIVED", QT_TRANSLATE_NOOP("TemplateStatus", "Archived")},
    Word{"PENDING_DELETION", QT_TRANSLATE_NOOP("TemplateStatus", "Is being deleted")},
};

template <size_t N>
QString worded(const std::array<Word, N> &words, const char *context, const QString &code)
{
    for (const Word &word : words) {
        if (code == QLatin1StringView(word.code))
            return QCoreApplication::translate(context, word.text);
    }
    return {};
}

QString statusReason(const TemplateRow &row)
{
    const QString known = worded(states, "TemplateStatus", row.status);
    if (known.isEmpty())
        return QCoreApplication::translate("TemplateStatus", "Not approved (%1)").arg(row.status);
    const bool hasReason = !row.rejectedReason.isEmpty() && row.rejectedReason != QLatin1StringView("NONE");
    if (row.status != QLatin1StringView("REJECTED") || !hasReason)
        return known;
    return QCoreApplication::translate("TemplateStatus", "%1: %2")
        .arg(known, QString(row.rejectedReason).replace(u'_', u' ').toLower());
}

bool isMarketing(const TemplateRow &row)
{
    return row.category == QLatin1StringView("MARKETING");
}

/// What is filled in later is left open.
QString bodyLine(const TemplateRow &row)
{
    static const QRegularExpression variable(QStringLiteral("\\{\\{[^{}]*\\}\\}"));
    return render(row, {}).body.replace(variable, QStringLiteral("…")).simplified();
}

} // namespace

TemplateListModel::TemplateListModel(const state::Inbox &inbox, const Clock &clock, QObject *parent)
    : IdListModel(parent)
    , m_inbox(inbox)
    , m_clock(clock)
{
    connect(&inbox, &state::Inbox::applied, this, &TemplateListModel::follow);
    connect(&inbox, &state::Inbox::cleared, this, [this] {
        reset({});
        Q_EMIT changed();
    });
    reset(ordered());
}

TemplateListModel::~TemplateListModel() = default;

void TemplateListModel::setConversation(ConversationId id)
{
    m_conversation = id;
    reset(ordered());
    Q_EMIT changed();
}

void TemplateListModel::setFilter(const QString &filter)
{
    if (m_filter == filter)
        return;
    m_filter = filter;
    show(ordered());
}

void TemplateListModel::setRecent(const QList<TemplateId> &recent)
{
    if (m_recent == recent)
        return;
    m_recent = recent.mid(0, mostRecent);
    show(ordered());
    Q_EMIT recentChanged();
    Q_EMIT changed();
}

void TemplateListModel::noteUsed(TemplateId id)
{
    QList<TemplateId> recent = m_recent;
    recent.removeAll(id);
    recent.prepend(id);
    setRecent(recent);
}

QList<TemplateId> TemplateListModel::suggested(int most) const
{
    QList<TemplateRow> usable;
    for (const TemplateRow &row : m_inbox.templates()) {
        if (reasonFor(row).isEmpty())
            usable << row;
    }
    const QString language = leadLanguage();
    const auto place = [&](const TemplateRow &row) {
        const qsizetype used = m_recent.indexOf(row.id);
        return std::make_tuple(
            used < 0 ? mostRecent : used, !row.language.startsWith(language), row.name, row.language);
    };
    std::sort(
        usable.begin(), usable.end(), [&](const TemplateRow &a, const TemplateRow &b) { return place(a) < place(b); });
    QList<TemplateId> ids;
    for (const TemplateRow &row : usable.mid(0, most))
        ids << row.id;
    return ids;
}

bool TemplateListModel::isEmpty() const
{
    return m_inbox.templates().isEmpty();
}

bool TemplateListModel::isUsable(TemplateId id) const
{
    const TemplateRow *row = find(id);
    return row != nullptr && reasonFor(*row).isEmpty();
}

QString TemplateListModel::reason(TemplateId id) const
{
    const TemplateRow *row = find(id);
    return row == nullptr ? tr("This template is no longer there") : reasonFor(*row);
}

const TemplateRow *TemplateListModel::find(TemplateId id) const
{
    const auto found = m_inbox.templates().constFind(id);
    return found == m_inbox.templates().constEnd() ? nullptr : &*found;
}

QModelIndex TemplateListModel::indexOf(TemplateId id) const
{
    const int row = rowOf(id);
    return row < 0 ? QModelIndex() : index(row);
}

void TemplateListModel::refresh()
{
    const std::vector<TemplateId> before = shown();
    show(ordered());
    touch(presentOf(QSet<TemplateId>(before.begin(), before.end())));
    Q_EMIT changed();
}

QVariant TemplateListModel::data(const QModelIndex &index, int role) const
{
    if (!isRow(index))
        return {};
    const TemplateRow *row = find(idAt(index));
    if (row == nullptr)
        return {};
    switch (role) {
    case IdRole:
        return QVariant::fromValue(row->id);
    case Qt::DisplayRole:
    case NameRole:
        return row->name;
    case LanguageRole:
        return languageName(row->language);
    case CategoryRole: {
        const QString word = worded(categories, "TemplateCategory", row->category);
        return word.isEmpty() ? row->category : word;
    }
    case PreviewRole:
        return bodyLine(*row);
    case UsableRole:
        return reasonFor(*row).isEmpty();
    case ReasonRole:
        return reasonFor(*row);
    case Qt::AccessibleTextRole: {
        QStringList parts{row->name, data(index, LanguageRole).toString(), data(index, CategoryRole).toString(),
            reasonFor(*row), bodyLine(*row)};
        parts.removeAll(QString());
        return parts.join(QStringLiteral(", "));
    }
    default:
        return {};
    }
}

void TemplateListModel::follow(const state::Applied &what)
{
    if (!what.templates.isEmpty() || what.conversations.contains(m_conversation))
        refresh();
}

std::vector<TemplateId> TemplateListModel::ordered() const
{
    using Place = std::tuple<int, qsizetype, bool, QString, QString>;
    std::vector<std::pair<Place, TemplateId>> places;
    const QString language = leadLanguage();
    for (const TemplateRow &row : m_inbox.templates()) {
        if (row.status == QLatin1StringView("DELETED") || !matches(row))
            continue;
        const int rank = !isOfThisAccount(row) ? 2 : reasonFor(row).isEmpty() ? 0 : 1;
        const qsizetype used = rank == 0 ? m_recent.indexOf(row.id) : -1;
        places.emplace_back(
            Place{rank, used < 0 ? mostRecent : used, !row.language.startsWith(language), row.name, row.language},
            row.id);
    }
    std::sort(places.begin(), places.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    std::vector<TemplateId> ids;
    for (const auto &[place, id] : places)
        ids.push_back(id);
    return ids;
}

bool TemplateListModel::matches(const TemplateRow &row) const
{
    if (m_filter.isEmpty())
        return true;
    const QString category = worded(categories, "TemplateCategory", row.category);
    const QString name = QString(row.name).replace(u'_', u' ');
    const QString all = QStringList{row.name, name, row.language, languageName(row.language), row.category, category,
        render(row, {}).body}
                            .join(u'\n');
    const QStringList words = m_filter.split(u' ', Qt::SkipEmptyParts);
    return std::all_of(
        words.begin(), words.end(), [&](const QString &word) { return all.contains(word, Qt::CaseInsensitive); });
}

QString TemplateListModel::reasonFor(const TemplateRow &row) const
{
    if (!isOfThisAccount(row))
        return tr("Belongs to the account of another number");
    if (row.status != QLatin1StringView("APPROVED"))
        return statusReason(row);
    if (!isSendable(row))
        return tr("Has parts that cannot be filled in here");
    const ConversationRow *talk = conversation();
    const Microseconds now = m_clock.nowMs() * 1000 + m_ahead;
    if (isMarketing(row) && !talk->optedOut.isEmpty())
        return tr("Marketing, and this lead wants none");
    if (isMarketing(row) && talk->marketingAfter > now)
        return tr("Marketing has to wait until %1").arg(momentText(talk->marketingAfter, now));
    return {};
}

bool TemplateListModel::isOfThisAccount(const TemplateRow &row) const
{
    const ConversationRow *talk = conversation();
    return talk != nullptr && row.provider == talk->provider && row.accountId == talk->accountId;
}

QString TemplateListModel::leadLanguage() const
{
    const ConversationRow *talk = conversation();
    const LeadRow *lead = talk == nullptr ? nullptr : m_inbox.lead(talk->leadId);
    return lead == nullptr ? QString() : lead->language.left(2);
}

const ConversationRow *TemplateListModel::conversation() const
{
    return m_inbox.conversation(m_conversation);
}

} // namespace conversure::models
