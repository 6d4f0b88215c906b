// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/ComposerEdit.h"

#include <QAbstractTextDocumentLayout>
#include <QKeyEvent>
#include <QMimeData>
#include <QTextBlock>

#include <cmath>

namespace conversure::ui {

namespace {

constexpr int fewestLines = 2;
constexpr int mostLines = 8;

} // namespace

ComposerEdit::ComposerEdit(QWidget *parent)
    : QPlainTextEdit(parent)
{
    setFrameShape(NoFrame);
    setTabChangesFocus(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    document()->setDocumentMargin(4);
    connect(this, &QPlainTextEdit::textChanged, this, &ComposerEdit::followText);
    connect(document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this,
        &ComposerEdit::followHeight);
    followText();
}

QSize ComposerEdit::sizeHint() const
{
    const int margin = qRound(2 * document()->documentMargin());
    return {200, m_lines * fontMetrics().lineSpacing() + margin + 2};
}

void ComposerEdit::followHeight()
{
    // The size of a plain text document is measured in lines, wrapped ones included.
    const int lines = static_cast<int>(std::ceil(document()->size().height()));
    const int shown = std::clamp(lines, fewestLines, mostLines);
    setVerticalScrollBarPolicy(lines > mostLines ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
    if (shown == m_lines)
        return;
    m_lines = shown;
    updateGeometry();
}

void ComposerEdit::followText()
{
    const QString text = toPlainText();
    const bool rightToLeft = text.isEmpty() ? layoutDirection() == Qt::RightToLeft : text.isRightToLeft();
    QTextOption option = document()->defaultTextOption();
    const Qt::LayoutDirection direction = rightToLeft ? Qt::RightToLeft : Qt::LeftToRight;
    if (option.textDirection() == direction
        && option.alignment().testFlag(rightToLeft ? Qt::AlignRight : Qt::AlignLeft))
        return;
    option.setTextDirection(direction);
    option.setAlignment(rightToLeft ? Qt::AlignRight : Qt::AlignLeft);
    document()->setDefaultTextOption(option);
}

void ComposerEdit::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (!enter || m_composing) {
        QPlainTextEdit::keyPressEvent(event);
        return;
    }
    if (event->modifiers().testFlag(Qt::ShiftModifier) && !event->modifiers().testFlag(Qt::ControlModifier))
        insertPlainText(QStringLiteral("\n"));
    else if (!event->isAutoRepeat())
        Q_EMIT submitted();
}

void ComposerEdit::inputMethodEvent(QInputMethodEvent *event)
{
    m_composing = !event->preeditString().isEmpty();
    QPlainTextEdit::inputMethodEvent(event);
}

void ComposerEdit::insertFromMimeData(const QMimeData *source)
{
    if (source->hasText())
        insertPlainText(source->text());
}

void ComposerEdit::changeEvent(QEvent *event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::LayoutDirectionChange)
        followText();
    if (event->type() == QEvent::FontChange)
        updateGeometry();
}

void ComposerEdit::resizeEvent(QResizeEvent *event)
{
    QPlainTextEdit::resizeEvent(event);
    followHeight();
}

} // namespace conversure::ui
