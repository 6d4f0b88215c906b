// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/PeopleDialog.h"

#include "models/AccountLists.h"
#include "ui/account/CardList.h"
#include "ui/account/HandOverBar.h"
#include "ui/account/LinkPanel.h"
#include "ui/widgets/ConfirmBar.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/Theme.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QStackedWidget>

namespace conversure::ui {

PeopleDialog::PeopleDialog(models::PersonListModel &model, QWidget *parent)
    : AccountDialog(parent)
    , m_model(model)
    , m_pages(new QStackedWidget)
    , m_loading(new InkLabel(Ink::Muted))
    , m_list(new CardList)
    , m_listPanel(new ListPanel(m_list))
    , m_failure(new EmptyState)
    , m_handOver(new HandOverBar)
    , m_link(new LinkPanel)
    , m_confirm(new ConfirmBar)
    , m_unlock(new QPushButton)
    , m_reset(new QPushButton)
    , m_deactivate(new InkButton(Ink::Danger))
    , m_activate(new QPushButton)
    , m_tokens(new QPushButton)
{
    m_loading->setAlignment(Qt::AlignCenter);
    m_list->setModel(&model);
    for (QPushButton *button : {m_unlock, m_reset, m_activate, m_tokens})
        button->setAutoDefault(false);
    buildColumn();
    m_link->wipe();
    connect(m_list, &CardList::chosenChanged, this, [this] {
        if (chosen().id != m_asked)
            m_confirm->dismiss(); // the question was about somebody else
        updateControls();
    });
    connect(m_failure, &EmptyState::actionRequested, this, [this] {
        m_pages->setCurrentWidget(m_loading);
        Q_EMIT listRequested();
    });
    connect(m_unlock, &QPushButton::clicked, this, [this] { request(Act::Unlock); });
    connect(m_reset, &QPushButton::clicked, this, [this] { request(Act::NewPassword); });
    connect(m_activate, &QPushButton::clicked, this, &PeopleDialog::changeAccess);
    connect(m_deactivate, &QPushButton::clicked, this, &PeopleDialog::changeAccess);
    connect(m_tokens, &QPushButton::clicked, this, [this] { Q_EMIT tokensRequested(chosen()); });
    connect(m_handOver, &HandOverBar::requested, this, [this](UserId heir) {
        if (const PersonRow person = chosen(); begin(person))
            Q_EMIT handOverRequested(person, heir);
    });
    connect(m_confirm, &ConfirmBar::confirmed, this, [this] { request(Act::Deactivate); });
    connect(m_confirm, &ConfirmBar::declined, m_deactivate, [this] { m_deactivate->setFocus(); });
    retranslate();
}

void PeopleDialog::buildColumn()
{
    m_pages->addWidget(m_loading);
    m_pages->addWidget(m_listPanel);
    m_pages->addWidget(m_failure);
    m_pages->setMinimumSize(m_list->sizeHint() + QSize(80, 0));
    column()->addWidget(m_pages, 1);
    auto *acts = new QHBoxLayout;
    acts->setSpacing(measure::unit);
    acts->addWidget(m_reset);
    acts->addWidget(m_unlock);
    acts->addWidget(m_tokens);
    acts->addStretch();
    acts->addWidget(m_activate);
    acts->addWidget(m_deactivate);
    column()->addLayout(acts);
    column()->addWidget(m_confirm);
    column()->addWidget(m_handOver);
    column()->addWidget(m_link);
    addFoot();
}

void PeopleDialog::showEvent(QShowEvent *event)
{
    AccountDialog::showEvent(event);
    if (!event->spontaneous()) {
        m_pages->setCurrentWidget(m_loading);
        Q_EMIT listRequested();
    }
}

void PeopleDialog::showList()
{
    const bool first = m_pages->currentWidget() != m_listPanel;
    m_pages->setCurrentWidget(m_listPanel);
    if (first)
        m_list->setFocus();
    updateControls();
}

void PeopleDialog::showLoadFailed(const QString &sentence)
{
    m_failure->setTexts(tr("Your colleagues cannot be listed"), sentence);
    m_pages->setCurrentWidget(m_failure);
    updateControls();
}

void PeopleDialog::showDone(const QString &sentence)
{
    m_busy = false;
    showSuccess(sentence);
    updateControls();
}

void PeopleDialog::showFailed(const QString &sentence)
{
    m_busy = false;
    showProblem(sentence);
    updateControls();
}

void PeopleDialog::showResetLink(const QString &name, const QString &link)
{
    m_busy = false;
    m_link->showLink(tr("The link for %1").arg(name), link,
        tr("Send it in a way that only they can read: whoever has it chooses the new password. It works once. Until "
           "then the present password holds. It is shown only here."));
    updateControls();
}

PersonRow PeopleDialog::chosen() const
{
    return m_list->chosen().isNull() ? PersonRow() : m_model.rowAt(m_list->currentIndex());
}

QList<PersonRow> PeopleDialog::heirsOf(const PersonRow &leaver) const
{
    QList<PersonRow> heirs;
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const PersonRow person = m_model.rowAt(m_model.index(row));
        if (person.isActive && !person.isGuest && person.id != leaver.id)
            heirs << person;
    }
    return heirs;
}

