// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/TemplateForm.h"

#include "ui/widgets/FormField.h"
#include "ui/widgets/Icon.h"
#include "ui/widgets/Ink.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace conversure::ui {

namespace {

constexpr int margin = 16;
constexpr int offerLength = 40;

/// In a menu an ampersand would underline what follows it.
QString menuText(const Offer &offer)
{
    QString value = offer.value.simplified();
    if (value.size() > offerLength)
        value = value.left(offerLength - 1) + u'…';
    return QStringLiteral("%1\t%2").arg(value.replace(u'&', QStringLiteral("&&")), offer.label);
}

QString hintOf(const TemplateField &field, bool wanting)
{
    if (!field.required)
        return TemplateForm::tr("May stay empty");
    if (field.example.isEmpty())
        return wanting ? TemplateForm::tr("Still to fill in") : QString();
    return (wanting ? TemplateForm::tr("Still to fill in, for example: %1") : TemplateForm::tr("For example: %1"))
        .arg(field.example);
}

} // namespace

QString fieldLabel(const TemplateField &field)
{
    QString label = field.label;
    if (!label.isEmpty())
        label[0] = label.at(0).toUpper();
    return label;
}

TemplateForm::TemplateForm(QWidget *parent)
    : QScrollArea(parent)
    , m_nothing(new InkLabel(Ink::Muted, this))
{
    setFrameShape(NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    auto *sheet = new QWidget(this);
    m_column = new QVBoxLayout(sheet);
    m_column->setContentsMargins(margin, 12, margin, 12);
    m_column->setSpacing(12);
    m_nothing->setWordWrap(true);
    m_column->addWidget(m_nothing);
    m_column->addStretch();
    setWidget(sheet);
    sheet->setAutoFillBackground(false);
    viewport()->setAutoFillBackground(false);
    retranslate();
}

void TemplateForm::setTemplate(const TemplateRow &row, const TemplateValues &values)
{
    m_template = row;
    m_values = values;
    const QList<TemplateField> fields = fieldsOf(row);
    const bool same = std::equal(m_rows.begin(), m_rows.end(), fields.begin(), fields.end(),
        [](const Row &known, const TemplateField &field) { return known.field == field; });
    if (!same)
        rebuild(fields);
    for (Row &known : m_rows) {
        const QSignalBlocker quiet(known.edit);
        if (known.edit->text() != values.value(known.field))
            known.edit->setText(values.value(known.field));
        known.left = known.left && same;
        judge(known);
    }
    m_nothing->setVisible(fields.isEmpty());
}

void TemplateForm::rebuild(const QList<TemplateField> &fields)
{
    // Gone from the list first: one that has the focus says so while it is being deleted.
    const QList<Row> before = std::exchange(m_rows, {});
    for (const Row &row : before)
        delete row.box;
    for (const TemplateField &field : fields)
        m_rows << makeRow(field);
}

TemplateForm::Row TemplateForm::makeRow(const TemplateField &field)
{
    auto *edit = new QLineEdit(widget());
    auto *box = new FormField(edit, widget());
    box->setLabel(fieldLabel(field));
    edit->installEventFilter(this);
    const qsizetype index = m_rows.size();
    QAction *arrow = edit->addAction(ui::icon(IconName::ChevronDown), QLineEdit::TrailingPosition);
    arrow->setToolTip(tr("What is known (Down)"));
    connect(arrow, &QAction::triggered, this, [this, index] { offer(index); });
    connect(edit, &QLineEdit::textChanged, this, [this, index] { take(index); });
    m_column->insertWidget(m_column->count() - 1, box);
    box->show();
    return {field, box, edit, false};
}

void TemplateForm::take(qsizetype index)
{
    const TemplateField &field = m_rows.at(index).field;
    m_values.set(field.part, field.key, m_rows.at(index).edit->text());
    judge(m_rows[index]);
    Q_EMIT valuesChanged();
}

void TemplateForm::judge(Row &row)
{
    const QString value = cleanValue(row.edit->text());
    const bool wanting = value.isEmpty() && row.field.required;
    QString problem;
    if (wanting && row.left)
        problem = tr("This has to be filled in");
    else if (value.size() > row.field.maxLength && row.field.maxLength > 0)
        problem = tr("At most %1 characters").arg(locale().toString(row.field.maxLength));
    else if (!value.isEmpty() && row.left && missingFields(m_template, m_values).contains(row.field))
        problem = tr("An address that begins with https://");
    row.box->setHint(hintOf(row.field, wanting));
    row.box->setWanting(wanting);
    row.box->setProblem(problem);
}

void TemplateForm::showMissing()
{
    for (Row &row : m_rows) {
        row.left = true;
        judge(row);
    }
}

bool TemplateForm::focusFirstMissing()
{
    const QList<TemplateField> missing = missingFields(m_template, m_values);
    if (missing.isEmpty())
        return false;
    for (const Row &row : std::as_const(m_rows)) {
        if (row.field != missing.first())
            continue;
        row.edit->setFocus(Qt::TabFocusReason);
        ensureWidgetVisible(row.box, 0, margin);
    }
    return true;
}

bool TemplateForm::isLast(const QWidget *field) const
{
    return !m_rows.isEmpty() && m_rows.last().edit == field;
}

void TemplateForm::offer(qsizetype index)
{
    if (m_offers.isEmpty())
        return;
    QLineEdit *edit = m_rows.at(index).edit;
    auto *menu = new QMenu(edit);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const Offer &known : std::as_const(m_offers))
        connect(menu->addAction(menuText(known)), &QAction::triggered, edit,
            [edit, known] { edit->setText(cleanValue(known.value)); });
    menu->setMinimumWidth(edit->width());
    const bool rightToLeft = layoutDirection() == Qt::RightToLeft;
    menu->popup(edit->mapToGlobal(
        rightToLeft ? edit->rect().bottomRight() - QPoint(edit->width(), 0) : edit->rect().bottomLeft()));
    if (!menu->actions().isEmpty())
        menu->setActiveAction(menu->actions().first());
}

qsizetype TemplateForm::rowOf(const QObject *edit) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [&](const Row &row) { return row.edit == edit; });
    return found == m_rows.end() ? -1 : found - m_rows.begin();
}

bool TemplateForm::eventFilter(QObject *watched, QEvent *event)
{
    const qsizetype index = rowOf(watched);
    if (index < 0)
        return QScrollArea::eventFilter(watched, event);
    if (event->type() == QEvent::FocusIn) {
        Q_EMIT currentChanged(m_rows.at(index).field);
        ensureWidgetVisible(m_rows.at(index).box, 0, margin);
    }
    if (event->type() == QEvent::FocusOut && static_cast<QFocusEvent *>(event)->reason() != Qt::PopupFocusReason) {
        m_rows[index].left = true;
        judge(m_rows[index]);
        Q_EMIT currentChanged({});
    }
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Down) {
            offer(index);
            return true;
        }
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            Q_EMIT submitted();
            return true;
        }
    }
    return QScrollArea::eventFilter(watched, event);
}

void TemplateForm::changeEvent(QEvent *event)
{
    QScrollArea::changeEvent(event);
    if (event->type() != QEvent::LanguageChange)
        return;
    retranslate();
    rebuild(fieldsOf(m_template)); // their labels are translated as well
    setTemplate(m_template, m_values);
}

void TemplateForm::retranslate()
{
    m_nothing->setText(tr("Nothing has to be filled in."));
}

} // namespace conversure::ui
