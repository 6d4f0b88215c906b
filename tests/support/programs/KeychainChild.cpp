// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "KeychainChild.h"

#include "vault/Keychain.h"

#include <QCoreApplication>
#include <QObject>

#include <cstdio>

namespace conversure::test {

namespace {

void finish(const QByteArray &line)
{
    std::fprintf(stdout, "%s\n", line.constData());
    QCoreApplication::quit();
}

void finishRead(const Result<std::optional<vault::Secret>> &outcome)
{
    if (!outcome)
        finish(outcome.error().code.toUtf8());
    else
        finish(*outcome ? "value " + (*outcome)->bytes() : QByteArrayLiteral("missing"));
}

void finishDone(const Result<void> &outcome)
{
    finish(outcome ? QByteArrayLiteral("ok") : outcome.error().code.toUtf8());
}

} // namespace

std::optional<int> keychainChild(const QStringList &arguments)
{
    if (arguments.size() < 4 || arguments[1] != QStringLiteral("--keychain"))
        return std::nullopt;
    vault::Keychain keychain;
    QObject receiver;
    const QString verb = arguments[2];
    const QString name = arguments[3];
    if (verb == QStringLiteral("read"))
        keychain.read(name, &receiver, finishRead);
    else if (verb == QStringLiteral("remove"))
        keychain.remove(name, &receiver, finishDone);
    else
        keychain.write(name, vault::Secret(arguments[4].toUtf8()), &receiver, finishDone);
    return QCoreApplication::exec();
}

} // namespace conversure::test
