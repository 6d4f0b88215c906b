// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QApplication;

namespace conversure::clientapp {

/// Loads the translations of a language ("ar"; empty: the desktop's) and turns the windows to its direction.
void applyLanguage(QApplication &app, const QString &language);

} // namespace conversure::clientapp
