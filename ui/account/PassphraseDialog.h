// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/account/AccountDialog.h"

namespace conversure::ui {

class InkButton;
class InkLabel;
class NewPassword;

/// Whether the sign-in is kept in a file under a passphrase, on a desktop without a keyring. Names the file and the
/// risk. Off until somebody says so here.
class PassphraseDialog : public AccountDialog
{
    Q_OBJECT

public:
    /// \a path: the file; \a inUse: it is there and open.
    PassphraseDialog(const QString &path, bool inUse, QWidget *parent = nullptr);

    /// What was asked for is done, or it was not.
    void showDone(bool inUse);
    void showFailed(const QString &sentence);

Q_SIGNALS:
    void useRequested(const QString &passphrase);
    void stopRequested();

protected:
    void retranslate() override;
    void reject() override;

private:
    void submit();
    void setBusy(bool busy);
    void updateControls();

    bool m_inUse;
    bool m_busy = false;
    InkLabel *m_what;
    InkLabel *m_path;
    InkLabel *m_risk;
    NewPassword *m_passphrase;
    QPushButton *m_use;
    InkButton *m_stop;
};

} // namespace conversure::ui
