// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/SignInErrors.h"

#include <QCoreApplication>

namespace conversure::models {

QString signInErrorSentence(const Error &error)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("SignInErrors", text); };
    if (error.code == QStringLiteral("CV005"))
        return tr("That e-mail and password do not match. Check both and try again.");
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
