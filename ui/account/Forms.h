// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QLineEdit;

namespace conversure::ui {

/// How wide the column of a page is on which several things are typed.
inline constexpr int formWidth = 400;

/// A line for an address, which reads left to right in any language.
QLineEdit *newEmailEdit();

/// Whether it looks like one, as the store checks it.
bool looksLikeEmail(const QString &text);

/// A line for a code or a fingerprint that somebody brought along; left to right in any language, too.
QLineEdit *newCodeEdit();

} // namespace conversure::ui
