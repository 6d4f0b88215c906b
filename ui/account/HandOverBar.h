// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/AccountRows.h"
#include "ui/widgets/Panel.h"

#include <QList>

class QComboBox;
class QPushButton;

namespace conversure::ui {

class InkLabel;

/// Whoever cannot come in any more may have open conversations left: to whom they go, and a button. Hidden while there
/// are none.
class HandOverBar : public Panel
{
    Q_OBJECT

public:
    explicit HandOverBar(QWidget *parent = nullptr);

    /// \a heirs: who may get them. The choice stays while it is one of these.
    void setLeaver(const PersonRow &leaver, const QList<PersonRow> &heirs);
    void setReady(bool ready);

Q_SIGNALS:
    void requested(conversure::UserId heir); ///< Null: everybody.

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();

    PersonRow m_leaver;
    InkLabel *m_what;
    InkLabel *m_toLabel;
    QComboBox *m_to;
    QPushButton *m_give;
};

} // namespace conversure::ui
