// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>

namespace conversure::clientapp {

/// Shows \a dialog, or the one that is open already.
template <class Dialog, class Make>
void openOnce(QPointer<Dialog> &dialog, Make make)
{
    if (!dialog) {
        dialog = make();
        dialog->open();
    }
    dialog->raise();
    dialog->activateWindow();
}

} // namespace conversure::clientapp
