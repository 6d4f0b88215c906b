// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/TemplatePicker.h"

#include "models/ComposeModel.h"
#include "ui/inbox/TemplateForm.h"
#include "ui/inbox/TemplateList.h"
#include "ui/inbox/TemplatePreview.h"
#include "ui/widgets/ElidedLabel.h"
#include "ui/widgets/Icon.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace conversure::ui {

namespace {

using List = models::TemplateListModel;

constexpr int headHeight = 44;
constexpr int lowest = 280;
constexpr int besideFrom = 520;

QToolButton *makeButton(IconName name, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setIcon(ui::icon(name));
    button->setIconSize({18, 18});
    button->setFixedSize(measure::controlHeight, measure::controlHeight);
    button->setAutoRaise(true);
    return button;
}

} // namespace

TemplatePicker::TemplatePicker(models::ComposeModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_back(makeButton(IconName::Back, this))
    , m_title(new ElidedLabel(TextRole::Title, ElidedLabel::Tone::Text, this))
    , m_about(new ElidedLabel(TextRole::Chip, ElidedLabel::Tone::Muted, this))
    , m_close(makeButton(IconName::Close, this))
    , m_body(new QWidget(this))
    , m_pages(new QStackedWidget(m_body))
    , m_search(new QLineEdit(this))
    , m_list(new TemplateList(model.templates(), this))
    , m_none(new InkLabel(Ink::Muted, this))
    , m_form(new TemplateForm(this))
    , m_preview(new TemplatePreview(m_body))
    , m_sentence(new InkLabel(Ink::Muted, this))
    , m_go(new QPushButton(this))
{
    m_search->setClearButtonEnabled(true);
    m_search->addAction(ui::icon(IconName::Search), QLineEdit::LeadingPosition);
    m_search->installEventFilter(this);
    m_none->setWordWrap(true);
    m_none->setAlignment(Qt::AlignCenter);
    m_none->setContentsMargins(24, 24, 24, 24);
    m_sentence->setWordWrap(true);
    m_sentence->setFont(ui::font(TextRole::Preview));
    m_go->setDefault(true);
    m_go->setAutoDefault(false);
    m_go->setMinimumWidth(80);
    buildLayout();
    connectParts();
    retranslate();
    hide();
}

void TemplatePicker::buildLayout()
{
    auto *choose = new QWidget(m_pages);
    auto *column = new QVBoxLayout(choose);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    auto *searchRow = new QHBoxLayout;
    searchRow->setContentsMargins(12, 12, 12, 0);
    searchRow->addWidget(m_search);
    column->addLayout(searchRow);
    column->addWidget(m_list, 1);
    column->addWidget(m_none, 1);
    m_pages->addWidget(choose);
    m_pages->addWidget(m_form);

    m_split = new QBoxLayout(QBoxLayout::LeftToRight, m_body);
    m_split->setContentsMargins(0, 0, 0, 0);
    m_split->setSpacing(1);
    m_split->addWidget(m_pages, 1);
    m_split->addWidget(m_preview, 1);

    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 1, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(makeHead());
    rows->addSpacing(1);
    rows->addWidget(m_body, 1);
    rows->addSpacing(1);
    rows->addWidget(makeFoot());
}

QWidget *TemplatePicker::makeHead()
{
    auto *head = new QWidget(this);
    head->setFixedHeight(headHeight);
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(8, 0, 8, 0); // equal, since margins are not mirrored
    row->setSpacing(measure::unit);
    m_lead = new QSpacerItem(0, 0);
    row->addWidget(m_back);
    row->addSpacerItem(m_lead);
    row->addWidget(m_title);
    row->addWidget(m_about, 1);
    row->addWidget(m_close);
    return head;
}

QWidget *TemplatePicker::makeFoot()
{
    auto *foot = new QWidget(this);
    auto *row = new QHBoxLayout(foot);
    row->setContentsMargins(16, 10, 16, 10);
    row->setSpacing(12);
    row->addWidget(m_sentence, 1);
    row->addWidget(m_go, 0, Qt::AlignBottom);
    return foot;
}

void TemplatePicker::connectParts()
{
    connect(m_back, &QToolButton::clicked, this, &TemplatePicker::back);
    connect(m_close, &QToolButton::clicked, this, &TemplatePicker::closed);
    connect(m_go, &QPushButton::clicked, this, &TemplatePicker::goOn);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_model.templates().setFilter(text);
        m_list->ensureCurrent();
        refresh();
    });
    connect(m_list, &TemplateList::currentTemplateChanged, this, &TemplatePicker::refresh);
    connect(m_list, &TemplateList::taken, this, &TemplatePicker::goOn);
    connect(m_form, &TemplateForm::valuesChanged, this, &TemplatePicker::keepValues);
    connect(m_form, &TemplateForm::currentChanged, m_preview, &TemplatePreview::setCurrent);
    connect(m_form, &TemplateForm::submitted, this, &TemplatePicker::goOn);
    connect(&m_model.templates(), &List::changed, this, [this] {
        if (!m_conversation.isNull())
            refresh();
    });
}

