// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRect>
#include <QString>
#include <QWidget>

class QPainter;

namespace conversure::ui {

struct Theme;

/// One or two letters that stand for a name; empty when the name has no letters (a masked phone, an emoji).
QString initials(const QString &name);

/// The same on every machine and in every run, unlike qHash: for hues.
quint32 stableHash(const QByteArray &bytes);

/// Paints a round avatar. \a key chooses the hue, which carries no meaning; the same key has the same hue on every
/// machine.
void paintAvatar(QPainter &painter, const QRect &rect, const QString &name, const QByteArray &key, const Theme &theme);

/// An avatar as a widget, hidden from screen readers since the name stands beside it.
class Avatar : public QWidget
{
    Q_OBJECT

public:
    explicit Avatar(int diameter, QWidget *parent = nullptr);
    void setSubject(const QString &name, const QByteArray &key);
    QSize sizeHint() const override { return {m_diameter, m_diameter}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int m_diameter;
    QString m_name;
    QByteArray m_key;
};

} // namespace conversure::ui