/// One thing after the other.
bool PeopleDialog::begin(const PersonRow &person)
{
    if (m_busy || person.id.isNull())
        return false;
    m_busy = true;
    m_link->wipe();
    showProblem({});
    updateControls();
    return true;
}

void PeopleDialog::request(Act act)
{
    if (const PersonRow person = chosen(); begin(person))
        Q_EMIT actRequested(act, person);
}

void PeopleDialog::changeAccess()
{
    const PersonRow person = chosen();
    if (!person.isActive) {
        request(Act::Activate);
        return;
    }
    m_asked = person.id;
    showProblem({});
    m_confirm->ask(tr("Deactivate %1? They are signed out everywhere at once and cannot come in again until they are "
                      "activated. Their conversations stay where they are.")
                       .arg(person.name),
        tr("Deactivate"));
}

void PeopleDialog::updateControls()
{
    const PersonRow person = chosen();
    const bool ready = !m_busy && m_pages->currentWidget() == m_listPanel && !person.id.isNull();
    const bool other = ready && !person.isSelf;
    m_deactivate->setVisible(person.isActive);
    m_activate->setVisible(!person.isActive);
    m_deactivate->setEnabled(other);
    m_activate->setEnabled(other);
    // What can be done with who is in, or else with who is out.
    for (QPushButton *button : {m_unlock, m_reset})
        button->setVisible(person.isActive);
    m_tokens->setVisible(!person.isActive);
    m_tokens->setEnabled(other);
    m_handOver->setLeaver(person.isActive ? PersonRow() : person, heirsOf(person));
    m_handOver->setReady(ready);
    m_unlock->setEnabled(ready && person.isActive && !person.isGuest);
    m_reset->setEnabled(other && person.isActive && !person.isGuest);
}

void PeopleDialog::retranslate()
{
    setWindowTitle(tr("People"));
    m_loading->setText(tr("Looking them up…"));
    m_list->setAccessibleName(tr("People"));
    m_failure->setAction(tr("Try again"));
    m_unlock->setText(tr("Unlock"));
    m_unlock->setToolTip(tr("After too many wrong passwords: lets them try again at once."));
    m_reset->setText(tr("Link for a new password"));
    m_deactivate->setText(tr("Deactivate…"));
    m_activate->setText(tr("Activate"));
    m_tokens->setText(tr("Tokens to renew…"));
    m_tokens->setToolTip(tr("What they may have read and still know."));
    closeButton()->setText(tr("Close"));
    updateControls();
}

} // namespace conversure::ui
