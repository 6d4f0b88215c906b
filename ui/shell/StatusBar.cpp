// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/StatusBar.h"

#include "ui/shell/ConnectionIndicator.h"
#include "ui/widgets/ElidedLabel.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/Theme.h"

#include <QEvent>
#include <QFontMetrics>
#include <QHBoxLayout>
#include <QPainter>

namespace conversure::ui {

namespace {

/// Words in the foot that lead somewhere: as small as what stands beside them.
class FootButton : public InkButton
{
public:
    explicit FootButton(QWidget *parent)
        : InkButton(Ink::Accent, parent)
    {
        setFont(ui::font(TextRole::Chip));
        setCursor(Qt::PointingHandCursor);
    }

    QSize sizeHint() const override
    {
        const QFontMetrics metrics(font());
        return {metrics.horizontalAdvance(text()) + 2 * measure::unit, measure::statusBarHeight - 2};
    }

    QSize minimumSizeHint() const override { return sizeHint(); }
};

} // namespace

StatusBar::StatusBar(models::ConnectionModel &connection, QWidget *parent)
    : QWidget(parent)
    , m_connection(new ConnectionIndicator(connection, this))
    , m_remembering(new FootButton(this))
    , m_who(new ElidedLabel(TextRole::Chip, ElidedLabel::Tone::Muted, this))
{
    setFixedHeight(measure::statusBarHeight);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 0, 16, 0);
    layout->addWidget(m_connection);
    layout->addStretch();
    layout->addWidget(m_remembering);
    layout->addSpacing(16);
    layout->addWidget(m_who);
    connect(m_remembering, &QPushButton::clicked, this, &StatusBar::rememberingRequested);
    m_remembering->hide();
    retranslate();
    setSignedIn({});
}

void StatusBar::setSignedIn(const QString &who)
{
    m_who->setText(who);
    m_connection->setVisible(!who.isEmpty()); // before that nothing tries to connect
    if (who.isEmpty())
        m_remembering->hide();
}

void StatusBar::setRemembering(Remembering how)
{
    m_how = how;
    m_remembering->setVisible(how != Remembering::Keyring);
    retranslate();
}

void StatusBar::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void StatusBar::retranslate()
{
    if (m_how == Remembering::File) {
        m_remembering->setText(tr("Sign-in kept in a passphrase file"));
        m_remembering->setToolTip(tr("Conversure asks for its passphrase at each start. Press for more."));
    } else {
        m_remembering->setText(tr("Asks for the password at each start"));
        m_remembering->setToolTip(tr("This desktop has no keyring, or it is locked or did not let Conversure in, so "
                                     "Conversure cannot keep your sign-in. Press to see what can be done."));
    }
}

void StatusBar::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.fillRect(rect(), theme.window);
    painter.fillRect(QRect(0, 0, width(), 1), theme.line);
}

} // namespace conversure::ui
