// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What went wrong with a message, as a person should hear it: what happened, what it means, what to do.
#include "models/MessageListModel.h"
#include "models/Texts.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonObject>
#include <QLocale>

#include <algorithm>
#include <array>

namespace conversure::models {

namespace {

struct SendError {
    const char *code;
    bool retry;
    const char *sentence;
};

constexpr std::array sendErrors{
    SendError{"CV001", true,
        QT_TRANSLATE_NOOP("SendError", "You are signed out, so the message was not sent. Sign in and send it again.")},
    SendError{"CV002", false,
        QT_TRANSLATE_NOOP("SendError",
            "You may not write in this conversation, so the message was not sent. Ask your administrator or the agent "
            "it is "
            "assigned to.")},
    SendError{"CV003", false,
        QT_TRANSLATE_NOOP("SendError",
            "This conversation is no longer there or no longer yours, so the message was not sent. Choose it again in "
            "the "
            "list.")},
    SendError{"CV010", true,
        QT_TRANSLATE_NOOP("SendError",
            "The daily limit of this number is used up, so the message was not sent. Wait until tomorrow or ask your "
            "administrator for a higher limit.")},
    SendError{"CV011", true,
        QT_TRANSLATE_NOOP("SendError",
            "Your own daily limit is used up, so the message was not sent. Wait until tomorrow or ask your "
            "administrator "
            "for a higher limit.")},
    SendError{"CV012", false,
        QT_TRANSLATE_NOOP("SendError",
            "The lead last wrote more than 24 hours ago, so WhatsApp allows no free text. Send a template, or wait "
            "until the "
            "lead writes.")},
    SendError{"CV013", false,
        QT_TRANSLATE_NOOP("SendError",
            "This lead has asked for no more messages, so it was not sent. Do not write again unless the lead writes "
            "first.")},
    SendError{"CV014", true,
        QT_TRANSLATE_NOOP("SendError",
            "This number is switched off, so the message was not sent. Ask your administrator to activate it, then "
            "send "
            "again.")},
    SendError{"CV015", false,
        QT_TRANSLATE_NOOP("SendError",
            "This template cannot be used at the moment, so the message was not sent. Choose another template.")},
    SendError{"CV016", false,
        QT_TRANSLATE_NOOP("SendError",
            "The template's fields are not filled as it demands, so the message was not sent. Fill every field and "
            "send it "
            "again.")},
    SendError{"meta:131047", false,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp did not deliver the message: the lead last wrote more than 24 hours ago. Send a template, or "
            "wait "
            "until the lead writes.")},
    SendError{"meta:131026", false,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp cannot deliver to this person: perhaps the number has no WhatsApp or its app is too old. Reach "
            "the "
            "lead in another way.")},
    SendError{"meta:131049", false,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp did not deliver this marketing message, because this person has had many lately. Do not repeat "
            "it "
            "within 24 hours; a reply from the lead opens free text.")},
    SendError{"meta:131050", false,
        QT_TRANSLATE_NOOP("SendError",
            "This person has stopped marketing messages from you, so it was not delivered. Send no more marketing; "
            "answer "
            "when the lead writes.")},
    SendError{"meta:131056", true,
        QT_TRANSLATE_NOOP("SendError",
            "Too many messages went to this one person in a short time, so WhatsApp refused this one. Wait a minute, "
            "then "
            "try again.")},
    SendError{"meta:130429", true,
        QT_TRANSLATE_NOOP("SendError",
            "This number is sending faster than WhatsApp allows, so the message was refused. Wait a minute, then try "
            "again.")},
    SendError{"meta:190", true,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp no longer accepts the access token of this number, so the message was not sent. Ask your "
            "administrator "
            "to enter a new token, then try again.")},
    SendError{"meta:368", false,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp has blocked this account for a time because of its policies, so the message was not sent. Tell "
            "your "
            "administrator to look at the account's quality page.")},
    SendError{"meta:131031", false,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp has locked this account, so the message was not sent. Tell your administrator to look into Meta "
            "Business Support.")},
    SendError{"meta:131042", true,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp reports a problem with the payment of this account, so the message was not sent. Ask your "
            "administrator to settle the billing, then try again.")},
    SendError{"meta:131021", false,
        QT_TRANSLATE_NOOP("SendError",
            "The message was addressed to the number it was sent from, which WhatsApp does not allow. Check the lead's "
            "number.")},
    SendError{"meta:100", false,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp did not accept the form of this message, so it was not sent. Write it anew; if it happens again, "
            "tell "
            "your administrator.")},
    SendError{"meta:131000", true,
        QT_TRANSLATE_NOOP("SendError",
            "Something went wrong at WhatsApp, so the message was not sent. Wait a minute, then try again.")},
    SendError{"unconfirmed", false,
        QT_TRANSLATE_NOOP("SendError",
            "Conversure cannot tell whether WhatsApp received this message. It is not sent again by itself; if no tick "
            "appears, ask the lead before you write it anew.")},
};

