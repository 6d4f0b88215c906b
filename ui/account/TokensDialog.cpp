// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/TokensDialog.h"

#include "models/AccountLists.h"
#include "ui/account/CardList.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/Theme.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QStackedWidget>

namespace conversure::ui {

namespace {

constexpr int listHeight = 3 * 56 + 4;

} // namespace

TokensDialog::TokensDialog(models::TokenListModel &model, const QString &leaver, QWidget *parent)
    : AccountDialog(parent)
    , m_model(model)
    , m_leaver(leaver)
    , m_what(new InkLabel(Ink::Text))
    , m_pages(new QStackedWidget)
    , m_loading(new InkLabel(Ink::Muted))
    , m_list(new CardList)
    , m_listPanel(new ListPanel(m_list))
    , m_failure(new EmptyState)
    , m_none(new InkLabel(Ink::Muted))
    , m_key(new InkLabel(Ink::Muted))
    , m_renew(new QPushButton)
{
    m_what->setWordWrap(true);
    m_key->setWordWrap(true);
    m_loading->setAlignment(Qt::AlignCenter);
    m_none->setAlignment(Qt::AlignCenter);
    m_list->setModel(&model);
    m_renew->setDefault(true);
    m_renew->setAutoDefault(false);
    buildColumn();
    connect(m_failure, &EmptyState::actionRequested, this, [this] {
        m_pages->setCurrentWidget(m_loading);
        Q_EMIT listRequested();
    });
    connect(m_renew, &QPushButton::clicked, this, &TokensDialog::submit);
    retranslate();
}

void TokensDialog::buildColumn()
{
    for (QWidget *page : {static_cast<QWidget *>(m_loading), m_listPanel, static_cast<QWidget *>(m_failure),
             static_cast<QWidget *>(m_none)})
        m_pages->addWidget(page);
    m_pages->setMinimumSize(m_list->sizeHint().width() + 40, listHeight);
    column()->addWidget(m_what);
    column()->addSpacing(4);
    column()->addWidget(m_pages, 1);
    column()->addSpacing(4);
    column()->addWidget(m_key);
    addFoot()->addWidget(m_renew);
}

void TokensDialog::showEvent(QShowEvent *event)
{
    AccountDialog::showEvent(event);
    if (!event->spontaneous()) {
        m_pages->setCurrentWidget(m_loading);
        Q_EMIT listRequested();
    }
}

void TokensDialog::showList()
{
    m_pages->setCurrentWidget(m_model.rowCount() > 0 ? m_listPanel : static_cast<QWidget *>(m_none));
    updateControls();
}

void TokensDialog::showLoadFailed(const QString &sentence)
{
    m_failure->setTexts(tr("The tokens cannot be listed"), sentence);
    m_pages->setCurrentWidget(m_failure);
}

void TokensDialog::showRenewed(int lapsedInvitations)
{
    m_busy = false;
    m_done = true;
    if (lapsedInvitations == 0)
        showSuccess(tr("The company has a new data key."));
    else if (lapsedInvitations == 1)
        showSuccess(tr("The company has a new data key. One open link has lapsed with the old one; make a new one."));
    else
        showSuccess(tr("The company has a new data key. %n open links have lapsed with the old one; make new ones.",
            nullptr, lapsedInvitations));
    updateControls();
    closeButton()->setFocus();
}

void TokensDialog::showFailed(const QString &sentence)
{
    m_busy = false;
    showProblem(sentence);
    updateControls();
}

void TokensDialog::submit()
{
    if (!m_renew->isEnabled())
        return;
    m_busy = true;
    showProblem({});
    updateControls();
    Q_EMIT renewRequested();
}

void TokensDialog::updateControls()
{
    m_renew->setEnabled(!m_busy && !m_done);
    m_renew->setText(m_busy ? tr("Renewing…") : tr("Renew the data key"));
}

void TokensDialog::retranslate()
{
    setWindowTitle(tr("Tokens to renew"));
    m_what->setText(
        tr("%1 may have read these, and nothing makes anybody forget. Renew each of them with its provider.")
            .arg(m_leaver));
    m_loading->setText(tr("Looking them up…"));
    m_list->setAccessibleName(tr("Tokens to renew"));
    m_failure->setAction(tr("Try again"));
    m_none->setText(tr("There is none."));
    m_key->setText(tr("A new data key keeps %1 from whatever is entered from now on. Links that were not used yet stop "
                      "working with it.")
                       .arg(m_leaver));
    closeButton()->setText(tr("Close"));
    updateControls();
}

} // namespace conversure::ui