void TemplatePicker::begin(ConversationId conversation)
{
    m_conversation = conversation;
    if (isFillingNow())
        showFields();
    else
        showList();
}

void TemplatePicker::beginWith(ConversationId conversation, TemplateId id)
{
    m_conversation = conversation;
    take(id);
}

void TemplatePicker::restore(
    ConversationId conversation, TemplateId id, const TemplateValues &values, const QString &sentence)
{
    m_drafts.insert(conversation, {id, values, sentence});
    if (conversation == m_conversation)
        begin(conversation);
}

void TemplatePicker::setOffline(bool offline)
{
    m_offline = offline;
    refresh();
}

void TemplatePicker::forget()
{
    m_drafts.clear();
    m_conversation = {};
    m_typed.clear();
}

void TemplatePicker::setRoom(int height)
{
    m_room = std::max(lowest, height);
    updateGeometry();
}

QSize TemplatePicker::sizeHint() const
{
    return {480, m_room};
}

bool TemplatePicker::isFillingNow() const
{
    return m_drafts.contains(m_conversation);
}

void TemplatePicker::showList()
{
    m_pages->setCurrentIndex(0);
    m_search->clear();
    m_model.templates().setFilter({});
    m_list->scrollToTop();
    m_list->setCurrentIndex({});
    m_list->ensureCurrent();
    m_preview->setCurrent({});
    refresh();
    arrange();
}

void TemplatePicker::showFields()
{
    QList<Offer> offers;
    if (const QString typed = m_typed.trimmed(); !typed.isEmpty())
        offers.append({tr("What you typed"), typed});
    const QList<models::TemplateFact> facts = m_model.facts();
    for (const models::TemplateFact &fact : facts)
        offers.append({fact.label, fact.value});
    m_form->setOffers(offers);
    refresh();
    m_pages->setCurrentIndex(1); // with its fields already, as one of them may get the focus
    arrange();
}

void TemplatePicker::take(TemplateId id)
{
    const TemplateRow *row = m_model.templates().find(id);
    if (row == nullptr)
        return;
    m_drafts.insert(m_conversation, {id, models::prefilled(*row, m_model.facts()), {}});
    showFields();
    focusFirst();
}

void TemplatePicker::focusFirst()
{
    if (!isFillingNow())
        m_search->setFocus(Qt::OtherFocusReason);
    else if (!m_form->focusFirstMissing())
        m_go->setFocus(Qt::TabFocusReason);
}

void TemplatePicker::keepValues()
{
    if (!isFillingNow())
        return;
    m_drafts[m_conversation].values = m_form->values();
    refresh();
}

void TemplatePicker::back()
{
    if (!isFillingNow()) {
        Q_EMIT closed();
        return;
    }
    const TemplateId id = m_drafts.take(m_conversation).id;
    showList();
    m_list->select(id);
    m_search->setFocus(Qt::OtherFocusReason);
}

void TemplatePicker::goOn()
{
    const TemplateId id = looked();
    if (!m_model.templates().isUsable(id))
        return;
    if (!isFillingNow()) {
        take(id);
        return;
    }
    if (m_form->focusFirstMissing())
        m_form->showMissing();
    else
        send();
}

void TemplatePicker::send()
{
    const Draft draft = m_drafts.value(m_conversation);
    const TemplateRow *found = m_model.templates().find(draft.id);
    if (found == nullptr)
        return;
    const TemplateRow row = *found;
    TemplateValues values;
    bool typedIsIn = false;
    for (const TemplateField &field : fieldsOf(row)) {
        const QString value = cleanValue(draft.values.value(field));
        typedIsIn = typedIsIn || (!value.isEmpty() && value == cleanValue(m_typed));
        if (!value.isEmpty())
            values.set(field.part, field.key, value);
    }
    const ConversationId conversation = m_conversation;
    m_drafts.remove(conversation);
    m_model.templates().noteUsed(row.id);
    Q_EMIT closed();
    if (typedIsIn)
        Q_EMIT typedTextSent();
    Q_EMIT sendRequested(conversation, row, values);
}

TemplateId TemplatePicker::looked() const
{
    return isFillingNow() ? m_drafts.value(m_conversation).id : m_list->current();
}

void TemplatePicker::refresh()
{
    const bool none = m_model.templates().rowCount() == 0;
    m_list->setVisible(!none);
    m_none->setVisible(none);
    m_none->setText(m_model.templates().isEmpty()
            ? tr("No templates are known yet. An administrator makes them in WhatsApp Manager.")
            : tr("No template has these words."));
    const TemplateRow *row = m_model.templates().find(looked());
    const TemplateValues values = isFillingNow() ? m_drafts.value(m_conversation).values : TemplateValues();
    if (row == nullptr) {
        m_preview->clear();
    } else {
        const TemplateValues shown = isFillingNow() ? values : models::prefilled(*row, m_model.facts());
        m_preview->setTemplate(*row, shown);
        if (isFillingNow())
            m_form->setTemplate(*row, values);
    }
    refreshHead();
    refreshFoot();
}

