// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/HeightIndex.h"

#include <bit>

namespace conversure::ui {

void HeightIndex::reset(std::vector<int> heights)
{
    m_heights = std::move(heights);
    rebuild();
}

void HeightIndex::insert(int row, const std::vector<int> &heights)
{
    m_heights.insert(m_heights.begin() + row, heights.begin(), heights.end());
    rebuild();
}

void HeightIndex::remove(int row, int count)
{
    m_heights.erase(m_heights.begin() + row, m_heights.begin() + row + count);
    rebuild();
}

void HeightIndex::set(int row, int height)
{
    const auto index = static_cast<size_t>(row);
    const int delta = height - m_heights[index];
    m_heights[index] = height;
    for (size_t i = index + 1; delta != 0 && i < m_tree.size(); i += i & (~i + 1))
        m_tree[i] += delta;
}

int HeightIndex::top(int row) const
{
    int sum = 0;
    for (auto i = static_cast<size_t>(row); i > 0; i -= i & (~i + 1))
        sum += m_tree[i];
    return sum;
}

int HeightIndex::rowAt(int y) const
{
    if (m_heights.empty())
        return -1;
    size_t position = 0;
    int rest = y;
    for (size_t step = std::bit_floor(m_heights.size()); step > 0; step /= 2) {
        const size_t next = position + step;
        if (next < m_tree.size() && m_tree[next] <= rest) {
            position = next;
            rest -= m_tree[next];
        }
    }
    return static_cast<int>(std::min(position, m_heights.size() - 1));
}

void HeightIndex::rebuild()
{
    m_tree.assign(m_heights.size() + 1, 0);
    for (size_t i = 1; i < m_tree.size(); ++i) {
        m_tree[i] += m_heights[i - 1];
        const size_t parent = i + (i & (~i + 1));
        if (parent < m_tree.size())
            m_tree[parent] += m_tree[i];
    }
}

} // namespace conversure::ui
