// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "SecretService.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusVariant>
#include <QDBusVirtualObject>

#include <cstdio>

namespace conversure::test {

namespace {

using Paths = QList<QDBusObjectPath>;

const QString root = QStringLiteral("/org/freedesktop/secrets");
const QString collection = root + QStringLiteral("/collection/login");
const QString entry = collection + QStringLiteral("/1");
const QString session = root + QStringLiteral("/session/1");
const QString unlockQuestion = root + QStringLiteral("/prompt/unlock");
const QString otherQuestion = root + QStringLiteral("/prompt/other");

QVariant pathOf(const QString &text)
{
    return QVariant::fromValue(QDBusObjectPath(text));
}

QVariant wrapped(const QVariant &value)
{
    return QVariant::fromValue(QDBusVariant(value));
}

/// What libsecret and our own probe ask for, and no more.
class Service : public QDBusVirtualObject
{
public:
    explicit Service(const QString &how)
        : m_asks(how != QStringLiteral("error"))
        , m_isEmpty(how == QStringLiteral("empty"))
    {
    }

    QString introspect(const QString &) const override { return {}; }

    bool handleMessage(const QDBusMessage &call, const QDBusConnection &bus) override
    {
        if (call.member() != QStringLiteral("Prompt"))
            return bus.send(answer(call));
        bus.send(call.createReply());
        QDBusMessage dismissed = QDBusMessage::createSignal(
            call.path(), QStringLiteral("org.freedesktop.Secret.Prompt"), QStringLiteral("Completed"));
        const bool unlocks = call.path() == unlockQuestion;
        dismissed << true << wrapped(unlocks ? QVariant::fromValue(Paths()) : pathOf(QStringLiteral("/")));
        return bus.send(dismissed);
    }

private:
    QDBusMessage answer(const QDBusMessage &call) const
    {
        const QString asked = call.member();
        if (asked == QStringLiteral("OpenSession"))
            return openSession(call);
        if (asked == QStringLiteral("ReadAlias"))
            return call.createReply(pathOf(collection));
        if (asked == QStringLiteral("Get")) // the only property that anybody asks for by name is Locked
            return call.createReply(wrapped(m_asks && call.path() == entry));
        if (asked == QStringLiteral("SearchItems"))
            return call.createReply({paths(!m_asks), paths(m_asks && !m_isEmpty)}); // unlocked, locked
        if (m_asks && asked == QStringLiteral("Unlock"))
            return call.createReply({paths(false), pathOf(unlockQuestion)});
        if (m_asks && asked == QStringLiteral("CreateItem"))
            return call.createReply({pathOf(QStringLiteral("/")), pathOf(otherQuestion)});
        if (m_asks && asked == QStringLiteral("Delete"))
            return call.createReply(pathOf(otherQuestion));
        return call.createErrorReply(
            QStringLiteral("org.freedesktop.Secret.Error.IsLocked"), QStringLiteral("access denied"));
    }

    static QDBusMessage openSession(const QDBusMessage &call)
    {
        if (call.arguments().value(0).toString() != QStringLiteral("plain"))
            return call.createErrorReply(QDBusError::NotSupported, QStringLiteral("plain only"));
        return call.createReply({wrapped(QString()), pathOf(session)});
    }

    static QVariant paths(bool any) { return QVariant::fromValue(any ? Paths{QDBusObjectPath(entry)} : Paths()); }

    const bool m_asks;
    const bool m_isEmpty;
};

} // namespace

std::optional<int> denyingSecretService(const QStringList &arguments)
{
    if (arguments.size() < 3 || arguments[1] != QStringLiteral("--secret-service"))
        return std::nullopt;
    qDBusRegisterMetaType<Paths>();
    Service service(arguments[2]);
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.registerVirtualObject(root, &service, QDBusConnection::SubPath)
        || !bus.registerService(QStringLiteral("org.freedesktop.secrets")))
        return 1;
    std::puts("ready");
    std::fflush(stdout);
    return QCoreApplication::exec();
}

} // namespace conversure::test
