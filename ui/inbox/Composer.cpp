// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/Composer.h"

#include "models/ComposeModel.h"
#include "ui/inbox/ClosedPanel.h"
#include "ui/inbox/ComposerEdit.h"
#include "ui/inbox/ComposerStrip.h"
#include "ui/inbox/TemplatePicker.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/Icon.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/ProxyStyle.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

#include <utility>

namespace conversure::ui {

namespace {

constexpr int counterFrom = 3500;
constexpr int draftDelayMs = 400;
constexpr int frameMargin = 12;

} // namespace

Composer::Composer(models::ComposeModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_strip(new ComposerStrip(model, this))
    , m_error(new NoticeBar(NoticeBar::Tone::Danger, this))
    , m_closed(new ClosedPanel(model, this))
    , m_picker(new TemplatePicker(model, this))
    , m_edit(new ComposerEdit(this))
    , m_templates(new QToolButton(this))
    , m_send(new QPushButton(this))
    , m_counter(new QLabel(this))
    , m_reasonLabel(new QLabel(this))
{
    m_send->setObjectName(QStringLiteral("send"));
    m_send->setDefault(true); // the primary button of the inbox
    m_send->setAutoDefault(false);
    m_send->setMinimumWidth(80);
    m_templates->setIcon(ui::icon(IconName::Template));
    m_templates->setIconSize({measure::iconSize, measure::iconSize});
    m_templates->setFixedSize(measure::controlHeight, measure::controlHeight);
    m_templates->setAutoRaise(true);
    m_counter->setObjectName(QStringLiteral("counter"));
    m_counter->setFont(ui::font(TextRole::Chip));
    m_reasonLabel->setWordWrap(true);
    m_draftTimer.setSingleShot(true);
    m_draftTimer.setInterval(draftDelayMs);
    m_edit->installEventFilter(this);
    m_closed->hide();
    buildLayout();

    connect(&m_draftTimer, &QTimer::timeout, this, &Composer::reportDraft);
    connect(m_edit, &QPlainTextEdit::textChanged, this, &Composer::onTextChanged);
    connect(m_edit, &ComposerEdit::submitted, this, &Composer::send);
    connect(m_send, &QPushButton::clicked, this, &Composer::send);
    connect(m_error, &NoticeBar::dismissed, this, [this] { m_kept[m_conversation].sentence.clear(); });
    connectTemplates();
    retranslate();
    recolour();
    updateControls();
}

void Composer::buildLayout()
{
    m_editor = makeEditor();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 1, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_error);
    layout->addWidget(m_strip);
    layout->addWidget(m_editor);
    layout->addWidget(m_closed);
    layout->addWidget(m_picker);
}

QWidget *Composer::makeEditor()
{
    auto *column = new QVBoxLayout;
    column->setSpacing(4);
    column->addStretch();
    column->addWidget(m_counter, 0, Qt::AlignHCenter);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(4);
    buttons->addWidget(m_templates);
    buttons->addWidget(m_send);
    column->addLayout(buttons);

    auto *editor = new QWidget(this);
    auto *row = new QHBoxLayout(editor);
    row->setContentsMargins(frameMargin + 6, 10, frameMargin + 6, frameMargin + 5);
    row->setSpacing(measure::unit);
    row->addWidget(m_edit, 1, Qt::AlignBottom);
    row->addWidget(m_reasonLabel, 1);
    row->addLayout(column);
    return editor;
}

void Composer::connectTemplates()
{
    connect(m_templates, &QToolButton::clicked, this, &Composer::openTemplates);
    connect(m_closed, &ClosedPanel::allWanted, this, &Composer::openTemplates);
    connect(m_closed, &ClosedPanel::templateChosen, this, &Composer::pick);
    connect(m_picker, &TemplatePicker::closed, this, &Composer::closeTemplates);
    connect(m_picker, &TemplatePicker::sendRequested, this, &Composer::templateSendRequested);
    connect(m_picker, &TemplatePicker::typedTextSent, this, [this] { m_edit->clear(); });
    connect(&m_model, &models::ComposeModel::changed, this, [this] {
        if (isClosed() != m_wasClosed)
            showPlace();
    });
}

void Composer::setConversation(ConversationId id, const QString &draft)
{
    if (id == m_conversation)
        return;
    flushDraft();
    m_conversation = id;
    if (!id.isNull() && !m_kept.contains(id))
        m_kept.insert(id, {draft, {}, false});
    const Kept kept = m_kept.value(id);
    showText(kept.text);
    m_error->setSentence(kept.sentence);
    updateControls();
    showPlace();
}

void Composer::setDraft(ConversationId id, const QString &text)
{
    const bool typing = id == m_conversation && (m_draftTimer.isActive() || m_edit->hasFocus());
    if (typing && !m_edit->toPlainText().isEmpty())
        return;
    m_kept[id].text = text;
    if (id == m_conversation && m_edit->toPlainText() != text)
        showText(text);
}

void Composer::restoreText(ConversationId id, const QString &text, const QString &sentence)
{
    Kept &kept = m_kept[id];
    if (!text.isEmpty())
        kept.text = kept.text.trimmed().isEmpty() ? text : text + u'\n' + kept.text;
    kept.sentence = sentence;
    if (id == m_conversation) {
        showText(kept.text);
        m_error->setSentence(sentence);
    }
    Q_EMIT draftChanged(id, kept.text);
}

void Composer::restoreTemplate(
    ConversationId id, TemplateId templateId, const TemplateValues &values, const QString &sentence)
{
    m_kept[id].picking = true;
    m_picker->restore(id, templateId, values, sentence);
    if (id == m_conversation)
        showPlace();
}

void Composer::openTemplates()
{
    if (m_conversation.isNull())
        return;
    m_kept[m_conversation].picking = true;
    showPlace();
    m_picker->focusFirst();
}

void Composer::pick(TemplateId id)
{
    m_kept[m_conversation].picking = true;
    m_picker->setTyped(m_edit->toPlainText());
    m_picker->beginWith(m_conversation, id);
    showPlace();
    m_picker->focusFirst();
}

void Composer::closeTemplates()
{
    m_kept[m_conversation].picking = false;
    showPlace();
    focusEditor();
}

void Composer::setRoom(int height)
{
    m_picker->setRoom(height);
}

bool Composer::isClosed() const
{
    return m_model.conversation() == m_conversation && m_model.window() == models::ComposeModel::Window::Closed;
}

/// One of three stands below the strip. Whoever was typing there when it changes keeps the focus in it.
void Composer::showPlace()
{
    const bool hadFocus = isAncestorOf(QApplication::focusWidget());
    const bool open = !m_conversation.isNull();
    const bool picking = open && m_kept.value(m_conversation).picking;
    m_wasClosed = isClosed();
    const bool closed = open && !picking && m_wasClosed && m_reason.isEmpty();
    m_strip->setVisible(open);
    m_closed->setTyped(m_edit->toPlainText());
    if (picking && (m_picker->isHidden() || m_picker->conversation() != m_conversation)) {
        m_picker->setTyped(m_edit->toPlainText());
        m_picker->begin(m_conversation);
    }
    QWidget *place = picking ? static_cast<QWidget *>(m_picker) : closed ? static_cast<QWidget *>(m_closed) : m_editor;
    if (!place->isHidden())
        return;
    for (QWidget *other : {static_cast<QWidget *>(m_picker), static_cast<QWidget *>(m_closed), m_editor})
        other->setVisible(other == place);
    if (hadFocus)
        focusEditor();
    update();
}

void Composer::showText(const QString &text)
{
    m_showing = true;
    m_edit->setPlainText(text);
    m_edit->moveCursor(QTextCursor::End);
    m_showing = false;
    updateControls();
    m_closed->setTyped(text);
}

void Composer::onTextChanged()
{
    updateControls();
    if (m_showing || m_conversation.isNull())
        return;
    m_kept[m_conversation].text = m_edit->toPlainText();
    m_closed->setTyped(m_edit->toPlainText());
    if (!m_draftTimer.isActive()) // not put off by each key: who types without a pause is saved as well
        m_draftTimer.start();
}

void Composer::flushDraft()
{
    if (!m_draftTimer.isActive())
        return;
    m_draftTimer.stop();
    reportDraft();
}

void Composer::reportDraft()
{
    Q_EMIT draftChanged(m_conversation, m_kept.value(m_conversation).text);
}

void Composer::send()
{
    const QString text = m_edit->toPlainText().trimmed();
    const bool takesText = !m_conversation.isNull() && m_reason.isEmpty() && !isClosed();
    if (!takesText || text.isEmpty() || text.size() > maxLength)
        return;
    const ConversationId id = m_conversation;
    m_draftTimer.stop();
    m_kept[id] = {};
    m_error->setSentence({});
    showText({});
    Q_EMIT sendRequested(id, text);
    Q_EMIT draftChanged(id, m_kept.value(id).text); // empty, unless the text has come back already
}

void Composer::setOffline(bool offline)
{
    if (m_offline == offline)
        return;
    m_offline = offline;
    m_picker->setOffline(offline);
    retranslate();
}

void Composer::setDisabledReason(const QString &reason)
{
    m_reason = reason;
    updateControls();
    showPlace();
}

void Composer::focusEditor()
{
    if (!m_picker->isHidden())
        m_picker->focusFirst();
    else if (!m_closed->isHidden())
        m_closed->setFocus(Qt::OtherFocusReason);
    else
        m_edit->setFocus(Qt::OtherFocusReason);
}

void Composer::clear()
{
    m_draftTimer.stop();
    m_kept.clear();
    m_picker->forget();
    m_conversation = {};
    showText({});
    m_error->setSentence({});
    showPlace();
}

void Composer::updateControls()
{
    const qsizetype length = m_edit->toPlainText().trimmed().size();
    const bool writable = !m_conversation.isNull() && m_reason.isEmpty();
    m_edit->setEnabled(!m_conversation.isNull());
    m_edit->setVisible(m_reason.isEmpty());
    m_send->setVisible(m_reason.isEmpty());
    m_templates->setVisible(m_reason.isEmpty());
    m_templates->setEnabled(!m_conversation.isNull());
    m_reasonLabel->setVisible(!m_reason.isEmpty());
    m_reasonLabel->setText(m_reason);
    m_send->setEnabled(writable && length > 0 && length <= maxLength);
    m_counter->setVisible(length > counterFrom);
    if (length > counterFrom) {
        const QString figures = tr("%1 of %2").arg(locale().toString(length), locale().toString(maxLength));
        m_counter->setText(length > maxLength ? tr("Too long: %1").arg(figures) : figures);
        recolour();
    }
}

void Composer::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.fillRect(rect(), theme.base);
    painter.fillRect(QRect(0, 0, width(), 1), theme.line);
    if (!m_reason.isEmpty() || m_editor->isHidden())
        return;
    const QRectF frame = QRectF(m_editor->geometry()).adjusted(frameMargin, 3, -frameMargin, -frameMargin + 3);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.line, 1));
    painter.setBrush(theme.base);
    painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), measure::unit, measure::unit);
    if (m_edit->hasFocus())
        paintFocusRing(painter, frame, measure::unit - 1, palette());
}

