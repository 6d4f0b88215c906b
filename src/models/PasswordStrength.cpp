// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/PasswordStrength.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <cmath>

namespace conversure::models {

namespace {

constexpr double fairBits = 50;
constexpr double strongBits = 75;

/// From how many characters one of this kind was chosen.
int alphabetOf(const QList<uint> &characters)
{
    bool lower = false;
    bool upper = false;
    bool digit = false;
    bool other = false;
    bool foreign = false;
    for (const uint c : characters) {
        if (c > 127)
            foreign = true;
        else if (QChar::isLower(c))
            lower = true;
        else if (QChar::isUpper(c))
            upper = true;
        else if (QChar::isDigit(c))
            digit = true;
        else
            other = true;
    }
    return (lower ? 26 : 0) + (upper ? 26 : 0) + (digit ? 10 : 0) + (other ? 20 : 0) + (foreign ? 30 : 0);
}

/// Characters that could not be foretold from those before: no repetition, no step along the alphabet.
int unforeseen(const QList<uint> &characters)
{
    int count = 0;
    for (qsizetype i = 0; i < characters.size(); ++i) {
        const qint64 step = i > 0 ? qint64(characters.at(i)) - qint64(characters.at(i - 1)) : 2;
        const bool pair = i > 1 && characters.at(i) == characters.at(i - 2);
        count += std::abs(step) > 1 && !pair ? 1 : 0;
    }
    return count;
}

/// Without the words that others know.
QString withoutKnown(QString password, const QStringList &known)
{
    for (const QString &phrase : known) {
        const QStringList words = phrase.split(QRegularExpression(QStringLiteral("[\\s@.,_-]+")));
        for (const QString &word : words) {
            if (word.size() >= 3)
                password.replace(word, QStringLiteral("*"), Qt::CaseInsensitive);
        }
    }
    return password;
}

QString tr(const char *text, int n = -1)
{
    return QCoreApplication::translate("PasswordStrength", text, nullptr, n);
}

} // namespace

PasswordStrength strengthOf(const QString &password, const QStringList &known)
{
    using Level = PasswordStrength::Level;
    const auto length = static_cast<int>(password.toUcs4().size());
    if (length == 0)
        return {};
    if (length < minPasswordLength)
        return {Level::TooShort, minPasswordLength - length};
    const QList<uint> rest = withoutKnown(password, known).toUcs4();
    const double bits = unforeseen(rest) * std::log2(std::max(2, alphabetOf(rest)));
    return {bits < fairBits ? Level::Weak : bits < strongBits ? Level::Fair : Level::Strong, 0};
}

QString PasswordStrength::sentence() const
{
    switch (level) {
    case Level::None:
        return tr("At least %n characters. Several words are easy to remember.", minPasswordLength);
    case Level::TooShort:
        return missing == 1 ? tr("Too short: one more character.") : tr("Too short: %n more characters.", missing);
    case Level::Weak:
        return tr("Weak: easy to guess. Make it longer or less regular.");
    case Level::Fair:
        return tr("Fair: hard to guess.");
    case Level::Strong:
        return tr("Strong: very hard to guess.");
    }
    return {};
}

} // namespace conversure::models
