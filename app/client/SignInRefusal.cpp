// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "SignInRefusal.h"

#include "ui/account/SignInPage.h"
#include "ui/shell/MainWindow.h"

#include <algorithm>

namespace conversure::clientapp {

std::optional<QDeadlineTimer> lockEnd(const Error &error)
{
    if (error.code != QStringLiteral("CV007"))
        return std::nullopt;
    return QDeadlineTimer(std::max(1, error.detail[QStringLiteral("retry_after")].toInt()) * qint64(1000));
}

void showRefusal(
    ui::MainWindow &window, const QString &sentence, const std::optional<QDeadlineTimer> &locked, bool keepPassword)
{
    window.showSignIn(locked ? QString() : sentence, keepPassword);
    if (const qint64 left = locked ? locked->remainingTime() : 0; left > 0)
        window.signInPage().showLocked(static_cast<int>((left + 999) / 1000));
}

} // namespace conversure::clientapp
