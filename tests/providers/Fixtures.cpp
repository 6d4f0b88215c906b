// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Fixtures.h"

#include <QDir>
#include <QFile>

namespace conversure::test {

namespace {

QString folderOf(const QString &provider)
{
    return QStringLiteral(CONVERSURE_SOURCE_DIR "/tests/providers/fixtures/") + provider;
}

QString quoted(QString text)
{
    text.replace(u'\\', QStringLiteral("\\\\"))
        .replace(u'\n', QStringLiteral("\\n"))
        .replace(u'\t', QStringLiteral("\\t"));
    return u'"' + text + u'"';
}

QString describe(const QList<providers::Identity> &identities)
{
    QStringList names;
    for (const providers::Identity &identity : identities)
        names << identity.kind + u':' + identity.scope + u':' + identity.value;
    return names.join(u' ');
}

QString describe(const providers::InboundMessage &message)
{
    return QStringLiteral("message %1 from [%2] name %3 type %4 was %5 at %6 text %7")
        .arg(message.providerMessageId, describe(message.identities), quoted(message.profileName), toText(message.type),
            message.originalType, QString::number(message.timestamp), quoted(message.text));
}

QString describe(const providers::DeliveryStatus &status)
{
    const QString line = QStringLiteral("status %1 of %2 attempt [%3] at %4")
                             .arg(toText(status.status), status.providerMessageId, status.attemptId)
                             .arg(status.timestamp);
    if (status.errorCode.isEmpty() && status.errorTitle.isEmpty())
        return line;
    const QString error =
        QStringLiteral(" error %1 %2 (%3)").arg(status.errorCode, quoted(status.errorTitle), toText(status.errorClass));
    return line + error + (status.waitSeconds > 0 ? QStringLiteral(" wait %1").arg(status.waitSeconds) : QString());
}

QString describe(const providers::PreferenceChange &change)
{
    return QStringLiteral("preference %1 of [%2] at %3")
        .arg(change.stops ? QStringLiteral("stop") : QStringLiteral("resume"), describe(change.identities))
        .arg(change.timestamp);
}

QString describe(const providers::IncomingCall &call)
{
    return QStringLiteral("call from [%1] name %2 at %3")
        .arg(describe(call.identities), quoted(call.profileName))
        .arg(call.timestamp);
}

QString describe(const providers::TemplateNews &news)
{
    return QStringLiteral("template %1 %2 [%3] of %4 at %5 event [%6] reason [%7] quality [%8] category [%9]")
        .arg(news.name, news.language, news.providerTemplateId, news.accountId, QString::number(news.time), news.event,
            news.reason, news.quality, news.category);
}

QString describe(const providers::Ignored &ignored)
{
    return QStringLiteral("ignored ") + ignored.what;
}

} // namespace

QStringList fixtureNames(const QString &provider)
{
    QStringList names = QDir(folderOf(provider)).entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name);
    for (QString &name : names)
        name.chop(5);
    return names;
}

QByteArray fixtureFile(const QString &provider, const QString &fileName)
{
    QFile file(folderOf(provider) + u'/' + fileName);
    return file.open(QIODevice::ReadOnly) ? "" + file.readAll() : QByteArray(); // an empty file is not null
}

QString summary(const providers::Event &event)
{
    const QString what = std::visit([](const auto &content) { return describe(content); }, event.content);
    return QStringLiteral("%1: %2\n").arg(event.providerNumberId, what);
}

QString summary(const providers::Parsed &parsed)
{
    QString lines;
    for (const providers::Event &event : parsed.events)
        lines += summary(event);
    for (const QString &problem : parsed.problems)
        lines += QStringLiteral("problem %1\n").arg(problem);
    return lines;
}

} // namespace conversure::test
