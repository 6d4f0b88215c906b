// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/StatusBar.h"

#include "ui/shell/ConnectionIndicator.h"
#include "ui/widgets/ElidedLabel.h"
#include "ui/widgets/Theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>

namespace conversure::ui {

StatusBar::StatusBar(models::ConnectionModel &connection, QWidget *parent)
    : QWidget(parent)
    , m_connection(new ConnectionIndicator(connection, this))
    , m_remembered(new ElidedLabel(TextRole::Chip, ElidedLabel::Tone::Muted, this))
    , m_who(new ElidedLabel(TextRole::Chip, ElidedLabel::Tone::Muted, this))
{
    setFixedHeight(measure::statusBarHeight);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 0, 16, 0);
    layout->addWidget(m_connection);
    layout->addStretch();
    layout->addWidget(m_remembered);
    layout->addSpacing(16);
    layout->addWidget(m_who);
    m_remembered->hide();
    retranslate();
    setSignedIn({});
}

void StatusBar::setSignedIn(const QString &who)
{
    m_who->setText(who);
    m_connection->setVisible(!who.isEmpty()); // before that nothing tries to connect
    if (who.isEmpty())
        m_remembered->hide();
}

void StatusBar::setRemembered(bool remembered)
{
    m_remembered->setVisible(!remembered);
}

void StatusBar::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void StatusBar::retranslate()
{
    m_remembered->setText(tr("Asks for the password at each start"));
    m_remembered->setToolTip(
        tr("This desktop has no keyring, or it is locked, so Conversure cannot keep your sign-in."));
}

void StatusBar::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.fillRect(rect(), theme.window);
    painter.fillRect(QRect(0, 0, width(), 1), theme.line);
}

} // namespace conversure::ui
