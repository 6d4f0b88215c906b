// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace conversure::ui {

/// The heights of rows with prefix sums in a Fenwick tree: correcting one height and finding the row at a pixel cost
/// O(log n). Inserting and removing rebuild it, about a millisecond for 100,000 rows.
class HeightIndex
{
public:
    void reset(std::vector<int> heights);
    void insert(int row, const std::vector<int> &heights);
    void remove(int row, int count);
    void set(int row, int height);

    int size() const { return static_cast<int>(m_heights.size()); }
    int height(int row) const { return m_heights[static_cast<size_t>(row)]; }
    /// Sum of the heights before \a row; top(size()) is the total.
    int top(int row) const;
    int total() const { return top(size()); }
    /// The row that covers pixel \a y; the first or last one outside. −1 when there are none.
    int rowAt(int y) const;

private:
    void rebuild();

    std::vector<int> m_heights;
    std::vector<int> m_tree; ///< 1-based.
};

} // namespace conversure::ui
