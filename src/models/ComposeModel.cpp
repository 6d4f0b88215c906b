// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/ComposeModel.h"

#include "domain/Clock.h"
#include "models/Texts.h"
#include "state/Inbox.h"

#include <QLocale>

#include <algorithm>
#include <utility>

namespace conversure::models {

namespace {

constexpr Microseconds second = 1'000'000;
constexpr Microseconds minute = 60 * second;
constexpr Microseconds hour = 60 * minute;
constexpr Microseconds soon = 4 * hour;

/// How long what durationText() says of \a left stays as it is.
Microseconds untilTextChanges(Microseconds left)
{
    const Microseconds step = left < minute ? second : left < 48 * hour ? minute : hour;
    return left % step + 1;
}

QString figures(const SendQuota &quota)
{
    return ComposeModel::tr("%1 of %2").arg(QLocale().toString(quota.used), QLocale().toString(quota.limit));
}

} // namespace

ComposeModel::ComposeModel(const state::Inbox &inbox, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_inbox(inbox)
    , m_clock(clock)
    , m_templates(inbox, clock)
{
    connect(&inbox, &state::Inbox::applied, this, &ComposeModel::follow);
    connect(&inbox, &state::Inbox::cleared, this, [this] {
        m_limits.reset();
        Q_EMIT changed();
    });
}

ComposeModel::~ComposeModel() = default;

void ComposeModel::setConversation(ConversationId id)
{
    m_conversation = id;
    m_limits.reset();
    m_templates.setConversation(id);
    m_marketingWaited = marketingWaits();
    Q_EMIT changed();
    wantLimits();
}

void ComposeModel::setWriter(const QString &name, const QString &company)
{
    m_writer = name;
    m_company = company;
}

ComposeModel::Window ComposeModel::window() const
{
    const ConversationRow *talk = row();
    if (talk == nullptr || !talk->hasWindow)
        return Window::None;
    const Microseconds left = talk->windowUntil - now();
    if (left <= 0)
        return Window::Closed;
    return left < soon ? Window::Closing : Window::Open;
}

QString ComposeModel::windowText() const
{
    if (window() != Window::Open && window() != Window::Closing)
        return {};
    // Rounded up to the second, so that "0 s" is never left; the rest rounds down.
    const Microseconds left = row()->windowUntil - now() + second - 1;
    return tr("%1 left to reply").arg(durationText(left / 1000));
}

QString ComposeModel::windowDetail() const
{
    if (windowText().isEmpty())
        return {};
    return tr("Free text goes until %1, 24 hours after the lead's last message. Then only templates do.")
        .arg(momentText(row()->windowUntil, now()));
}

QString ComposeModel::closedSentence() const
{
    if (window() != Window::Closed)
        return {};
    const Microseconds until = row()->windowUntil;
    if (until == 0)
        return tr("The lead has not written to this number yet");
    return tr("The service window closed at %1, %2 ago")
        .arg(momentText(until, now()), durationText((now() - until) / 1000));
}

QString ComposeModel::closedHint() const
{
    if (window() != Window::Closed)
        return {};
    return tr("WhatsApp takes only templates now. Free text goes again once the lead writes.");
}

void ComposeModel::setLimits(ConversationId conversation, const SendLimits &limits)
{
    if (limits.now != 0)
        m_ahead = limits.now - m_clock.nowMs() * 1000;
    m_templates.setAhead(m_ahead);
    if (conversation != m_conversation)
        return;
    m_limits = limits;
    Q_EMIT changed();
}

std::optional<ComposeModel::Tightest> ComposeModel::tightest() const
{
    if (!m_limits)
        return std::nullopt;
    const std::optional<SendQuota> &number = m_limits->number;
    const std::optional<SendQuota> &agent = m_limits->agent;
    if (agent && (!number || agent->left() < number->left()))
        return Tightest{*agent, false};
    return number ? std::optional(Tightest{*number, true}) : std::nullopt;
}

QString ComposeModel::quotaText() const
{
    const std::optional<Tightest> least = tightest();
    if (!least)
        return {};
    const QString used = figures(least->quota);
    return least->ofNumber ? tr("Number: %1 today").arg(used) : tr("You: %1 today").arg(used);
}

QString ComposeModel::quotaDetail() const
{
    if (!m_limits)
        return {};
    QStringList lines;
    const auto say = [&](const std::optional<SendQuota> &quota, const QString &sentence) {
        if (quota)
            lines << sentence.arg(figures(*quota), momentText(quota->freesAt, now()));
    };
    say(m_limits->number, tr("This number has sent %1 messages today; all are free again at %2."));
    say(m_limits->agent, tr("You have sent %1 messages today; all are free again at %2."));
    return lines.join(u'\n');
}

double ComposeModel::quotaShare() const
{
    const std::optional<Tightest> least = tightest();
    if (!least || least->quota.limit <= 0)
        return least ? 1 : 0;
    return std::min(1.0, static_cast<double>(least->quota.used) / static_cast<double>(least->quota.limit));
}

ComposeModel::Level ComposeModel::quotaLevel() const
{
    const std::optional<Tightest> least = tightest();
    if (!least)
        return Level::Fine;
    if (least->quota.left() == 0)
        return Level::Used;
    return least->quota.used * 10 >= least->quota.limit * 8 ? Level::Low : Level::Fine;
}

ComposeModel::Consent ComposeModel::consent() const
{
    const QString who = row() == nullptr ? QString() : row()->optedOut;
    if (who.isEmpty())
        return Consent::Given;
    if (who == QLatin1StringView("provider"))
        return Consent::Provider;
    return who == QLatin1StringView("word") ? Consent::Word : Consent::Admin;
}

QString ComposeModel::marketingText() const
{
    if (consent() != Consent::Given)
        return tr("No marketing");
    return marketingWaits() ? tr("No marketing until %1").arg(momentText(row()->marketingAfter, now())) : QString();
}

bool ComposeModel::marketingWaits() const
{
    return row() != nullptr && row()->marketingAfter > now();
}

QString ComposeModel::marketingDetail() const
{
    switch (consent()) {
    case Consent::Word:
        return tr("The lead wrote that marketing should stop. Answers and messages about business under way may go.");
    case Consent::Provider:
        return tr(
            "The lead stopped marketing from this number in WhatsApp, and only the lead can allow it again there. "
            "Answers and messages about business under way may go.");
    case Consent::Admin:
        return tr("Somebody here noted that the lead wants no marketing. Answers and messages about business under way "
                  "may go.");
    case Consent::Given:
        break;
    }
    return marketingText().isEmpty()
        ? QString()
        : tr("WhatsApp holds marketing to this person back for a while. Other messages go.");
}

QList<TemplateFact> ComposeModel::facts() const
{
    const LeadRow *lead = row() == nullptr ? nullptr : m_inbox.lead(row()->leadId);
    return templateFacts(lead == nullptr ? LeadRow() : *lead, m_writer, m_company);
}

qint64 ComposeModel::msToNextChange() const
{
    Microseconds next = -1;
    const Microseconds from = now();
    const auto consider = [&](Microseconds wait) {
        if (wait > 0 && (next < 0 || wait < next))
            next = wait;
    };
    if (const ConversationRow *talk = row()) {
        const Microseconds left = talk->windowUntil - from;
        if (talk->hasWindow && left > 0) {
            consider(left);
            consider(untilTextChanges(left + second - 1));
        } else if (talk->hasWindow && talk->windowUntil > 0) {
            const Microseconds step = minute;
            consider(step - (-left) % step);
        }
        consider(talk->marketingAfter - from);
    }
    if (m_limits && m_limits->number)
        consider(m_limits->number->freesAt - from);
    if (m_limits && m_limits->agent)
        consider(m_limits->agent->freesAt - from);
    return next < 0 ? -1 : (next + 999) / 1000;
}

void ComposeModel::tick()
{
    const auto isOver = [this](const std::optional<SendQuota> &quota) { return quota && quota->freesAt <= now(); };
    const bool newDay = m_limits && (isOver(m_limits->number) || isOver(m_limits->agent));
    if (newDay)
        m_limits.reset(); // until the store says what is left of the new day
    if (std::exchange(m_marketingWaited, marketingWaits()) != m_marketingWaited)
        m_templates.refresh();
    Q_EMIT changed();
    if (newDay)
        wantLimits();
}

void ComposeModel::refreshTexts()
{
    m_templates.refresh();
    Q_EMIT changed();
}

void ComposeModel::wantLimits()
{
    if (!m_conversation.isNull())
        Q_EMIT limitsWanted(m_conversation);
}

void ComposeModel::follow(const state::Applied &what)
{
    if (what.conversations.contains(m_conversation) || (row() != nullptr && what.leads.contains(row()->leadId))) {
        m_marketingWaited = marketingWaits();
        Q_EMIT changed();
    }
    const bool counts = std::any_of(what.accepted.begin(), what.accepted.end(), [](const feed::Change &change) {
        const auto *message = std::get_if<MessageRow>(&change);
        return message != nullptr && message->rev > 0 && message->direction == Direction::Outbound
            && (message->status == MessageStatus::Sending || message->status == MessageStatus::Failed);
    });
    if (counts)
        wantLimits();
}

Microseconds ComposeModel::now() const
{
    return m_clock.nowMs() * 1000 + m_ahead;
}

const ConversationRow *ComposeModel::row() const
{
    return m_inbox.conversation(m_conversation);
}

} // namespace conversure::models
