// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/RelaysDialog.h"

#include "models/AccountLists.h"
#include "ui/account/CardList.h"
#include "ui/account/Forms.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/FormField.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/Theme.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>

namespace conversure::ui {

namespace {

constexpr int listHeight = 3 * 56 + 4;

} // namespace

RelaysDialog::RelaysDialog(models::RelayListModel &model, QWidget *parent)
    : AccountDialog(parent)
    , m_model(model)
    , m_intro(new InkLabel(Ink::Muted))
    , m_pages(new QStackedWidget)
    , m_loading(new InkLabel(Ink::Muted))
    , m_list(new CardList)
    , m_listPanel(new ListPanel(m_list))
    , m_failure(new EmptyState)
    , m_none(new EmptyState)
    , m_fingerprint(newCodeEdit())
    , m_fingerprintField(new FormField(m_fingerprint))
    , m_authorize(new QPushButton)
{
    m_intro->setWordWrap(true);
    m_loading->setAlignment(Qt::AlignCenter);
    m_list->setModel(&model);
    m_authorize->setDefault(true);
    m_authorize->setAutoDefault(false);
    buildColumn();
    connect(m_list, &CardList::chosenChanged, this, &RelaysDialog::updateControls);
    for (EmptyState *state : {m_failure, m_none}) {
        connect(state, &EmptyState::actionRequested, this, [this] {
            m_pages->setCurrentWidget(m_loading);
            Q_EMIT listRequested();
        });
    }
    connect(m_fingerprint, &QLineEdit::textChanged, this, [this] {
        m_fingerprintField->setProblem({});
        updateControls();
    });
    connect(m_fingerprint, &QLineEdit::returnPressed, this, &RelaysDialog::submit);
    connect(m_authorize, &QPushButton::clicked, this, &RelaysDialog::submit);
    retranslate();
}

void RelaysDialog::buildColumn()
{
    for (QWidget *page : {static_cast<QWidget *>(m_loading), m_listPanel, static_cast<QWidget *>(m_failure),
             static_cast<QWidget *>(m_none)})
        m_pages->addWidget(page);
    m_pages->setMinimumSize(m_list->sizeHint().width() + 40, listHeight);
    column()->addWidget(m_intro);
    column()->addSpacing(4);
    column()->addWidget(m_pages, 1);
    column()->addSpacing(4);
    column()->addWidget(m_fingerprintField);
    addFoot()->addWidget(m_authorize);
}

void RelaysDialog::showEvent(QShowEvent *event)
{
    AccountDialog::showEvent(event);
    if (!event->spontaneous()) {
        m_pages->setCurrentWidget(m_loading);
        updateControls();
        Q_EMIT listRequested();
    }
}

void RelaysDialog::showList()
{
    const bool first = m_pages->currentWidget() == m_loading;
    const bool any = m_model.rowCount() > 0;
    m_pages->setCurrentWidget(any ? m_listPanel : m_none);
    if (first && any)
        m_list->setFocus();
    updateControls();
}

void RelaysDialog::showLoadFailed(const QString &sentence)
{
    m_failure->setTexts(tr("The relays cannot be listed"), sentence);
    m_pages->setCurrentWidget(m_failure);
    updateControls();
}

void RelaysDialog::showAuthorized(const QString &name)
{
    m_busy = false;
    m_fingerprint->clear();
    showSuccess(tr("%1 is authorized: it receives for your company from now on.").arg(name));
    m_list->setFocus();
    updateControls();
}

void RelaysDialog::showFingerprintProblem(const QString &sentence)
{
    m_busy = false;
    updateControls();
    m_fingerprintField->setProblem(sentence);
    m_fingerprint->selectAll();
    m_fingerprint->setFocus();
}

void RelaysDialog::showFailed(const QString &sentence)
{
    m_busy = false;
    showProblem(sentence);
    updateControls();
}

void RelaysDialog::submit()
{
    if (!m_authorize->isEnabled())
        return;
    m_busy = true;
    showProblem({});
    updateControls();
    Q_EMIT authorizeRequested(m_list->chosen(), m_fingerprint->text());
}

void RelaysDialog::updateControls()
{
    const bool listed = m_pages->currentWidget() == m_listPanel && !m_list->chosen().isNull();
    const bool open = listed && !m_model.rowAt(m_list->currentIndex()).isAuthorized;
    m_fingerprintField->setEnabled(open);
    m_fingerprint->setReadOnly(m_busy);
    m_authorize->setEnabled(open && !m_busy && !m_fingerprint->text().trimmed().isEmpty());
    m_authorize->setText(m_busy ? tr("Authorizing…") : tr("Authorize"));
}

void RelaysDialog::retranslate()
{
    setWindowTitle(tr("Relays"));
    m_intro->setText(tr("A relay receives your company's messages, and needs the keys to its secrets for that. "
                        "Authorize one only with the fingerprint that its operator tells you in another way; do not "
                        "copy the one from this list."));
    m_loading->setText(tr("Looking them up…"));
    m_list->setAccessibleName(tr("Relays"));
    m_failure->setAction(tr("Try again"));
    m_none->setTexts(tr("No relay yet"), tr("A relay makes itself known to the store when it starts to serve."));
    m_none->setAction(tr("Look again"));
    m_fingerprintField->setLabel(tr("Fingerprint from its operator"));
    m_fingerprintField->setHint(tr("As “conversure-relay key show” prints it on the relay's own computer."));
    closeButton()->setText(tr("Close"));
    updateControls();
}

} // namespace conversure::ui
