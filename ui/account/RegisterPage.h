// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/TimeZoneListModel.h"
#include "ui/account/FormPage.h"

class QComboBox;
class QLineEdit;

namespace conversure {
class Clock;
}

namespace conversure::ui {

class FormField;
class NewPassword;

/// What a new company is founded with.
struct NewCompany {
    QString store; ///< Empty: the one this computer knows.
    QString name;
    QString timeZone;
    QString founderName;
    QString email;
    QString password;
};

/// Founds a company with its first admin.
class RegisterPage : public FormPage
{
    Q_OBJECT

public:
    /// \a clock must outlive the page.
    explicit RegisterPage(const Clock &clock, QWidget *parent = nullptr);

    /// Whether this computer knows a store already; else the page asks for it.
    void start(bool storeKnown);
    void showEmailProblem(const QString &sentence); ///< In its place.
    void showStoreProblem(const QString &sentence);
    void wipe();

Q_SIGNALS:
    void registerRequested(const conversure::ui::NewCompany &company);

protected:
    void updateControls() override;
    void retranslate() override;
    void showEvent(QShowEvent *event) override;

private:
    void buildZones();
    void buildColumn();
    void connectFields();
    void followZone();
    QString zone() const;
    bool demand(QLineEdit *edit, FormField *field, bool good, const QString &problem);
    bool check();
    void submit();

    const Clock &m_clock;
    models::TimeZoneListModel m_zones;
    QLineEdit *m_store;
    QLineEdit *m_company;
    QComboBox *m_zone;
    QLineEdit *m_name;
    QLineEdit *m_email;
    FormField *m_storeField;
    FormField *m_companyField;
    FormField *m_zoneField;
    FormField *m_nameField;
    FormField *m_emailField;
    NewPassword *m_password;
};

} // namespace conversure::ui
