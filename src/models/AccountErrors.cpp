// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/AccountErrors.h"

#include "models/SignInErrors.h"

#include <QCoreApplication>

namespace conversure::models {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("AccountErrors", text);
}

bool is(const Error &error, const char *code)
{
    return error.code == QLatin1StringView(code);
}

/// What any of them may meet.
QString commonSentence(const Error &error)
{
    if (error.kind == ErrorKind::SignedOut)
        return tr("Your session has ended. Sign in again.");
    if (is(error, "store:lost") || error.kind == ErrorKind::Ambiguous)
        return tr("The connection broke, so it is not certain whether this was done. Look again in a moment.");
    if (is(error, "CV040"))
        return tr("Somebody else was changing the same thing. Try again.");
    if (is(error, "pins:write"))
        return tr("This computer cannot write to its data folder. Check that its disk is not full.");
    return signInErrorSentence(error);
}

QString unexpected(const Error &error)
{
    const QString general = tr("This did not work (%1). Try again; if it keeps failing, tell your administrator.");
    return general.arg(error.code);
}

/// Sentences about signing in fit only some failures.
QString otherwise(const Error &error)
{
    const bool known = error.kind == ErrorKind::Unavailable || error.kind == ErrorKind::SignedOut
        || error.kind == ErrorKind::Ambiguous || error.code.startsWith(QStringLiteral("vault:"))
        || error.code.startsWith(QStringLiteral("chain:")) || is(error, "CV007") || is(error, "CV040")
        || is(error, "pins:write") || is(error, "28P01") || is(error, "password:short");
    return known ? commonSentence(error) : unexpected(error);
}

} // namespace

QString joinErrorSentence(const Error &error)
{
    if (is(error, "invitation:link"))
        return tr("This is not an invitation's link. Copy it whole, from “conversure:” to its end.");
    if (is(error, "CV003"))
        return tr("This link was used already, taken back, or is too old. Ask your admin for a new one.");
    if (is(error, "invitation:root"))
        return tr("The store at this address is not the one that the link was made for. Do not go on; ask your admin.");
    if (is(error, "CV004") && error.detail[QStringLiteral("field")].toString() == QStringLiteral("email"))
        return tr("The invitation is for another e-mail address.");
    if (is(error, "CV005"))
        return tr("There is an account for this e-mail already, so the invitation did not let you in, and it is used "
                  "up. Sign in with that account's password, or ask your admin for a new link and use another e-mail.");
    return otherwise(error);
}

QString registerErrorSentence(const Error &error)
{
    if (is(error, "CV002"))
        return tr("This store's companies are set up by whoever runs it. Ask them, or use an invitation.");
    if (is(error, "CV005"))
        return tr("There is an account for this e-mail already, so no company was created. Sign in with that account's "
                  "password, or create the company with another e-mail.");
    if (is(error, "CV004"))
        return tr("The store did not take one of these entries. Check the name, the time zone and the e-mail.");
    return otherwise(error);
}

QString inviteErrorSentence(const Error &error)
{
    if (is(error, "CV041"))
        return tr("Too many links are open at once. Take those back that are not needed.");
    if (is(error, "vault:waiting") || is(error, "CV002"))
        return tr(
            "You cannot invite anybody yet: another admin of your company has to open Conversure first, to let you "
            "in yourself.");
    if (is(error, "reset:authority"))
        return tr("The store calls this colleague something else, admin or agent, than your company has signed, so no "
                  "link was made. If nobody has changed the role, tell whoever runs the store.");
    if (is(error, "CV003"))
        return tr("This link or this colleague is not there any more. Look at the list again.");
    if (is(error, "CV004"))
        return tr("The store did not take one of these entries. Check the name and the e-mail.");
    return otherwise(error);
}

QString accountErrorSentence(const Error &error)
{
    if (is(error, "CV002"))
        return tr("You may not do this. Ask another admin of your company.");
    if (is(error, "CV003"))
        return tr("This is not there any more. Look at the list again.");
    return otherwise(error);
}

QString keysErrorSentence(const Error &error)
{
    if (is(error, "recovery:format"))
        return tr("This is not a recovery code. It has 26 letters and digits.");
    if (is(error, "recovery:code"))
        return tr("This is not the recovery code of your company, or a newer one has replaced it.");
    if (is(error, "recovery:none"))
        return tr("Your company has no recovery code. Another admin can let you in, or whoever runs the relay.");
    if (is(error, "relay:format"))
        return tr("This is not a fingerprint. Copy it whole: 32 letters and digits.");
    if (is(error, "relay:fingerprint"))
        return tr("The store shows another key for this relay, so it was not authorized. Compare once more on the "
                  "relay's own computer; if it stays so, tell whoever runs the store.");
    if (is(error, "vault:waiting") || is(error, "CV002"))
        return tr("You cannot do this yet: another admin of your company has to open Conversure first, to let you in "
                  "yourself.");
    if (is(error, "CV003"))
        return tr("This is not there any more. Look at the list again.");
    return otherwise(error);
}

QString passphraseErrorSentence(const Error &error)
{
    if (is(error, "keeper:passphrase"))
        return tr("This is not the passphrase of the file.");
    if (is(error, "keeper:damaged"))
        return tr(
            "The file is damaged and cannot be opened any more. Sign in with your password; then you can set up a "
            "new file.");
    if (is(error, "keeper:none"))
        return tr("The file is not there any more. Sign in with your password.");
    if (is(error, "vault:memory"))
        return tr("There is not enough free memory for that. Close other programs and try again.");
    return tr("The file cannot be read or written. Check that the disk is not full and the folder is yours.");
}

} // namespace conversure::models
