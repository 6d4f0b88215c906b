// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"

#include <QByteArray>
#include <QList>
#include <QMap>
#include <QString>

namespace conversure::store {

/// The embedded .sql files, all read at start-up; a missing one is a failure then and there, never an empty statement.
class SqlLibrary
{
public:
    struct File {
        QString name; ///< "0001_foundation"
        QByteArray text;
    };

    /// Reads every file. Fails with code "store:sql" if a folder has none.
    static Result<SqlLibrary> load();

    /// In the order of their names.
    QList<File> files(const QString &folder) const;
    /// queries/<name>.sql. Aborts the program when there is no such file: a name in the code without its file is a
    /// broken build, and the test that asks for every name keeps it from shipping.
    const QByteArray &query(const QString &name) const;

private:
    QMap<QString, QByteArray> m_files;
};

} // namespace conversure::store
