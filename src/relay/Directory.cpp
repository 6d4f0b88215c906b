// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/Directory.h"

namespace conversure::relay {

Directory::Directory(QList<DirectoryNumber> numbers)
    : m_numbers(std::move(numbers))
{
    m_byNumber.reserve(m_numbers.size());
    for (qsizetype i = 0; i < m_numbers.size(); ++i) {
        const DirectoryNumber &number = m_numbers.at(i);
        m_byNumber.insert({number.provider, number.providerNumberId}, i);
        m_byAccount.insert({number.provider, number.accountId}, i);
        m_byId.insert({number.company, number.number}, i);
    }
}

const DirectoryNumber *Directory::find(const QString &provider, const QString &providerNumberId) const
{
    const auto it = m_byNumber.constFind({provider, providerNumberId});
    return it == m_byNumber.constEnd() || providerNumberId.isEmpty() ? nullptr : &m_numbers.at(*it);
}

const DirectoryNumber *Directory::find(CompanyId company, NumberId number) const
{
    const auto it = m_byId.constFind({company, number});
    return it == m_byId.constEnd() ? nullptr : &m_numbers.at(*it);
}

QList<const DirectoryNumber *> Directory::ofAccount(const QString &provider, const QString &accountId) const
{
    QList<const DirectoryNumber *> found;
    if (accountId.isEmpty())
        return found;
    const auto [first, last] = m_byAccount.equal_range({provider, accountId});
    for (auto it = first; it != last; ++it)
        found << &m_numbers.at(*it);
    return found;
}

std::shared_ptr<const Directory> DirectorySlot::get() const
{
    const std::lock_guard lock(m_mutex);
    return m_directory;
}

void DirectorySlot::set(std::shared_ptr<const Directory> directory)
{
    const std::lock_guard lock(m_mutex);
    m_directory.swap(directory);
}

} // namespace conversure::relay
