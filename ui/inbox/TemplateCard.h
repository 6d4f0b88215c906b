// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

namespace conversure::ui {

/// A template as a button: its name, and how it begins.
class TemplateCard : public QAbstractButton
{
    Q_OBJECT

public:
    explicit TemplateCard(QWidget *parent = nullptr);

    void setTemplate(const QString &name, const QString &preview);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QString m_preview;
};

} // namespace conversure::ui
