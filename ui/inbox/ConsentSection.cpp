// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/ConsentSection.h"

#include "models/ComposeModel.h"
#include "ui/widgets/ConfirmBar.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/FormField.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/StatusNote.h"
#include "ui/widgets/Theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace conversure::ui {

namespace {

using Model = models::ComposeModel;

constexpr int longestRemark = 2000;

} // namespace

ConsentSection::ConsentSection(models::ComposeModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_state(new StatusNote(IconName::Ban, this))
    , m_detail(new InkLabel(Ink::Muted, this))
    , m_change(new QPushButton(this))
    , m_remark(new QLineEdit)
    , m_question(new ConfirmBar(this))
{
    m_detail->setWordWrap(true);
    m_detail->setFont(ui::font(TextRole::Preview));
    m_change->setAutoDefault(false);
    m_remark->setMaxLength(longestRemark);
    m_reason = new FormField(m_remark, this);
    m_reason->hide();
    auto *state = new QHBoxLayout;
    state->addWidget(m_state);
    state->addStretch();
    auto *change = new QHBoxLayout;
    change->addWidget(m_change);
    change->addStretch();
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(measure::unit);
    rows->addLayout(state);
    rows->addWidget(m_detail);
    rows->addWidget(m_reason);
    rows->addWidget(m_question);
    rows->addLayout(change);
    connect(m_change, &QPushButton::clicked, this, &ConsentSection::ask);
    connect(m_remark, &QLineEdit::textChanged, this,
        [this] { m_question->setReady(!m_asksToLift || !m_remark->text().trimmed().isEmpty()); });
    connect(m_question, &ConfirmBar::confirmed, this, &ConsentSection::answer);
    connect(m_question, &ConfirmBar::declined, this, [this] {
        endAsking();
        m_change->setFocus(Qt::OtherFocusReason);
    });
    connect(&model, &Model::changed, this, &ConsentSection::showModel);
    showModel();
}

bool ConsentSection::isOut() const
{
    return m_model.consent() != Model::Consent::Given;
}

void ConsentSection::showModel()
{
    // What was asked may be answered by somebody else meanwhile.
    if (m_question->isAsking() && m_askedAbout != static_cast<int>(m_model.consent())) {
        endAsking();
        return;
    }
    m_state->setNote(m_model.marketingText(), isOut() ? StatusNote::Tone::Warning : StatusNote::Tone::Quiet, {});
    m_detail->setText(m_model.marketingDetail());
    m_detail->setVisible(!m_detail->text().isEmpty());
    m_change->setText(isOut() ? tr("Allow marketing again…") : tr("Stop marketing…"));
    m_change->setVisible(!m_question->isAsking() && m_model.consent() != Model::Consent::Provider);
}

void ConsentSection::ask()
{
    m_asksToLift = isOut();
    m_askedAbout = static_cast<int>(m_model.consent());
    m_change->hide();
    m_remark->clear();
    m_reason->setLabel(m_asksToLift ? tr("Why") : tr("Remark"));
    m_reason->setHint(tr("Is kept in the record with your name"));
    m_reason->show();
    if (m_asksToLift)
        m_question->ask(tr("Send this lead marketing again? Only if the lead asked for it."), tr("Allow marketing"));
    else
        m_question->ask(
            tr("Send this lead no more marketing, from any number? Answers still go."), tr("Stop marketing"));
    m_question->setReady(!m_asksToLift);
    m_remark->setFocus(Qt::OtherFocusReason);
}

void ConsentSection::answer()
{
    const QString remark = m_remark->text().trimmed();
    const bool lifts = m_asksToLift;
    endAsking();
    if (lifts)
        Q_EMIT liftRequested(remark);
    else
        Q_EMIT optOutRequested(remark);
}

void ConsentSection::endAsking()
{
    m_question->dismiss();
    m_reason->hide();
    showModel();
}

/// While something is asked, Esc is no, and not the window's.
bool ConsentSection::event(QEvent *event)
{
    const bool escape =
        event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape;
    if (escape && m_question->isAsking()) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

void ConsentSection::keyPressEvent(QKeyEvent *event)
{
    if (event->key() != Qt::Key_Escape || !m_question->isAsking()) {
        QWidget::keyPressEvent(event);
        return;
    }
    endAsking();
    m_change->setFocus(Qt::OtherFocusReason);
}

void ConsentSection::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) {
        endAsking();
        showModel();
    }
}

} // namespace conversure::ui
