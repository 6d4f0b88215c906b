// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace conversure::models {
class ConnectionModel;
}

namespace conversure::ui {

class ConnectionIndicator;
class ElidedLabel;

/// The 24-px foot of the window: how the connection stands, and who is signed in.
class StatusBar : public QWidget
{
    Q_OBJECT

public:
    explicit StatusBar(models::ConnectionModel &connection, QWidget *parent = nullptr);
    void setSignedIn(const QString &who); ///< Empty: nobody is, and there is no connection to speak of.
    /// False: the next start will ask for the password again, because this desktop has no keyring that would keep it.
    void setRemembered(bool remembered);

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void retranslate();

    ConnectionIndicator *m_connection;
    ElidedLabel *m_remembered;
    ElidedLabel *m_who;
};

} // namespace conversure::ui
