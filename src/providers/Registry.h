// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "providers/Provider.h"

#include <memory>
#include <vector>

namespace conversure::providers {

/// All providers there are. Immutable once built; shared by all threads.
class Registry
{
public:
    /// The providers Conversure knows: one line each in Registry.cpp.
    Registry();

    /// Null when there is no such provider. The registry keeps ownership.
    const Provider *find(const QString &id) const;
    const std::vector<std::unique_ptr<const Provider>> &all() const { return m_providers; }

private:
    std::vector<std::unique_ptr<const Provider>> m_providers;
};

} // namespace conversure::providers
