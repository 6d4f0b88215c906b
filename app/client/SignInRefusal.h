// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"

#include <QDeadlineTimer>
#include <QString>

#include <optional>

namespace conversure::ui {
class MainWindow;
}

namespace conversure::clientapp {

/// When the store takes a try again, where \a error says that it takes none now.
std::optional<QDeadlineTimer> lockEnd(const Error &error);

/// The sign-in page with \a sentence about what was refused; after too many tries instead with the time that is left.
void showRefusal(
    ui::MainWindow &window, const QString &sentence, const std::optional<QDeadlineTimer> &locked, bool keepPassword);

} // namespace conversure::clientapp
