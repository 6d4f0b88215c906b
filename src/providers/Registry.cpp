// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/Registry.h"

#include "providers/meta/Provider.h"

namespace conversure::providers {

Registry::Registry()
{
    m_providers.push_back(std::make_unique<meta::Provider>());
}

const Provider *Registry::find(const QString &id) const
{
    for (const auto &provider : m_providers) {
        if (provider->description().id == id)
            return provider.get();
    }
    return nullptr;
}

} // namespace conversure::providers
