// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QPushButton>

namespace conversure::ui {

struct Theme;

/// A colour for words that is named by what it means, and follows the theme.
enum class Ink { Text, Muted, Accent, Ok, Warn, Danger };

QColor inkColor(const Theme &theme, Ink ink);

/// A label in one ink. Plain text, so that what people and stores say is never taken for markup. Begins where its
/// window begins lines, in whatever script it is, unless it is centred.
class InkLabel : public QLabel
{
    Q_OBJECT

public:
    explicit InkLabel(Ink ink, QWidget *parent = nullptr);
    void setInk(Ink ink);
    Ink ink() const { return m_ink; }

protected:
    void changeEvent(QEvent *event) override;

private:
    void recolour();
    void align();

    Ink m_ink;
};

/// A button whose words are coloured: for what leads elsewhere (Accent, flat) or cannot be taken back (Danger).
class InkButton : public QPushButton
{
    Q_OBJECT

public:
    explicit InkButton(Ink ink, QWidget *parent = nullptr);

protected:
    void changeEvent(QEvent *event) override;

private:
    void recolour();

    Ink m_ink;
};

} // namespace conversure::ui
