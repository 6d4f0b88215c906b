// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "vault/CompanyVault.h"

#include <QString>
#include <QUuid>

namespace conversure::vault {

/// What a relay remembers of its companies' vaults, in a file of its own: the root keys and the newest manifests it has
/// seen. A missing file is an empty one.
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

private:
    QString m_path;
};

} // namespace conversure::vault
