// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/PasswordStrength.h"

#include <QWidget>

namespace conversure::ui {

/// Three short bars that fill with the strength of a password. The words beside it say the same.
class StrengthBar : public QWidget
{
    Q_OBJECT

public:
    explicit StrengthBar(QWidget *parent = nullptr);
    void setStrength(const models::PasswordStrength &strength);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    models::PasswordStrength::Level m_level = models::PasswordStrength::Level::None;
};

} // namespace conversure::ui
