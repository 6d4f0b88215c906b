// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/InviteDialog.h"

#include "models/AccountLists.h"
#include "ui/account/CardList.h"
#include "ui/account/Forms.h"
#include "ui/account/LinkPanel.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/FormField.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/Theme.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>

namespace conversure::ui {

namespace {

constexpr std::array days{1, 7, 30};
constexpr int listHeight = 3 * 56 + 4;

} // namespace

InviteDialog::InviteDialog(models::InvitationListModel &model, QWidget *parent)
    : AccountDialog(parent)
    , m_model(model)
    , m_form(nullptr)
    , m_name(new QLineEdit)
    , m_email(newEmailEdit())
    , m_role(new QComboBox)
    , m_days(new QComboBox)
    , m_nameField(new FormField(m_name))
    , m_emailField(new FormField(m_email))
    , m_roleField(new FormField(m_role))
    , m_daysField(new FormField(m_days))
    , m_link(new LinkPanel)
    , m_openTitle(new InkLabel(Ink::Text))
    , m_none(new InkLabel(Ink::Muted))
    , m_open(new CardList)
    , m_list(new ListPanel(m_open))
    , m_revoke(new InkButton(Ink::Danger))
    , m_create(new QPushButton)
{
    m_name->setMaxLength(200);
    for (const char *role : {"AGENT", "COMPANY_ADMIN"})
        m_role->addItem(QString(), QVariant(QString::fromLatin1(role)));
    for (const int count : days)
        m_days->addItem(QString(), QVariant(count));
    m_days->setCurrentIndex(1);
    m_create->setDefault(true);
    m_create->setAutoDefault(false);
    m_open->setModel(&model);
    buildColumn();
    const auto again = [this] {
        m_nameField->setProblem({});
        m_emailField->setProblem({});
    };
    connect(m_name, &QLineEdit::textChanged, this, again);
    connect(m_email, &QLineEdit::textChanged, this, again);
    connect(m_name, &QLineEdit::returnPressed, this, &InviteDialog::submit);
    connect(m_email, &QLineEdit::returnPressed, this, &InviteDialog::submit);
    connect(m_create, &QPushButton::clicked, this, [this] { m_form->isHidden() ? beginAnother() : submit(); });
    connect(m_revoke, &QPushButton::clicked, this, &InviteDialog::revoke);
    connect(m_open, &CardList::deletePressed, this, &InviteDialog::revoke);
    connect(m_open, &CardList::chosenChanged, this, &InviteDialog::updateControls);
    connect(&m_model, &QAbstractItemModel::rowsInserted, this, &InviteDialog::updateControls);
    connect(&m_model, &QAbstractItemModel::rowsRemoved, this, &InviteDialog::updateControls);
    retranslate();
    m_link->wipe();
    m_name->setFocus();
}

void InviteDialog::buildColumn()
{
    setMinimumWidth(560);
    m_form = buildForm();
    column()->addWidget(m_form);
    column()->addWidget(m_link);
    column()->addSpacing(measure::unit);
    column()->addWidget(buildOpen());
    column()->addSpacing(4);
    addFoot()->addWidget(m_create);
}

QWidget *InviteDialog::buildForm()
{
    auto *form = new QWidget;
    auto *grid = new QGridLayout(form);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(measure::unit);
    grid->addWidget(m_nameField, 0, 0, Qt::AlignTop);
    grid->addWidget(m_emailField, 0, 1, Qt::AlignTop);
    grid->addWidget(m_roleField, 1, 0, Qt::AlignTop);
    grid->addWidget(m_daysField, 1, 1, Qt::AlignTop);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    return form;
}

QWidget *InviteDialog::buildOpen()
{
    auto *part = new QWidget;
    auto *rows = new QVBoxLayout(part);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(measure::unit);
    m_openTitle->setFont(ui::font(TextRole::BodyStrong));
    m_openTitle->setBuddy(m_open);
    m_list->setFixedHeight(listHeight);
    auto *line = new QHBoxLayout;
    line->addWidget(m_openTitle, 1);
    line->addWidget(m_revoke);
    rows->addLayout(line);
    rows->addWidget(m_none);
    rows->addWidget(m_list);
    return part;
}

void InviteDialog::showEvent(QShowEvent *event)
{
    AccountDialog::showEvent(event);
    if (!event->spontaneous())
        Q_EMIT listRequested();
}

void InviteDialog::submit()
{
    const QString email = m_email->text().trimmed();
    if (m_busy)
        return;
    if (m_name->text().trimmed().isEmpty()) {
        m_nameField->setProblem(tr("Say who it is for."));
        m_name->setFocus();
        return;
    }
    if (!email.isEmpty() && !looksLikeEmail(email)) {
        m_emailField->setProblem(tr("This is not an e-mail address."));
        m_email->setFocus();
        return;
    }
    m_busy = true;
    showProblem({});
    updateControls();
    Q_EMIT inviteRequested(
        {m_name->text().trimmed(), email, m_role->currentData().toString(), m_days->currentData().toInt()});
}

void InviteDialog::showLink(const QString &link)
{
    m_busy = false;
    const int count = m_days->currentData().toInt();
    const QString until =
        count == 1 ? tr("It works once, and until tomorrow.") : tr("It works once, and for %n days.", nullptr, count);
    m_link->showLink(tr("The link for %1").arg(m_name->text().trimmed()), link,
        tr("Send it in a way that only your colleague can read: whoever has it can join. In Conversure they choose “I "
           "have an invitation” and paste it.")
            + u' ' + until + u' ' + tr("It is shown only here."));
    m_form->hide();
    m_name->clear();
    m_email->clear();
    updateControls();
    fit();
}

void InviteDialog::beginAnother()
{
    m_link->wipe();
    m_form->show();
    updateControls();
    fit();
    m_name->setFocus();
}

void InviteDialog::showFailed(const QString &sentence)
{
    m_busy = false;
    showProblem(sentence);
    updateControls();
}

void InviteDialog::showRevoked()
{
    m_busy = false;
    showSuccess(tr("The link opens nothing any more."));
    updateControls();
}

void InviteDialog::revoke()
{
    const QUuid invitation = m_open->chosen();
    if (m_busy || invitation.isNull())
        return;
    m_busy = true;
    showProblem({});
    updateControls();
    Q_EMIT revokeRequested(invitation);
}

void InviteDialog::updateControls()
{
    const bool link = m_form->isHidden();
    m_form->setEnabled(!m_busy);
    m_create->setEnabled(!m_busy);
    m_create->setText(link ? tr("Invite another") : m_busy ? tr("Creating…") : tr("Create the link"));
    m_revoke->setEnabled(!m_busy && !m_open->chosen().isNull());
    m_revoke->setVisible(m_model.rowCount() > 0);
    m_list->setVisible(m_model.rowCount() > 0);
    m_none->setVisible(m_model.rowCount() == 0);
}

void InviteDialog::retranslate()
{
    setWindowTitle(tr("Invite a colleague"));
    m_nameField->setLabel(tr("Name"));
    m_emailField->setLabel(tr("Email (optional)"));
    m_roleField->setLabel(tr("Role"));
    m_daysField->setLabel(tr("The link works for"));
    for (int i = 0; i < m_role->count(); ++i)
        m_role->setItemText(i, models::roleWord(m_role->itemData(i).toString()));
    for (int i = 0; i < m_days->count(); ++i) {
        const int count = m_days->itemData(i).toInt();
        m_days->setItemText(i, count == 1 ? tr("one day") : tr("%n days", nullptr, count));
    }
    m_openTitle->setText(tr("Links that were not used yet"));
    m_none->setText(tr("There is none."));
    m_open->setAccessibleName(tr("Links that were not used yet"));
    m_revoke->setText(tr("Take the link back"));
    closeButton()->setText(tr("Close"));
    updateControls();
}

} // namespace conversure::ui
