// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace conversure::models {

/// What the store takes at least.
inline constexpr int minPasswordLength = 10;

/// How well a password may resist guessing, roughly: the store refuses only what is too short.
struct PasswordStrength {
    enum class Level { None, TooShort, Weak, Fair, Strong };
    Level level = Level::None; ///< None: nothing was typed.
    int missing = 0; ///< Characters until it is long enough.

    bool isEnough() const { return level >= Level::Weak; }
    /// What to show while it is being typed; translated.
    QString sentence() const;
};

/// \a known: words that others know of this person (name, e-mail, company); a password made of them is weak.
PasswordStrength strengthOf(const QString &password, const QStringList &known = {});

} // namespace conversure::models
