// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/DevicesDialog.h"

#include "models/AccountLists.h"
#include "ui/account/CardList.h"
#include "ui/widgets/ConfirmBar.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/Theme.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QStackedWidget>

namespace conversure::ui {

DevicesDialog::DevicesDialog(models::DeviceListModel &model, QWidget *parent)
    : AccountDialog(parent)
    , m_model(model)
    , m_intro(new InkLabel(Ink::Muted))
    , m_pages(new QStackedWidget)
    , m_loading(new InkLabel(Ink::Muted))
    , m_list(new CardList)
    , m_listPanel(new ListPanel(m_list))
    , m_failure(new EmptyState)
    , m_confirm(new ConfirmBar)
    , m_end(new QPushButton)
    , m_endAll(new InkButton(Ink::Danger))
{
    m_intro->setWordWrap(true);
    m_loading->setAlignment(Qt::AlignCenter);
    m_list->setModel(&model);
    m_end->setAutoDefault(false);
    buildColumn();
    connect(m_list, &CardList::chosenChanged, this, &DevicesDialog::updateControls);
    connect(m_list, &CardList::deletePressed, this, [this] {
        if (!m_model.rowAt(m_list->currentIndex()).isCurrent) // a slip of the hand must not end this session
            endChosen();
    });
    connect(m_failure, &EmptyState::actionRequested, this, [this] {
        showLoading();
        Q_EMIT listRequested();
    });
    connect(m_end, &QPushButton::clicked, this, &DevicesDialog::endChosen);
    connect(m_endAll, &QPushButton::clicked, this, &DevicesDialog::askAboutAll);
    connect(m_confirm, &ConfirmBar::declined, m_endAll, [this] { m_endAll->setFocus(); });
    connect(m_confirm, &ConfirmBar::confirmed, this, [this] {
        m_ending = true;
        updateControls();
        Q_EMIT endAllRequested();
    });
    retranslate();
    showLoading();
}

void DevicesDialog::buildColumn()
{
    m_pages->addWidget(m_loading);
    m_pages->addWidget(m_listPanel);
    m_pages->addWidget(m_failure);
    m_pages->setMinimumSize(m_list->sizeHint());
    column()->addWidget(m_intro);
    column()->addSpacing(4);
    column()->addWidget(m_pages, 1);
    column()->addWidget(m_confirm);
    QHBoxLayout *buttons = addFoot();
    buttons->insertWidget(0, m_endAll);
    buttons->insertWidget(2, m_end);
}

void DevicesDialog::showEvent(QShowEvent *event)
{
    AccountDialog::showEvent(event);
    if (!event->spontaneous()) {
        showLoading();
        Q_EMIT listRequested();
    }
}

void DevicesDialog::showLoading()
{
    m_pages->setCurrentWidget(m_loading);
    updateControls();
}

void DevicesDialog::showList()
{
    const bool first = m_pages->currentWidget() != m_listPanel;
    m_pages->setCurrentWidget(m_listPanel);
    if (first)
        m_list->setFocus();
    updateControls();
}

void DevicesDialog::showLoadFailed(const QString &sentence)
{
    m_failure->setTexts(tr("Your computers cannot be listed"), sentence);
    m_pages->setCurrentWidget(m_failure);
    updateControls();
}

void DevicesDialog::showEnded(const QString &name)
{
    m_ending = false;
    showSuccess(tr("%1 is signed out.").arg(name));
    m_list->setFocus();
    updateControls();
}

void DevicesDialog::showEndFailed(const QString &sentence)
{
    m_ending = false;
    showProblem(sentence);
    updateControls();
}

void DevicesDialog::endChosen()
{
    const QUuid session = m_list->chosen();
    if (m_ending || session.isNull() || !m_end->isEnabled())
        return;
    m_ending = true;
    showProblem({});
    updateControls();
    Q_EMIT endRequested(session);
}

void DevicesDialog::askAboutAll()
{
    showProblem({});
    m_confirm->ask(tr("Sign out on all computers, this one too? What you typed and did not send stays on this one."),
        tr("Sign out everywhere"));
}

void DevicesDialog::updateControls()
{
    const bool listed = m_pages->currentWidget() == m_listPanel;
    const DeviceRow row = m_model.rowAt(m_list->currentIndex());
    m_end->setText(row.isCurrent ? tr("Sign out here") : tr("Sign out"));
    m_end->setEnabled(listed && !m_ending && !m_list->chosen().isNull());
    m_endAll->setEnabled(listed && !m_ending);
}

void DevicesDialog::retranslate()
{
    setWindowTitle(tr("Your computers"));
    m_intro->setText(tr("You are signed in on these computers. Sign out on one that you do not know, then change your "
                        "password."));
    m_loading->setText(tr("Looking them up…"));
    m_list->setAccessibleName(tr("Computers"));
    m_failure->setAction(tr("Try again"));
    m_endAll->setText(tr("Sign out everywhere…"));
    closeButton()->setText(tr("Close"));
    updateControls();
}

} // namespace conversure::ui
