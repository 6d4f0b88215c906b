// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/SqlLibrary.h"

#include <QDirIterator>
#include <QFile>

// Q_INIT_RESOURCE must stand outside of any namespace.
static void initSqlResources()
{
    Q_INIT_RESOURCE(store_sql);
}

namespace conversure::store {

Result<SqlLibrary> SqlLibrary::load()
{
    initSqlResources();
    SqlLibrary library;
    const QString root = QStringLiteral(":/store/sql/");
    QDirIterator it(root, {QStringLiteral("*.sql")}, QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        QFile file(it.next());
        if (!file.open(QIODevice::ReadOnly))
            return failure(
                ErrorKind::Internal, QStringLiteral("store:sql"), QStringLiteral("cannot read ") + file.fileName());
        library.m_files.insert(file.fileName().mid(root.size()).chopped(4), file.readAll());
    }
    for (const QString &folder : {QStringLiteral("cluster"), QStringLiteral("migrations"), QStringLiteral("functions"),
             QStringLiteral("policies"), QStringLiteral("queries")}) {
        if (library.files(folder).isEmpty())
            return failure(
                ErrorKind::Internal, QStringLiteral("store:sql"), QStringLiteral("no statements in ") + folder);
    }
    return library;
}

QList<SqlLibrary::File> SqlLibrary::files(const QString &folder) const
{
    QList<File> out;
    for (auto it = m_files.begin(); it != m_files.end(); ++it) {
        if (it.key().startsWith(folder + u'/'))
            out.append({it.key().mid(folder.size() + 1), it.value()});
    }
    return out;
}

const QByteArray &SqlLibrary::query(const QString &name) const
{
    const auto it = m_files.find(QStringLiteral("queries/") + name);
    if (it == m_files.end())
        qFatal("no statement queries/%s.sql", qPrintable(name));
    return it.value();
}

} // namespace conversure::store
