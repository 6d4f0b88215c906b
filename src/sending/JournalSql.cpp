// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sending/JournalSql.h"

#include <QFile>

// Q_INIT_RESOURCE must stand outside of any namespace.
static void initJournalSql()
{
    Q_INIT_RESOURCE(sending_sql);
}

namespace conversure::sending {

QString journalSql(const QString &name)
{
    initJournalSql();
    QFile file(QStringLiteral(":/sending/sql/%1.sql").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no statement sql/%s.sql", qPrintable(name));
    return QString::fromUtf8(file.readAll());
}

QStringList journalScript(const QString &name)
{
    QStringList out;
    for (const QString &part : journalSql(name).split(QStringLiteral(";\n"))) {
        if (!part.trimmed().isEmpty())
            out << part;
    }
    return out;
}

} // namespace conversure::sending
