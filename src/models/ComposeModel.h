// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/SendLimits.h"
#include "models/TemplateFill.h"
#include "models/TemplateListModel.h"

#include <QObject>

#include <optional>

namespace conversure {
class Clock;
}

namespace conversure::state {
class Inbox;
struct Applied;
} // namespace conversure::state

namespace conversure::models {

/// What whoever writes in the open conversation must know: how long free text goes, what is left of today, whether the
/// lead wants marketing, and the templates. Time is the store's, whose clock may differ from this computer's. Whoever
/// shows it calls tick() when msToNextChange() are over. GUI thread.
class ComposeModel : public QObject
{
    Q_OBJECT

public:
    enum class Window {
        None, ///< The provider has no service window.
        Open,
        Closing, ///< Less than four hours.
        Closed,
    };
    enum class Level { Fine, Low, Used };
    enum class Consent { Given, Word, Provider, Admin };

    /// \a inbox and \a clock must outlive the model.
    ComposeModel(const state::Inbox &inbox, const Clock &clock, QObject *parent = nullptr);
    ~ComposeModel() override;

    void setConversation(ConversationId id);
    ConversationId conversation() const { return m_conversation; }
    /// Who writes, for fields of templates.
    void setWriter(const QString &name, const QString &company);

    // --- the service window ---

    Window window() const;
    QString windowText() const; ///< "3 h 12 min left to reply"; empty unless open.
    QString windowDetail() const; ///< When exactly it closes.
    QString closedSentence() const; ///< Since when it is closed; empty unless it is.
    QString closedHint() const; ///< What helps then.

    // --- quotas: the tightest one ---

    /// \a limits are of \a conversation; those of another one are not shown.
    void setLimits(ConversationId conversation, const SendLimits &limits);
    QString quotaText() const; ///< "Number: 12 of 20 today"; empty while nothing is known or limited.
    QString quotaDetail() const; ///< All of them, and when they free.
    double quotaShare() const; ///< How much is used, 0 to 1.
    Level quotaLevel() const;

    // --- marketing ---

    Consent consent() const;
    QString marketingText() const; ///< "No marketing"; empty while it may go.
    QString marketingDetail() const;

    TemplateListModel &templates() { return m_templates; }
    /// What fields of a template can be filled with, from the lead and who writes.
    QList<TemplateFact> facts() const;

    /// How long everything stays as it is; −1: for as long as nothing happens.
    qint64 msToNextChange() const;
    void tick();
    void refreshTexts(); ///< The language changed.
    /// The figures of today may be old: asks for them.
    void wantLimits();

Q_SIGNALS:
    void changed();
    void limitsWanted(conversure::ConversationId conversation);

private:
    struct Tightest {
        SendQuota quota;
        bool ofNumber = true;
    };

    void follow(const state::Applied &what);
    Microseconds now() const;
    const ConversationRow *row() const;
    std::optional<Tightest> tightest() const;
    bool marketingWaits() const;

    const state::Inbox &m_inbox;
    const Clock &m_clock;
    TemplateListModel m_templates;
    ConversationId m_conversation;
    QString m_writer;
    QString m_company;
    std::optional<SendLimits> m_limits;
    bool m_marketingWaited = false;
    Microseconds m_ahead = 0; ///< How far the store's clock is ahead of this computer's.
};

} // namespace conversure::models
