// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/NewPassword.h"

#include "models/PasswordStrength.h"
#include "ui/account/StrengthBar.h"
#include "ui/widgets/FormField.h"
#include "ui/widgets/PasswordEdit.h"
#include "ui/widgets/Theme.h"

#include <QEvent>
#include <QVBoxLayout>

namespace conversure::ui {

NewPassword::NewPassword(QWidget *parent)
    : QWidget(parent)
    , m_first(new PasswordEdit)
    , m_second(new PasswordEdit)
    , m_bar(new StrengthBar)
{
    m_firstField = new FormField(m_first, this);
    m_secondField = new FormField(m_second, this);
    m_firstField->addBelow(m_bar);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    column->addWidget(m_firstField);
    column->addWidget(m_secondField);
    setFocusProxy(m_first);
    connect(m_first, &QLineEdit::textChanged, this, &NewPassword::follow);
    connect(m_second, &QLineEdit::textChanged, this, &NewPassword::follow);
    connect(m_second, &QLineEdit::editingFinished, this, [this] { sayDifference(false); });
    connect(m_first, &QLineEdit::returnPressed, m_second, [this] { m_second->setFocus(); });
    connect(m_second, &QLineEdit::returnPressed, this, &NewPassword::returnPressed);
    // Who looks at one of them looks at both.
    connect(m_first, &PasswordEdit::revealedChanged, m_second, &PasswordEdit::setRevealed);
    connect(m_second, &PasswordEdit::revealedChanged, m_first, &PasswordEdit::setRevealed);
    follow();
}

void NewPassword::setLabels(const QString &first, const QString &second)
{
    m_firstField->setLabel(first);
    m_secondField->setLabel(second);
}

void NewPassword::setKnown(const QStringList &known)
{
    m_known = known;
    follow();
}

void NewPassword::setReadOnly(bool readOnly)
{
    m_first->setReadOnly(readOnly);
    m_second->setReadOnly(readOnly);
}

void NewPassword::focusFirst()
{
    m_first->setFocus();
}

QString NewPassword::password() const
{
    return m_first->text();
}

bool NewPassword::isEmpty() const
{
    return m_first->text().isEmpty() && m_second->text().isEmpty();
}

bool NewPassword::isGood() const
{
    return models::strengthOf(m_first->text(), m_known).isEnough() && m_first->text() == m_second->text();
}

bool NewPassword::check()
{
    const models::PasswordStrength strength = models::strengthOf(m_first->text(), m_known);
    if (!strength.isEnough()) {
        m_firstField->setProblem(strength.sentence());
        m_first->setFocus();
        return false;
    }
    sayDifference(false);
    if (m_first->text() == m_second->text())
        return true;
    m_second->setFocus();
    return false;
}

void NewPassword::setProblem(const QString &problem)
{
    m_firstField->setProblem(problem);
    if (!problem.isEmpty())
        m_first->setFocus();
}

void NewPassword::wipe()
{
    m_first->wipe();
    m_second->wipe();
    follow();
}

void NewPassword::follow()
{
    const models::PasswordStrength strength = models::strengthOf(m_first->text(), m_known);
    m_bar->setStrength(strength);
    m_firstField->setProblem({});
    m_firstField->setHint(strength.sentence());
    sayDifference(true);
    Q_EMIT changed();
}

void NewPassword::sayDifference(bool whileTyping)
{
    const bool begun = whileTyping && m_first->text().startsWith(m_second->text());
    const bool nothing = m_second->text().isEmpty() && (whileTyping || m_first->text().isEmpty());
    const bool differs = !nothing && !begun && m_first->text() != m_second->text();
    m_secondField->setProblem(differs ? tr("The two are not the same.") : QString());
}

void NewPassword::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        follow();
}

} // namespace conversure::ui