void TemplatePicker::refreshHead()
{
    const bool filling = isFillingNow();
    const QModelIndex index = m_model.templates().indexOf(looked());
    const TemplateRow *row = m_model.templates().find(looked());
    m_back->setVisible(filling);
    m_lead->changeSize(filling ? 0 : measure::unit, 0);
    m_title->parentWidget()->layout()->invalidate();
    m_title->setText(filling && row != nullptr ? row->name : tr("Templates"));
    QStringList about;
    if (filling && index.isValid())
        about << index.data(List::LanguageRole).toString() << index.data(List::CategoryRole).toString();
    m_about->setText(about.join(QStringLiteral("  ·  ")));
}

void TemplatePicker::refreshFoot()
{
    const bool filling = isFillingNow();
    const TemplateId id = looked();
    const TemplateRow *row = m_model.templates().find(id);
    const QString reason = id.isNull() ? QString() : m_model.templates().reason(id);
    const QString missing = filling ? missingSentence() : QString();
    QString sentence = !reason.isEmpty() ? reason : missing;
    const QString refused = filling ? m_drafts.value(m_conversation).sentence : QString();
    if (sentence.isEmpty())
        sentence = refused;
    m_sentence->setInk(!reason.isEmpty() || !missing.isEmpty() ? Ink::Warn
            : refused.isEmpty()                                ? Ink::Muted
                                                               : Ink::Danger);
    m_sentence->setText(sentence);
    m_go->setEnabled(row != nullptr && reason.isEmpty() && missing.isEmpty());
    m_go->setText(!filling ? tr("Use") : m_offline ? tr("Queue") : tr("Send"));
    m_go->setAccessibleName(filling ? tr("Send template") : tr("Use template"));
}

QString TemplatePicker::missingSentence() const
{
    const TemplateRow *row = m_model.templates().find(looked());
    if (row == nullptr)
        return {};
    QStringList names;
    const QList<TemplateField> missing = missingFields(*row, m_drafts.value(m_conversation).values);
    for (const TemplateField &field : missing)
        names << fieldLabel(field);
    return names.isEmpty() ? QString() : tr("Still to fill in: %1").arg(names.join(tr(", ")));
}

void TemplatePicker::arrange()
{
    const bool beside = width() >= besideFrom;
    m_split->setDirection(beside ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_preview->setVisible(beside || isFillingNow());
}

void TemplatePicker::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void TemplatePicker::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.fillRect(rect(), theme.base);
    painter.fillRect(QRect(0, 0, width(), 1), theme.line);
    painter.fillRect(QRect(0, m_body->y() - 1, width(), 1), theme.line);
    painter.fillRect(QRect(0, m_body->geometry().bottom() + 1, width(), 1), theme.line);
    const QRect preview = m_preview->geometry().translated(m_body->pos());
    if (m_preview->isVisible() && m_split->direction() == QBoxLayout::LeftToRight)
        painter.fillRect(preview.adjusted(-1, 0, 1, 0), theme.line);
    else if (m_preview->isVisible())
        painter.fillRect(preview.adjusted(0, -1, 0, 0), theme.line);
}

/// Esc is ours, and not the window's.
bool TemplatePicker::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

void TemplatePicker::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    auto *button = enter ? qobject_cast<QPushButton *>(QApplication::focusWidget()) : nullptr;
    if (event->key() == Qt::Key_Escape)
        back();
    else if (button != nullptr)
        button->click();
    else
        QWidget::keyPressEvent(event);
}

bool TemplatePicker::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        switch (key->key()) {
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_PageUp:
        case Qt::Key_PageDown:
            QApplication::sendEvent(m_list, event); // one looks through the list while typing
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            goOn();
            return true;
        default:
            break;
        }
    }
    return QWidget::eventFilter(watched, event);
}

/// Behind the last field comes what is still missing.
bool TemplatePicker::focusNextPrevChild(bool next)
{
    if (next && isFillingNow() && m_form->isLast(QApplication::focusWidget()) && m_form->focusFirstMissing())
        return true;
    return QWidget::focusNextPrevChild(next);
}

void TemplatePicker::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void TemplatePicker::retranslate()
{
    m_search->setPlaceholderText(tr("Search templates"));
    m_search->setAccessibleName(tr("Search templates"));
    m_back->setAccessibleName(tr("Back to all templates"));
    m_back->setToolTip(tr("Back to all templates (Esc)"));
    m_close->setAccessibleName(tr("Close templates"));
    m_close->setToolTip(tr("Close (Esc)"));
    refresh();
}

} // namespace conversure::ui
