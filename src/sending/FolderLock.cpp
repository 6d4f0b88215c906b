// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sending/FolderLock.h"

#include <QFile>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace conversure::sending {

Result<std::unique_ptr<FolderLock>> FolderLock::take(const QString &folder)
{
    const QByteArray path = QFile::encodeName(folder + QStringLiteral("/journal.lock"));
    const int file = ::open(path.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return failure(
            ErrorKind::Unavailable, QStringLiteral("journal:open"), QStringLiteral("cannot write in %1").arg(folder));
    std::unique_ptr<FolderLock> lock(new FolderLock(file));
    if (::flock(file, LOCK_EX | LOCK_NB) == 0)
        return lock;
    if (errno == EWOULDBLOCK)
        return failure(ErrorKind::Unavailable, QStringLiteral("journal:busy"),
            QStringLiteral("another Conversure has %1 open").arg(folder));
    return failure(
        ErrorKind::Unavailable, QStringLiteral("journal:open"), QStringLiteral("cannot lock %1").arg(folder));
}

FolderLock::~FolderLock()
{
    ::close(m_file);
}

} // namespace conversure::sending
