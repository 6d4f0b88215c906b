// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/SendErrors.h"

#include "models/SendErrorTable.h"
#include "models/Texts.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace conversure::models {

namespace {

QString tr(const char *sentence)
{
    return QCoreApplication::translate("SendError", sentence);
}

QString shown(const QDateTime &time)
{
    return QLocale().toString(time, QLocale::ShortFormat);
}

/// The store writes microseconds or an ISO text, by where the figure was made.
QDateTime timeFrom(const QJsonValue &value)
{
    if (value.isString())
        return QDateTime::fromString(value.toString(), Qt::ISODateWithMs).toLocalTime();
    const qint64 microseconds = value.toInteger(0);
    return microseconds > 0 ? QDateTime::fromMSecsSinceEpoch(microseconds / 1000) : QDateTime();
}

QString textIn(const QJsonObject &detail, const char *key)
{
    return detail.value(QLatin1StringView(key)).toString();
}

QString sentenceOf(const SendErrorRule &rule, const QString &code)
{
    if (!isUnknownSendError(rule))
        return tr(rule.sentence);
    return tr(rule.sentence).arg(code.isEmpty() ? QStringLiteral("unknown") : code);
}

// Sentences with figures. Each is empty when its figures are not there.

QString numberQuota(const QString &used, const QString &limit, const QDateTime &frees)
{
    if (!frees.isValid())
        return tr("The daily limit of this number is used up (%1 of %2 messages), so the message was not sent. Wait "
                  "until tomorrow or ask your administrator for a higher limit.")
            .arg(used, limit);
    return tr("The daily limit of this number is used up (%1 of %2 messages), so the message was not sent. Room comes "
              "back at %3: wait until then or ask your administrator for a higher limit.")
        .arg(used, limit, shown(frees));
}

QString agentQuota(const QString &used, const QString &limit, const QDateTime &frees)
{
    if (!frees.isValid())
        return tr("Your own daily limit is used up (%1 of %2 messages), so the message was not sent. Wait until "
                  "tomorrow or ask your administrator for a higher limit.")
            .arg(used, limit);
    return tr("Your own daily limit is used up (%1 of %2 messages), so the message was not sent. Room comes back at "
              "%3: wait until then or ask your administrator for a higher limit.")
        .arg(used, limit, shown(frees));
}

QString quotaSentence(bool ofNumber, const QJsonObject &detail)
{
    const QJsonValue limit = detail.value(QLatin1StringView("limit"));
    const QJsonValue used = detail.value(QLatin1StringView("used"));
    if (!limit.isDouble() || !used.isDouble())
        return {};
    const QString usedText = QLocale().toString(used.toInteger());
    const QString limitText = QLocale().toString(limit.toInteger());
    const QDateTime frees = timeFrom(detail.value(QLatin1StringView("frees_at")));
    return ofNumber ? numberQuota(usedText, limitText, frees) : agentQuota(usedText, limitText, frees);
}

QString windowSentence(const QJsonObject &detail)
{
    const QJsonValue closed = detail.value(QLatin1StringView("closed_at"));
    if (closed.isNull())
        return tr("The lead has not written to this number yet, so WhatsApp allows no free text. Send a template, or "
                  "wait until the lead writes.");
    const QDateTime at = timeFrom(closed);
    if (!at.isValid())
        return {};
    return tr("WhatsApp allows free text for 24 hours after the lead's last message, which ended at %1. Send a "
              "template, or wait until the lead writes.")
        .arg(shown(at));
}

QString optOutSentence(const QJsonObject &detail)
{
    const QString kind = textIn(detail, "kind");
    if (kind == QLatin1StringView("word"))
        return tr("This lead has written that they want no more marketing messages, so it was not sent. Answer when "
                  "the lead writes; an administrator can lift this if the lead asks for it.");
    if (kind == QLatin1StringView("provider"))
        return tr("This lead has switched marketing messages off in WhatsApp, so it was not sent. Only the lead can "
                  "switch them on again; answer when the lead writes.");
    if (kind == QLatin1StringView("admin"))
        return tr("Somebody in your company has noted that this lead wants no marketing messages, so it was not sent. "
                  "Answer when the lead writes.");
    return {};
}

QString numberSentence(const QJsonObject &detail)
{
    const QString number = textIn(detail, "number");
    if (number.isEmpty())
        return {};
    return tr("The number “%1” is switched off, so the message was not sent. Ask your administrator to activate it, "
              "then send again.")
        .arg(number);
}

QString templateSentence(const QJsonObject &detail)
{
    const QString name = textIn(detail, "name");
    const QString status = textIn(detail, "status");
    if (name.isEmpty() || status.isEmpty())
        return {};
    if (status == QLatin1StringView("PAUSED"))
        return tr("WhatsApp has paused the template “%1”, because people did not like it, so it was not sent. Choose "
                  "another template until it is approved again.")
            .arg(name);
    if (status == QLatin1StringView("DISABLED"))
        return tr("WhatsApp has switched the template “%1” off for good, so it was not sent. Choose another template.")
            .arg(name);
    if (status == QLatin1StringView("DELETED"))
        return tr("The template “%1” is not there any more for this number, so it was not sent. Choose another "
                  "template.")
            .arg(name);
    if (status == QLatin1StringView("UNSUPPORTED"))
        return tr("The template “%1” has parts that cannot be filled in here, so it was not sent. Choose another "
                  "template.")
            .arg(name);
    if (status == QLatin1StringView("CHANGED"))
        return tr("The template “%1” reads differently by now, so it was not sent again. Open the templates, look at "
                  "it, and send it from there.")
            .arg(name);
    return tr("The template “%1” is not approved by WhatsApp (%2), so it was not sent. Choose another template.")
        .arg(name, status);
}

QString lengthSentence(const QJsonObject &detail)
{
    const qint64 length = detail.value(QLatin1StringView("length")).toInteger();
    const qint64 limit = detail.value(QLatin1StringView("limit")).toInteger();
    if (length <= limit)
        return {};
    return tr("The message is longer than WhatsApp takes (%1 of at most %2 characters), so it was not sent. Shorten it "
              "or send it in parts.")
        .arg(QLocale().toString(length), QLocale().toString(limit));
}

QString sentenceWithFigures(const QString &code, const QJsonObject &detail)
{
    if (code == QLatin1StringView("CV010") || code == QLatin1StringView("CV011"))
        return quotaSentence(code == QLatin1StringView("CV010"), detail);
    if (code == QLatin1StringView("CV012"))
        return windowSentence(detail);
    if (code == QLatin1StringView("CV013"))
        return optOutSentence(detail);
    if (code == QLatin1StringView("CV014"))
        return numberSentence(detail);
    if (code == QLatin1StringView("CV015"))
        return templateSentence(detail);
    if (code == QLatin1StringView("provider:text-length"))
        return lengthSentence(detail);
    return {};
}

/// Whether the provider's own words say more than our sentence.
bool quotesProvider(const QString &code, const SendErrorRule &rule)
{
    static const QStringList vague{QStringLiteral("meta:100"), QStringLiteral("meta:131008"),
        QStringLiteral("meta:131009"), QStringLiteral("meta:131052"), QStringLiteral("meta:131053"),
        QStringLiteral("meta:132000"), QStringLiteral("meta:132008"), QStringLiteral("meta:132012"),
        QStringLiteral("meta:132018"), QStringLiteral("meta:135000"), QStringLiteral("meta:unknown")};
    return vague.contains(code) || isUnknownSendError(rule);
}

/// In English as they came, cleaned by the provider's translator of what must not be shown.
QString providerWords(const QJsonObject &detail)
{
    QString words = textIn(detail, "details").simplified();
    if (words.isEmpty())
        words = textIn(detail, "title").simplified();
    while (words.endsWith(u'.'))
        words.chop(1);
    return words.isEmpty() ? QString() : u' ' + tr("WhatsApp says: “%1”.").arg(words);
}

QString whenAgain(const SendErrorRule &rule, const QJsonObject &detail)
{
    const QDateTime at = timeFrom(detail.value(QLatin1StringView("retry_at")));
    return rule.retry == Retry::Later && at.isValid() ? u' ' + tr("It can be sent again from %1.").arg(shown(at))
                                                      : QString();
}

} // namespace

QString sendErrorSentence(const QString &code, const QJsonObject &detail)
{
    const QString exact = sentenceWithFigures(code, detail);
    if (!exact.isEmpty())
        return exact;
    const SendErrorRule &rule = sendErrorRule(code, detail);
    const QString words = quotesProvider(code, rule) ? providerWords(detail) : QString();
    return sentenceOf(rule, code) + words + whenAgain(rule, detail);
}

NextStep nextStep(const QString &code, const QJsonObject &detail)
{
    return sendErrorRule(code, detail).step;
}

std::optional<Microseconds> retryFrom(const QString &code, const QJsonObject &detail)
{
    const SendErrorRule &rule = sendErrorRule(code, detail);
    if (rule.retry == Retry::No)
        return std::nullopt;
    const QDateTime at = timeFrom(detail.value(QLatin1StringView("retry_at")));
    if (at.isValid())
        return at.toMSecsSinceEpoch() * 1000;
    return rule.retry == Retry::Yes ? std::optional<Microseconds>(0) : std::nullopt;
}

bool canRetry(const QString &code, const QJsonObject &detail, Microseconds now)
{
    const auto from = retryFrom(code, detail);
    return from && *from <= now;
}

} // namespace conversure::models
