// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/StatusBar.h"

#include "ui/shell/ConnectionIndicator.h"
#include "ui/widgets/ElidedLabel.h"
#include "ui/widgets/Theme.h"

#include <QHBoxLayout>
#include <QPainter>

namespace conversure::ui {

StatusBar::StatusBar(models::ConnectionModel &connection, QWidget *parent)
    : QWidget(parent)
    , m_connection(new ConnectionIndicator(connection, this))
    , m_who(new ElidedLabel(TextRole::Chip, ElidedLabel::Tone::Muted, this))
{
    setFixedHeight(measure::statusBarHeight);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 0, 16, 0);
    layout->addWidget(m_connection);
    layout->addStretch();
    layout->addWidget(m_who);
    setSignedIn({});
}

void StatusBar::setSignedIn(const QString &who)
{
    m_who->setText(who);
    m_connection->setVisible(!who.isEmpty()); // before that nothing tries to connect
}

void StatusBar::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.fillRect(rect(), theme.window);
    painter.fillRect(QRect(0, 0, width(), 1), theme.line);
}

} // namespace conversure::ui
