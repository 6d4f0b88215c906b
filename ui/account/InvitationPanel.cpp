// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/InvitationPanel.h"

#include "models/AccountLists.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/TextDrawing.h"
#include "ui/widgets/Theme.h"

#include <QEvent>
#include <QGridLayout>

namespace conversure::ui {

namespace {

constexpr int keyGroups = 4; // 80 bits: more than anybody could forge a key for

/// The first groups of a fingerprint: what two people really compare.
QString firstGroups(const QString &fingerprint)
{
    return fingerprint.split(u' ', Qt::SkipEmptyParts).mid(0, keyGroups).join(u' ');
}

} // namespace

InvitationPanel::InvitationPanel(QWidget *parent)
    : Panel(parent)
    , m_company(new InkLabel(Ink::Text, this))
    , m_storeLabel(new InkLabel(Ink::Muted, this))
    , m_store(new InkLabel(Ink::Text, this))
    , m_keyLabel(new InkLabel(Ink::Muted, this))
    , m_key(new InkLabel(Ink::Text, this))
    , m_byLabel(new InkLabel(Ink::Muted, this))
    , m_by(new InkLabel(Ink::Text, this))
    , m_asLabel(new InkLabel(Ink::Muted, this))
    , m_as(new InkLabel(Ink::Text, this))
{
    m_company->setFont(ui::font(TextRole::Title));
    m_company->setWordWrap(true);
    for (QLabel *label : {m_company, m_store, m_key, m_by, m_as}) {
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(16, 12, 16, 12);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    grid->addWidget(m_company, 0, 0, 1, 2);
    int row = 1;
    for (const auto &[label, value] : {std::pair(m_byLabel, m_by), std::pair(m_asLabel, m_as),
             std::pair(m_storeLabel, m_store), std::pair(m_keyLabel, m_key)}) {
        label->setBuddy(value);
        grid->addWidget(label, row, 0);
        grid->addWidget(value, row++, 1);
    }
    retranslate();
}

void InvitationPanel::setFace(const InvitationFace &face)
{
    m_face = face;
    retranslate();
}

void InvitationPanel::changeEvent(QEvent *event)
{
    Panel::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void InvitationPanel::retranslate()
{
    m_company->setText(m_face.companyName);
    m_asLabel->setText(m_face.isReset ? tr("For") : tr("As"));
    const QString who = m_face.email.isEmpty() ? m_face.name : isolated(m_face.email);
    m_as->setText(m_face.isReset ? who : models::roleWord(m_face.userRole));
    m_byLabel->setText(tr("From"));
    m_by->setText(m_face.invitedBy);
    m_storeLabel->setText(tr("Store"));
    m_store->setText(isolated(m_face.store));
    m_keyLabel->setText(tr("Key"));
    m_key->setText(isolated(firstGroups(m_face.fingerprint)));
    m_key->setToolTip(tr("The beginning of the company's key. If you are in doubt, compare it with what your admin "
                         "sees: %1")
                          .arg(isolated(m_face.fingerprint)));
}

} // namespace conversure::ui
