// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/account/RegisterPage.h"

#include "domain/Clock.h"
#include "ui/account/Forms.h"
#include "ui/account/NewPassword.h"
#include "ui/widgets/FormField.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/Theme.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QCompleter>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace conversure::ui {

RegisterPage::RegisterPage(const Clock &clock, QWidget *parent)
    : FormPage(formWidth, parent)
    , m_clock(clock)
    , m_store(new QLineEdit)
    , m_company(new QLineEdit)
    , m_zone(new QComboBox)
    , m_name(new QLineEdit)
    , m_email(newEmailEdit())
    , m_storeField(new FormField(m_store))
    , m_companyField(new FormField(m_company))
    , m_zoneField(new FormField(m_zone))
    , m_nameField(new FormField(m_name))
    , m_emailField(new FormField(m_email))
    , m_password(new NewPassword)
{
    m_store->setLayoutDirection(Qt::LeftToRight);
    m_store->setPlaceholderText(QStringLiteral("postgresql://…"));
    m_company->setMaxLength(200);
    m_name->setMaxLength(200);
    buildZones();
    buildColumn();
    connectFields();
    retranslate();
    wipe();
}

void RegisterPage::buildZones()
{
    m_zone->setEditable(true);
    m_zone->setInsertPolicy(QComboBox::NoInsert);
    m_zone->setModel(&m_zones);
    m_zone->setMaxVisibleItems(12);
    m_zone->lineEdit()->setLayoutDirection(Qt::LeftToRight);
    auto *completer = new QCompleter(&m_zones, m_zone);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setFilterMode(Qt::MatchContains); // people look for the city
    completer->setMaxVisibleItems(12);
    m_zone->setCompleter(completer);
    connect(m_zone, &QComboBox::currentTextChanged, this, &RegisterPage::followZone);
}

void RegisterPage::buildColumn()
{
    for (QWidget *part : {static_cast<QWidget *>(m_storeField), static_cast<QWidget *>(m_companyField),
             static_cast<QWidget *>(m_zoneField), static_cast<QWidget *>(m_nameField),
             static_cast<QWidget *>(m_emailField), static_cast<QWidget *>(m_password)})
        addField(part);
    addFoot();
}

void RegisterPage::connectFields()
{
    for (const auto &[edit, field] : {std::pair(m_store, m_storeField), std::pair(m_company, m_companyField),
             std::pair(m_name, m_nameField), std::pair(m_email, m_emailField)}) {
        connect(edit, &QLineEdit::textChanged, this, [this, field = field] {
            field->setProblem({});
            m_password->setKnown({m_company->text(), m_name->text(), m_email->text()});
            updateControls();
        });
    }
    connect(m_store, &QLineEdit::returnPressed, m_company, [this] { m_company->setFocus(); });
    connect(m_company, &QLineEdit::returnPressed, m_zone, [this] { m_zone->setFocus(); });
    connect(m_zone->lineEdit(), &QLineEdit::returnPressed, m_name, [this] {
        if (!zone().isEmpty())
            m_name->setFocus();
    });
    connect(m_name, &QLineEdit::returnPressed, m_email, [this] { m_email->setFocus(); });
    connect(m_email, &QLineEdit::returnPressed, m_password, [this] { m_password->focusFirst(); });
    connect(m_password, &NewPassword::changed, this, [this] { updateControls(); });
    connect(m_password, &NewPassword::returnPressed, this, &RegisterPage::submit);
    connect(primary(), &QPushButton::clicked, this, &RegisterPage::submit);
}

void RegisterPage::start(bool storeKnown)
{
    wipe();
    m_storeField->setVisible(!storeKnown);
    if (isVisible())
        (storeKnown ? m_company : m_store)->setFocus();
}

void RegisterPage::wipe()
{
    for (QLineEdit *edit : {m_store, m_company, m_name, m_email})
        edit->setText({});
    m_zone->setCurrentIndex(m_zones.rowOf(models::TimeZoneListModel::systemZone()));
    m_password->wipe();
    showProblem({});
}

QString RegisterPage::zone() const
{
    const int row = m_zones.rowOf(m_zone->currentText());
    return row < 0 ? QString() : m_zones.index(row).data(models::TimeZoneListModel::IdRole).toString();
}

void RegisterPage::followZone()
{
    m_zoneField->setProblem({});
    m_zoneField->setHint(zone().isEmpty() ? tr("Choose a city of your time zone.")
                                          : models::TimeZoneListModel::nowThere(zone(), m_clock.nowMs()));
    updateControls();
}

void RegisterPage::showEmailProblem(const QString &sentence)
{
    showProblem({});
    m_emailField->setProblem(sentence);
    m_email->setFocus();
}

void RegisterPage::showStoreProblem(const QString &sentence)
{
    showProblem({});
    m_storeField->show();
    m_storeField->setProblem(sentence);
    m_store->setFocus();
}

bool RegisterPage::demand(QLineEdit *edit, FormField *field, bool good, const QString &problem)
{
    if (good)
        return true;
    field->setProblem(problem);
    edit->setFocus();
    return false;
}

bool RegisterPage::check()
{
    const auto said = [](const QLineEdit *edit) { return !edit->text().trimmed().isEmpty(); };
    return demand(m_store, m_storeField, m_storeField->isHidden() || said(m_store),
               tr("Say where the store is; its operator knows the address."))
        && demand(m_company, m_companyField, said(m_company), tr("Say the company's name."))
        && demand(m_zone->lineEdit(), m_zoneField, !zone().isEmpty(), tr("There is no such time zone in the list."))
        && demand(m_name, m_nameField, said(m_name), tr("Say the name that your colleagues will see."))
        && demand(m_email, m_emailField, looksLikeEmail(m_email->text()), tr("This is not an e-mail address."))
        && m_password->check();
}

void RegisterPage::submit()
{
    if (isBusy() || !check())
        return;
    setBusy(true);
    Q_EMIT registerRequested(
        {m_storeField->isHidden() ? QString() : m_store->text().trimmed(), m_company->text().trimmed(), zone(),
            m_name->text().trimmed(), m_email->text().trimmed(), m_password->password()});
}

void RegisterPage::showEvent(QShowEvent *event)
{
    FormPage::showEvent(event);
    (m_storeField->isHidden() ? m_company : m_store)->setFocus();
}

void RegisterPage::updateControls()
{
    for (QLineEdit *edit : {m_store, m_company, m_name, m_email})
        edit->setReadOnly(isBusy());
    m_zone->setEnabled(!isBusy());
    m_password->setReadOnly(isBusy());
    primary()->setEnabled(!isBusy() && !m_company->text().trimmed().isEmpty() && !m_email->text().trimmed().isEmpty()
        && !m_password->isEmpty());
    primary()->setText(isBusy() ? tr("Creating…") : tr("Create the company"));
    back()->setEnabled(!isBusy());
}

void RegisterPage::retranslate()
{
    setTexts(tr("Create a company"), tr("You become its first admin and invite the others."));
    m_storeField->setLabel(tr("Store"));
    m_companyField->setLabel(tr("Company"));
    m_zoneField->setLabel(tr("Time zone"));
    m_nameField->setLabel(tr("Your name"));
    m_emailField->setLabel(tr("Email"));
    m_password->setLabels(tr("Password"), tr("Repeat the password"));
    back()->setText(tr("Back to sign-in"));
    followZone();
}

} // namespace conversure::ui
