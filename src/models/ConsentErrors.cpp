// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/ConsentErrors.h"

#include <QCoreApplication>

namespace conversure::models {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("ConsentError", text);
}

bool is(const Error &error, const char *code)
{
    return error.code == QLatin1StringView(code);
}

} // namespace

QString consentErrorSentence(const Error &error)
{
    if (is(error, "CV002"))
        return tr("The lead stopped marketing in WhatsApp itself, so only the lead can allow it again there.");
    if (is(error, "CV003"))
        return tr("Nothing was changed: somebody else has done it already, or the conversation is no longer yours.");
    if (is(error, "CV004"))
        return tr("Nothing was changed: it needs a reason of at most 2,000 characters.");
    if (error.kind == ErrorKind::Unavailable || error.kind == ErrorKind::Ambiguous)
        return tr(
            "It could not be noted, because the company's database cannot be reached. Try again once it is back.");
    return tr("It could not be noted (%1). Try again; if it happens again, tell your administrator.").arg(error.code);
}

QString notSentErrorSentence(const Error &error)
{
    if (is(error, "CV019"))
        return {};
    if (is(error, "CV002") || is(error, "CV003"))
        return tr("Only whoever wrote a message, or an administrator, can say that it was not sent.");
    return consentErrorSentence(error);
}

} // namespace conversure::models