bool Composer::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_edit && (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut))
        update(); // the ring is drawn around field and button
    if (watched == m_edit && event->type() == QEvent::FocusOut)
        flushDraft();
    return QWidget::eventFilter(watched, event);
}

void Composer::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) {
        retranslate();
        updateControls();
    }
    if (event->type() == QEvent::PaletteChange)
        recolour();
    if (event->type() == QEvent::ActivationChange && !isActiveWindow())
        flushDraft();
}

void Composer::retranslate()
{
    m_edit->setAccessibleName(tr("Message"));
    m_edit->setPlaceholderText(tr("Write a message"));
    m_templates->setAccessibleName(tr("Choose a template"));
    m_templates->setToolTip(tr("Templates (Ctrl+T)"));
    m_send->setText(m_offline ? tr("Queue") : tr("Send"));
    m_send->setAccessibleName(tr("Send")); // queued or not, it is the same button
    m_send->setToolTip(
        m_offline ? tr("Sent as soon as the connection is back") : tr("Enter sends, Shift+Enter begins a new line"));
}

void Composer::recolour()
{
    const Theme &theme = Theme::of(palette());
    const bool tooLong = m_edit->toPlainText().trimmed().size() > maxLength;
    const auto ink = [](QLabel *label, const QColor &color) {
        if (label->palette().color(QPalette::WindowText) == color)
            return;
        QPalette inked = label->palette();
        inked.setColor(QPalette::WindowText, color);
        label->setPalette(inked);
    };
    ink(m_counter, tooLong ? theme.danger : theme.muted);
    ink(m_reasonLabel, theme.muted);
}

} // namespace conversure::ui
