// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/ComposerStrip.h"

#include "models/ComposeModel.h"
#include "ui/widgets/StatusNote.h"
#include "ui/widgets/Theme.h"

#include <QHBoxLayout>

#include <limits>

namespace conversure::ui {

namespace {

using Model = models::ComposeModel;
using Tone = StatusNote::Tone;

constexpr int stripHeight = 28;
constexpr int sideMargin = 12; // with a note's own padding its words begin where those of the field do

Tone toneOf(Model::Level level)
{
    switch (level) {
    case Model::Level::Fine:
        break;
    case Model::Level::Low:
        return Tone::Warning;
    case Model::Level::Used:
        return Tone::Danger;
    }
    return Tone::Quiet;
}

} // namespace

ComposerStrip::ComposerStrip(models::ComposeModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_window(new StatusNote(IconName::Clock, this))
    , m_marketing(new StatusNote(IconName::Ban, this))
    , m_quota(new StatusNote(std::nullopt, this))
{
    setFixedHeight(stripHeight);
    m_window->setObjectName(QStringLiteral("windowNote"));
    m_marketing->setObjectName(QStringLiteral("marketingNote"));
    m_quota->setObjectName(QStringLiteral("quotaNote"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(sideMargin, 4, sideMargin, 0);
    layout->setSpacing(measure::unit);
    layout->addWidget(m_window);
    layout->addWidget(m_marketing);
    layout->addStretch();
    layout->addWidget(m_quota);
    m_tick.setObjectName(QStringLiteral("composerTick"));
    m_tick.setSingleShot(true);
    m_tick.setTimerType(Qt::PreciseTimer); // the window closes at a second
    connect(&m_tick, &QTimer::timeout, &model, &Model::tick);
    connect(&model, &Model::changed, this, &ComposerStrip::showModel);
    showModel();
}

void ComposerStrip::showModel()
{
    const bool closing = m_model.window() == Model::Window::Closing;
    m_window->setNote(m_model.windowText(), closing ? Tone::Warning : Tone::Quiet, m_model.windowDetail());
    m_marketing->setNote(m_model.marketingText(), Tone::Quiet, m_model.marketingDetail());
    m_quota->setNote(m_model.quotaText(), toneOf(m_model.quotaLevel()), m_model.quotaDetail());
    m_quota->setShare(m_model.quotaShare());
    wait();
}

void ComposerStrip::wait()
{
    const qint64 next = m_model.msToNextChange();
    if (!isVisible() || next < 0)
        m_tick.stop();
    else
        m_tick.start(static_cast<int>(std::min<qint64>(next, std::numeric_limits<int>::max())));
}

void ComposerStrip::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_model.tick(); // nobody counted meanwhile
}

void ComposerStrip::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_tick.stop();
}

} // namespace conversure::ui
