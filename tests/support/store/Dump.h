// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "StoreFixture.h"

#include <QFile>
#include <QFileInfo>
#include <QProcess>

namespace conversure::test {

/// The whole database as pg_dump writes it under this login; "FAILED …" when it did not.
inline QByteArray dumpAs(const QString &url)
{
    QProcess dump;
    dump.start(QStringLiteral("pg_dump"), {QStringLiteral("--dbname"), url});
    dump.waitForFinished(60'000);
    const QByteArray complaint = dump.readAllStandardError();
    return dump.exitStatus() == QProcess::NormalExit && dump.exitCode() == 0 ? dump.readAllStandardOutput()
                                                                             : "FAILED " + complaint;
}

/// All that the tests' server has logged.
inline QByteArray serverLog(const Database &database)
{
    store::Connection admin = database.admin();
    QFile log(QFileInfo(MUST(admin.run("show data_directory")).text(0, 0)).path() + QStringLiteral("/server.log"));
    return log.open(QIODevice::ReadOnly) ? log.readAll() : QByteArray();
}

} // namespace conversure::test
