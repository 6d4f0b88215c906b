// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/LeadPanel.h"

#include "domain/Ids.h"
#include "models/LeadModel.h"
#include "ui/inbox/ConsentSection.h"
#include "ui/widgets/Avatar.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/Icon.h"
#include "ui/widgets/TextDrawing.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

namespace conversure::ui {

namespace {

using Model = models::LeadModel;

constexpr int labelColumn = 96;
constexpr int avatarSize = 56;
constexpr QChar maskDot(0x2022);

/// At the window's leading edge even when the text is of the other direction: the panel is one column.
void alignLeading(QLabel *label, Qt::LayoutDirection direction)
{
    const Qt::Alignment side = QStyle::visualAlignment(direction, Qt::AlignLeft);
    label->setAlignment(side | Qt::AlignTop | Qt::AlignAbsolute);
}

void ink(QLabel *label, const QColor &color)
{
    if (label->palette().color(QPalette::WindowText) == color)
        return;
    QPalette inked = label->palette();
    inked.setColor(QPalette::WindowText, color);
    label->setPalette(inked);
}

/// How far the first line of \a text stands below that of a Latin one: Arabic fonts are taller.
int baselineDrop(const QString &text, const QFont &font)
{
    QTextLayout layout(text, font);
    layout.beginLayout();
    const QTextLine line = layout.createLine();
    layout.endLayout();
    return line.isValid() ? std::max(0, qRound(line.ascent()) - QFontMetrics(font).ascent()) : 0;
}

} // namespace

LeadPanel::LeadPanel(models::LeadModel &model, models::ComposeModel &compose, QWidget *parent)
    : QScrollArea(parent)
    , m_model(model)
    , m_content(new QWidget(this))
    , m_avatar(new Avatar(avatarSize, m_content))
    , m_name(new QLabel(m_content))
    , m_phone(new QLabel(m_content))
    , m_copy(new QToolButton(m_content))
    , m_stage(new Chip(m_content))
    , m_fields(new QWidget(m_content))
    , m_consent(new ConsentSection(compose, m_content))
{
    build();
    connect(&model, &Model::headerChanged, this, &LeadPanel::showHeader);
    connect(&model, &QAbstractItemModel::modelReset, this, &LeadPanel::showFields);
    connect(&model, &QAbstractItemModel::dataChanged, this, &LeadPanel::showFields);
    connect(&model, &QAbstractItemModel::rowsInserted, this, &LeadPanel::showFields);
    connect(&model, &QAbstractItemModel::rowsRemoved, this, &LeadPanel::showFields);
    connect(m_consent, &ConsentSection::optOutRequested, this, &LeadPanel::optOutRequested);
    connect(m_consent, &ConsentSection::liftRequested, this, &LeadPanel::liftRequested);
    connect(m_copy, &QToolButton::clicked, this, [this] { QApplication::clipboard()->setText(m_model.maskedPhone()); });
    retranslate();
    showHeader();
    showFields();
}

void LeadPanel::build()
{
    setFrameShape(NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMinimumWidth(240);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    m_content->setBackgroundRole(QPalette::Base);
    m_content->setAutoFillBackground(true);
    m_name->setFont(ui::font(TextRole::Title));
    m_name->setWordWrap(true);
    m_name->setTextFormat(Qt::PlainText);
    m_name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_phone->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_copy->setIcon(ui::icon(IconName::Copy));
    m_copy->setIconSize({16, 16});
    m_copy->setAutoRaise(true);
    for (QLabel *label : {m_name, m_phone})
        label->setForegroundRole(QPalette::WindowText); // over a Base ground it would be Text

    auto *phone = new QHBoxLayout;
    phone->addWidget(m_phone);
    phone->addWidget(m_copy);
    phone->addStretch();
    auto *stage = new QHBoxLayout;
    stage->addWidget(m_stage);
    stage->addStretch();

    auto *layout = new QVBoxLayout(m_content);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(measure::unit);
    layout->addWidget(m_avatar);
    layout->addSpacing(4);
    layout->addWidget(m_name);
    layout->addLayout(phone);
    layout->addLayout(stage);
    layout->addSpacing(measure::unit);
    layout->addWidget(m_fields);
    layout->addSpacing(measure::unit);
    layout->addWidget(m_consent);
    layout->addStretch();
    setWidget(m_content);
}

void LeadPanel::showHeader()
{
    m_content->setVisible(m_model.isKnown());
    m_avatar->setSubject(m_model.name(), m_model.leadId().value.toRfc4122());
    m_name->setText(m_model.name());
    const QString phone = m_model.maskedPhone();
    m_phone->setText(isolated(phone));
    m_phone->setVisible(!phone.isEmpty());
    m_copy->setVisible(!phone.isEmpty() && !phone.contains(maskDot)); // a masked number is of no use elsewhere
    m_stage->setText(m_model.stage());
    m_stage->setVisible(!m_model.stage().isEmpty());
    recolour();
}

void LeadPanel::showFields()
{
    delete m_fields->layout();
    qDeleteAll(m_fields->findChildren<QLabel *>(QString(), Qt::FindDirectChildrenOnly));
    auto *grid = new QGridLayout(m_fields);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(measure::unit);
    grid->setColumnMinimumWidth(0, labelColumn);
    grid->setColumnStretch(1, 1);
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const QModelIndex index = m_model.index(row, 0);
        auto *label = new QLabel(index.data(Model::LabelRole).toString(), m_fields);
        label->setObjectName(QStringLiteral("fieldLabel"));
        label->setForegroundRole(QPalette::WindowText);
        QLabel *value = makeValue(index.data(Model::ValueRole).toString(), index.data(Model::IsReferenceRole).toBool());
        label->setBuddy(value);
        label->setContentsMargins(0, baselineDrop(value->text(), label->font()), 0, 0);
        grid->addWidget(label, row, 0, Qt::AlignTop);
        grid->addWidget(value, row, 1, Qt::AlignTop);
    }
    showHeader();
    alignTexts();
}

QLabel *LeadPanel::makeValue(const QString &text, bool reference)
{
    auto *value = new QLabel(reference ? isolated(text) : text, m_fields);
    value->setTextFormat(Qt::PlainText);
    value->setWordWrap(true);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return value;
}

void LeadPanel::changeEvent(QEvent *event)
{
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) {
        retranslate();
        showFields();
    }
    if (event->type() == QEvent::PaletteChange)
        recolour();
    if (event->type() == QEvent::LayoutDirectionChange)
        alignTexts();
}

void LeadPanel::alignTexts()
{
    const auto labels = m_content->findChildren<QLabel *>();
    for (QLabel *label : labels)
        alignLeading(label, layoutDirection());
}

void LeadPanel::retranslate()
{
    setAccessibleName(tr("Lead"));
    m_copy->setAccessibleName(tr("Copy telephone number"));
    m_copy->setToolTip(tr("Copy telephone number"));
}

void LeadPanel::recolour()
{
    const Theme &theme = Theme::of(palette());
    ink(m_phone, theme.muted);
    const auto labels = m_fields->findChildren<QLabel *>(QStringLiteral("fieldLabel"));
    for (QLabel *label : labels)
        ink(label, theme.muted);
}

} // namespace conversure::ui
