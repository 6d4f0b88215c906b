// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"

#include <QString>

#include <memory>

namespace conversure::sending {

/// Keeps other processes out of a folder for as long as it lives. A lock of the kernel on the file journal.lock, which
/// goes with the process however that ends: what a dead one left behind shuts nobody out. (QLockFile judges by what is
/// written in the file, and takes the process of another host name, or one that has our own number, for alive.)
class FolderLock
{
public:
    /// Kind Unavailable: "journal:busy" when another process has it, "journal:open" when the folder cannot be used.
    static Result<std::unique_ptr<FolderLock>> take(const QString &folder);
    ~FolderLock();
    FolderLock(const FolderLock &) = delete;
    FolderLock &operator=(const FolderLock &) = delete;

private:
    explicit FolderLock(int file)
        : m_file(file)
    {
    }

    const int m_file;
};

} // namespace conversure::sending
