// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/KeychainProbe.h"

#include <QString>

#if defined(Q_OS_UNIX) && !defined(Q_OS_DARWIN)
#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusVariant>
#include <QMap>

namespace conversure::vault {

namespace {

constexpr int deadlineMs = 1'500; // two calls

QDBusMessage ask(const QString &path, const QString &interface, const QString &method, const QVariantList &arguments)
{
    QDBusMessage call =
        QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.secrets"), path, interface, method);
    call.setArguments(arguments);
    return QDBusConnection::sessionBus().call(call, QDBus::Block, deadlineMs);
}

} // namespace

KeychainState probeKeychain()
{
    if (!QDBusConnection::sessionBus().isConnected())
        return KeychainState::Absent;
    const QDBusMessage alias = ask(QStringLiteral("/org/freedesktop/secrets"),
        QStringLiteral("org.freedesktop.Secret.Service"), QStringLiteral("ReadAlias"), {QStringLiteral("default")});
    if (alias.type() != QDBusMessage::ReplyMessage || alias.arguments().isEmpty())
        return KeychainState::Absent;
    const QString collection = alias.arguments().constFirst().value<QDBusObjectPath>().path();
    if (collection == QStringLiteral("/"))
        return KeychainState::Unmade;
    const QDBusMessage locked = ask(collection, QStringLiteral("org.freedesktop.DBus.Properties"),
        QStringLiteral("Get"), {QStringLiteral("org.freedesktop.Secret.Collection"), QStringLiteral("Locked")});
    const bool isLocked = locked.type() == QDBusMessage::ReplyMessage && !locked.arguments().isEmpty()
        && locked.arguments().constFirst().value<QDBusVariant>().variant().toBool();
    return isLocked ? KeychainState::Locked : KeychainState::Ready;
}

KeychainEntry probeEntry(const QString &service, const QString &name)
{
    using Attributes = QMap<QString, QString>;
    qDBusRegisterMetaType<Attributes>();
    const Attributes attributes{{QStringLiteral("server"), service}, {QStringLiteral("user"), name},
        {QStringLiteral("xdg:schema"), QStringLiteral("org.qt.keychain")}};
    const QDBusMessage found =
        ask(QStringLiteral("/org/freedesktop/secrets"), QStringLiteral("org.freedesktop.Secret.Service"),
            QStringLiteral("SearchItems"), {QVariant::fromValue(attributes)});
    if (found.type() != QDBusMessage::ReplyMessage || found.arguments().size() < 2)
        return KeychainEntry::Unknown;
    const auto any = [&](int place) {
        return !qdbus_cast<QList<QDBusObjectPath>>(found.arguments().at(place)).isEmpty();
    };
    return any(0) ? KeychainEntry::Open : any(1) ? KeychainEntry::Locked : KeychainEntry::None;
}

} // namespace conversure::vault

#else

namespace conversure::vault {

KeychainState probeKeychain()
{
    return KeychainState::Absent;
}

KeychainEntry probeEntry(const QString &, const QString &)
{
    return KeychainEntry::Unknown;
}

} // namespace conversure::vault

#endif
