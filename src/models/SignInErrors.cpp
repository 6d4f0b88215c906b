// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/SignInErrors.h"

#include "models/VaultErrors.h"

#include <QCoreApplication>

namespace conversure::models {

namespace {

QString tr(const char *text, int n = -1)
{
    return QCoreApplication::translate("SignInErrors", text, nullptr, n);
}

/// One is said in words of its own, so that the sentence is right in English without a translation, too.
QString tooManyAttempts(int seconds)
{
    if (seconds <= 1)
        return tr("Too many attempts. Try again in a second.");
    if (seconds < 60)
        return tr("Too many attempts. Try again in %n seconds.", seconds);
    if (seconds == 60)
        return tr("Too many attempts. Try again in a minute.");
    return tr("Too many attempts. Try again in %n minutes.", (seconds + 59) / 60);
}

} // namespace

QString lockedSentence(int seconds)
{
    if (seconds < 60)
        return tooManyAttempts(seconds);
    const QString left = QStringLiteral("%1:%2").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
    return tr("Too many attempts. Try again in %1.").arg(left);
}

QString signInErrorSentence(const Error &error)
{
    if (const QString sentence = vaultErrorSentence(error); !sentence.isEmpty())
        return sentence;
    if (error.code == QStringLiteral("CV005"))
        return tr("That e-mail and password do not match. Check both and try again.");
    const bool busy = error.detail[QStringLiteral("reason")].toString() == QStringLiteral("busy");
    if (error.code == QStringLiteral("CV007") && !busy)
        return tooManyAttempts(error.detail[QStringLiteral("retry_after")].toInt());
    if (error.code == QStringLiteral("store:busy") || busy)
        return tr("The store is busy with other sign-ins. Wait a moment and try again.");
    if (error.code == QStringLiteral("password:short"))
        return tr("The new password is too short. Choose one of at least %n characters.",
            error.detail[QStringLiteral("min_length")].toInt());
    if (error.code == QStringLiteral("vault:weak"))
        return tr("This store asks for unsafe password settings, so Conversure did not use your password. Tell your "
                  "administrator.");
    if (error.code == QStringLiteral("vault:memory"))
        return tr("There is not enough free memory to check the password safely. Close other programs and try again.");
    if (error.code.startsWith(QStringLiteral("vault:")))
        return tr("Your keys could not be opened. Ask your administrator to set up your account again.");
    if (error.kind == ErrorKind::Unavailable)
        return tr("The store cannot be reached. Check your network connection and try again.");
    if (error.code == QStringLiteral("28P01"))
        return tr(
            "The store does not accept this computer's connection settings. Ask your administrator for a new link.");
    return tr("Signing in did not work (%1). Try again; if it keeps failing, tell your administrator.").arg(error.code);
}

} // namespace conversure::models
