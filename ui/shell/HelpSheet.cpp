// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/HelpSheet.h"

#include "ui/shell/ActionTable.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/TextDrawing.h"
#include "ui/widgets/Theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QKeySequence>
#include <QLabel>

namespace conversure::ui {

HelpSheet::HelpSheet(QWidget *parent)
    : QDialog(parent)
{
    rebuild();
}

void HelpSheet::rebuild()
{
    m_keys.clear();
    delete layout();
    qDeleteAll(findChildren<QLabel *>(QString(), Qt::FindDirectChildrenOnly));
    setWindowTitle(tr("Keyboard shortcuts"));
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(24, 24, 24, 24);
    grid->setHorizontalSpacing(32);
    grid->setVerticalSpacing(measure::unit);
    int row = 0;
    const auto add = [&](const QString &text, const QString &keys) {
        auto *what = new QLabel(text, this);
        auto *how = new QLabel(isolated(keys), this);
        m_keys << how;
        what->setBuddy(how);
        grid->addWidget(what, row, 0);
        grid->addWidget(how, row++, 1);
    };
    const auto keys = [](const char *portable) {
        return QKeySequence::fromString(QString::fromLatin1(portable)).toString(QKeySequence::NativeText);
    };
    add(tr("Send the message"), keys("Return"));
    add(tr("Begin a new line"), keys("Shift+Return"));
    for (const ActionDescription &description : actionDescriptions())
        add(ActionTable::tr(description.text), keys(description.shortcut));
    recolour();
}

void HelpSheet::recolour()
{
    const QColor muted = Theme::of(palette()).muted;
    for (QLabel *label : std::as_const(m_keys)) {
        QPalette quiet = label->palette();
        quiet.setColor(QPalette::WindowText, muted);
        label->setPalette(quiet);
    }
}

void HelpSheet::changeEvent(QEvent *event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        rebuild();
    if (event->type() == QEvent::PaletteChange)
        recolour();
}

} // namespace conversure::ui
