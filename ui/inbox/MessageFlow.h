// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/inbox/HeightIndex.h"

#include <functional>
#include <vector>

namespace conversure::ui {

/// Where the rows of a long list of uneven heights stand in a viewport. The position is an anchor (the lower edge of
/// one row) or "at the end", never the value of a scroll bar: heights above may be corrected and rows may be added
/// above without anything visible moving. Lower edges, because what depends on the row before (gap, day) is at a row's
/// top. Call settle() after any change.
class MessageFlow
{
public:
    struct Row {
        int row = 0;
        int top = 0; ///< In the viewport.
        int height = 0;
        int bottom() const { return top + height; }
    };
    /// Gives the exact height of a row; called for visible rows only.
    using Measure = std::function<int(int row)>;

    explicit MessageFlow(Measure measure);

    /// Replaces all rows by estimates; with \a keepPlace the same row stays where it is (a change of width).
    void reset(std::vector<int> estimates, bool keepPlace);
    void insert(int row, const std::vector<int> &estimates);
    void remove(int row, int count);
    void invalidate(int row);

    void setViewport(int height, int topMargin, int bottomMargin);
    void settle();
    void scrollBy(int delta); ///< Positive: towards older rows.
    void jumpTo(int value); ///< A value of the scroll bar.
    void goToEnd();
    void reveal(int row);

    bool isAtEnd() const { return m_atEnd; }
    int maximum() const;
    int value() const;
    int size() const { return m_heights.size(); }
    const std::vector<Row> &visible() const { return m_visible; }
    const Row *visibleRow(int row) const;
    /// The visible row at viewport pixel \a y; null between and outside.
    const Row *rowAt(int y) const;

private:
    int measured(int row);
    void layOutFrom(int row, int bottom);
    bool clampTop();
    bool clampBottom();
    void keepAnchor();

    Measure m_measure;
    HeightIndex m_heights;
    std::vector<bool> m_exact;
    std::vector<Row> m_visible;
    int m_viewport = 0;
    int m_topMargin = 0;
    int m_bottomMargin = 0;
    int m_anchorRow = 0;
    int m_anchorBottom = 0;
    bool m_atEnd = true;
};

} // namespace conversure::ui
