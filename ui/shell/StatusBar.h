// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPushButton;

namespace conversure::models {
class ConnectionModel;
}

namespace conversure::ui {

class ConnectionIndicator;
class ElidedLabel;

/// How this computer keeps the sign-in until the next start.
enum class Remembering {
    Keyring, ///< Nothing to say about it.
    Nowhere,
    File, ///< Under a passphrase.
};

/// The 24-px foot of the window: how the connection stands, and who is signed in.
class StatusBar : public QWidget
{
    Q_OBJECT

public:
    explicit StatusBar(models::ConnectionModel &connection, QWidget *parent = nullptr);
    void setSignedIn(const QString &who); ///< Empty: nobody is, and there is no connection to speak of.
    void setRemembering(Remembering how);

Q_SIGNALS:
    void rememberingRequested(); ///< The words about it were pressed.

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void retranslate();

    ConnectionIndicator *m_connection;
    QPushButton *m_remembering;
    Remembering m_how = Remembering::Keyring;
    ElidedLabel *m_who;
};

} // namespace conversure::ui
