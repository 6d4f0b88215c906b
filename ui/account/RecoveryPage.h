// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/CardPage.h"

#include <QString>

class QCheckBox;
class QLabel;
class QPushButton;

namespace conversure::ui {

class InkLabel;

/// The recovery code of a new company, shown once. The way on opens when somebody says that it was kept.
class RecoveryPage : public CardPage
{
    Q_OBJECT

public:
    explicit RecoveryPage(QWidget *parent = nullptr);

    void showCode(const QString &companyName, const QString &code);
    /// What became of saveRequested().
    void showSaved(const QString &path);
    void showSaveProblem(const QString &sentence);
    void wipe();

Q_SIGNALS:
    /// \a text holds the code: for this file, readable by its owner only, and nothing else.
    void saveRequested(const QString &path, const QString &text);
    void continued();

protected:
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void buildColumn();
    void copy();
    void chooseFile();
    void retranslate();
    QString fileText() const;

    QString m_company;
    QString m_code;
    QLabel *m_codeLabel;
    QPushButton *m_copy;
    QPushButton *m_save;
    InkLabel *m_outcome;
    QCheckBox *m_kept;
    QPushButton *m_continue;
};

} // namespace conversure::ui
