// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "vault/CompanyVault.h"

#include <QDateTime>
#include <QJsonObject>
#include <QString>
#include <QUuid>

#include <functional>

namespace conversure::vault {

/// What a relay or a client remembers of companies' vaults, in a file of its own: the root keys and the newest
/// manifests it has seen. A missing file is an empty one. For one thread; several programs may share the file.
class CompanyPins
{
public:
    explicit CompanyPins(QString path)
        : m_path(std::move(path))
    {
    }

    Pins of(const QUuid &company) const;
    /// Nothing is written when nothing has changed. A manifest's version never goes back, whatever another program of
    /// the same file wrote meanwhile. Fails with code "pins:write".
    Result<void> keep(const QUuid &company, const Pins &pins);
    /// Forgets a company, so that what the store shows next is believed: only ever by a person's decision, after a
    /// changed root key was confirmed by the company's admin, or the store was restored from a backup.
    Result<void> forget(const QUuid &company);

private:
    const QJsonObject &read() const;
    Result<void> write(const QUuid &company, const std::function<bool(QJsonObject &all)> &change);

    QString m_path;
    /// A relay of many companies asks for each of them: the file is read again only when it has changed.
    mutable QJsonObject m_known;
    mutable QDateTime m_changed;
    mutable qint64 m_size = -1;
};

} // namespace conversure::vault
