// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "providers/Provider.h"

#include <QHash>
#include <QList>
#include <QMultiHash>

#include <memory>
#include <mutex>

namespace conversure::relay {

/// One active number with its secrets opened. Never logged.
struct DirectoryNumber {
    CompanyId company;
    NumberId number;
    QString provider;
    QString providerNumberId;
    QString accountId; ///< For Meta the WABA id; several numbers may share one.
    providers::Settings settings; ///< Config and opened secrets.
    bool isOpen =
        true; ///< False: its secrets cannot be opened here, so its deliveries can be neither verified nor dropped.
};

/// What the edge must know to verify a delivery: immutable, replaced as a whole when numbers or secrets change, read by
/// any thread through a shared_ptr.
class Directory
{
public:
    explicit Directory(QList<DirectoryNumber> numbers = {});

    const QList<DirectoryNumber> &numbers() const { return m_numbers; }
    /// Null when unknown.
    const DirectoryNumber *find(const QString &provider, const QString &providerNumberId) const;
    const DirectoryNumber *find(CompanyId company, NumberId number) const;
    QList<const DirectoryNumber *> ofAccount(const QString &provider, const QString &accountId) const;

private:
    QList<DirectoryNumber> m_numbers;
    QHash<std::pair<QString, QString>, qsizetype> m_byNumber;
    QMultiHash<std::pair<QString, QString>, qsizetype> m_byAccount;
    QHash<std::pair<CompanyId, NumberId>, qsizetype> m_byId;
};

/// Where the current directory lies: the tailer puts it, edge and interpreter get it. Any thread.
class DirectorySlot
{
public:
    /// Null until the first one was loaded.
    std::shared_ptr<const Directory> get() const;
    void set(std::shared_ptr<const Directory> directory);

private:
    mutable std::mutex m_mutex;
    std::shared_ptr<const Directory> m_directory;
};

} // namespace conversure::relay