constexpr SendError networkError{"net", true,
    QT_TRANSLATE_NOOP("SendError",
        "WhatsApp's service could not be reached, so the message was not sent. Check the connection, then try again.")};

constexpr SendError unknownError{"", true,
    QT_TRANSLATE_NOOP("SendError",
        "The message was not sent (%1). Try again; if it happens again, tell your administrator this code.")};

constexpr const char *numberQuotaFrees = QT_TRANSLATE_NOOP("SendError",
    "The daily limit of this number is used up (%1 of %2 messages), so the message was not sent. Room comes back at "
    "%3: wait "
    "until then or ask your administrator for a higher limit.");
constexpr const char *numberQuota = QT_TRANSLATE_NOOP("SendError",
    "The daily limit of this number is used up (%1 of %2 messages), so the message was not sent. Wait until tomorrow "
    "or ask "
    "your administrator for a higher limit.");
constexpr const char *agentQuotaFrees = QT_TRANSLATE_NOOP("SendError",
    "Your own daily limit is used up (%1 of %2 messages), so the message was not sent. Room comes back at %3: wait "
    "until "
    "then or ask your administrator for a higher limit.");
constexpr const char *agentQuota = QT_TRANSLATE_NOOP("SendError",
    "Your own daily limit is used up (%1 of %2 messages), so the message was not sent. Wait until tomorrow or ask your "
    "administrator for a higher limit.");

const SendError &errorFor(const QString &code)
{
    if (code.startsWith(QLatin1StringView("net:")))
        return networkError;
    const auto found = std::find_if(sendErrors.begin(), sendErrors.end(),
        [&](const SendError &error) { return code == QLatin1StringView(error.code); });
    return found == sendErrors.end() ? unknownError : *found;
}

QString translated(const char *sentence)
{
    return QCoreApplication::translate("SendError", sentence);
}

/// The store writes microseconds or an ISO text, by where the figure was made.
QDateTime timeFrom(const QJsonValue &value)
{
    if (value.isString())
        return QDateTime::fromString(value.toString(), Qt::ISODateWithMs).toLocalTime();
    const qint64 microseconds = value.toInteger(0);
    return microseconds > 0 ? QDateTime::fromMSecsSinceEpoch(microseconds / 1000) : QDateTime();
}

/// Empty when the figures are not there.
QString quotaSentence(const QString &code, const QJsonObject &detail)
{
    const bool ofNumber = code == QLatin1StringView("CV010");
    const QJsonValue limit = detail.value(QLatin1StringView("limit"));
    const QJsonValue used = detail.value(QLatin1StringView("used"));
    if ((!ofNumber && code != QLatin1StringView("CV011")) || !limit.isDouble() || !used.isDouble())
        return {};
    const QString usedText = QLocale().toString(used.toInteger());
    const QString limitText = QLocale().toString(limit.toInteger());
    const QDateTime frees = timeFrom(detail.value(QLatin1StringView("frees_at")));
    if (!frees.isValid())
        return translated(ofNumber ? numberQuota : agentQuota).arg(usedText, limitText);
    return translated(ofNumber ? numberQuotaFrees : agentQuotaFrees)
        .arg(usedText, limitText, QLocale().toString(frees, QLocale::ShortFormat));
}

} // namespace

QString sendErrorSentence(const QString &code, const QJsonObject &detail)
{
    const QString quota = quotaSentence(code, detail);
    if (!quota.isEmpty())
        return quota;
    const SendError &error = errorFor(code);
    if (&error != &unknownError)
        return translated(error.sentence);
    return translated(error.sentence).arg(code.isEmpty() ? QStringLiteral("unknown") : code);
}

bool canRetry(const QString &errorCode)
{
    return errorFor(errorCode).retry;
}

} // namespace conversure::models
