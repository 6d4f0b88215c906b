// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/RecoveryPage.h"

#include "ui/account/Forms.h"
#include "ui/widgets/Fonts.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/Panel.h"
#include "ui/widgets/Theme.h"

#include <QCheckBox>
#include <QClipboard>
#include <QEvent>
#include <QFileDialog>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QPushButton>
#include <QVBoxLayout>

namespace conversure::ui {

RecoveryPage::RecoveryPage(QWidget *parent)
    : CardPage(formWidth, parent)
    , m_codeLabel(new QLabel)
    , m_copy(new QPushButton)
    , m_save(new QPushButton)
    , m_outcome(new InkLabel(Ink::Muted))
    , m_kept(new QCheckBox)
    , m_continue(new QPushButton)
{
    QFont letters = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    letters.setPixelSize(ui::font(TextRole::Title).pixelSize() + 1);
    m_codeLabel->setFont(letters);
    m_codeLabel->setTextFormat(Qt::PlainText);
    m_codeLabel->setAlignment(Qt::AlignCenter);
    m_codeLabel->setLayoutDirection(Qt::LeftToRight);
    m_codeLabel->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_copy->setAutoDefault(false);
    m_save->setAutoDefault(false);
    m_outcome->setWordWrap(true);
    m_outcome->setFont(ui::font(TextRole::Preview));
    m_continue->setDefault(true);
    buildColumn();
    connect(m_copy, &QPushButton::clicked, this, &RecoveryPage::copy);
    connect(m_save, &QPushButton::clicked, this, &RecoveryPage::chooseFile);
    connect(m_kept, &QCheckBox::toggled, m_continue, &QPushButton::setEnabled);
    connect(m_continue, &QPushButton::clicked, this, &RecoveryPage::continued);
    wipe();
    retranslate();
}

void RecoveryPage::buildColumn()
{
    auto *panel = new Panel;
    auto *inside = new QVBoxLayout(panel);
    inside->setContentsMargins(16, 24, 16, 24);
    inside->addWidget(m_codeLabel);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(measure::unit);
    buttons->addWidget(m_copy, 1);
    buttons->addWidget(m_save, 1);
    column()->addWidget(panel);
    column()->addSpacing(4);
    column()->addLayout(buttons);
    column()->addWidget(m_outcome);
    column()->addSpacing(16);
    column()->addWidget(m_kept);
    column()->addSpacing(12);
    column()->addWidget(m_continue);
}

void RecoveryPage::showCode(const QString &companyName, const QString &code)
{
    wipe();
    m_company = companyName;
    m_code = code;
    m_codeLabel->setText(code);
    retranslate();
}

void RecoveryPage::wipe()
{
    m_code.clear();
    m_codeLabel->clear();
    m_outcome->setInk(Ink::Muted);
    m_outcome->setText({});
    m_kept->setChecked(false);
    m_continue->setEnabled(false);
}

void RecoveryPage::copy()
{
    QGuiApplication::clipboard()->setText(m_code);
    m_outcome->setInk(Ink::Muted);
    m_outcome->setText(tr("Copied. Paste it where you keep it, then copy something else."));
}

void RecoveryPage::chooseFile()
{
    auto *dialog = new QFileDialog(this, tr("Save the recovery code"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("txt"));
    dialog->selectFile(tr("Conversure recovery code") + QStringLiteral(".txt"));
    connect(dialog, &QFileDialog::fileSelected, this,
        [this](const QString &path) { Q_EMIT saveRequested(path, fileText()); });
    dialog->open();
}

QString RecoveryPage::fileText() const
{
    return tr("Recovery code of %1 in Conversure").arg(m_company) + QStringLiteral("\n\n    ") + m_code
        + QStringLiteral("\n\n")
        + tr("It opens the company's secrets when nobody else can any more. Print this page, keep it locked away, and "
             "delete the file.")
        + u'\n';
}

void RecoveryPage::showSaved(const QString &path)
{
    m_outcome->setInk(Ink::Muted);
    m_outcome->setText(tr("Saved as %1").arg(path));
}

void RecoveryPage::showSaveProblem(const QString &sentence)
{
    m_outcome->setInk(Ink::Danger);
    m_outcome->setText(sentence);
}

void RecoveryPage::showEvent(QShowEvent *event)
{
    CardPage::showEvent(event);
    m_copy->setFocus();
}

void RecoveryPage::changeEvent(QEvent *event)
{
    CardPage::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

void RecoveryPage::retranslate()
{
    setTexts(tr("Keep the recovery code"),
        tr("If all admins lose their passwords, only this code opens the company's secrets again. It is shown once. "
           "Keep it on paper or in a safe, apart from this computer."));
    m_codeLabel->setAccessibleName(tr("Recovery code"));
    m_codeLabel->setAccessibleDescription(m_code);
    m_copy->setText(tr("Copy"));
    m_save->setText(tr("Save to a file…"));
    m_kept->setText(tr("I have kept it"));
    m_continue->setText(tr("Continue"));
}

} // namespace conversure::ui
