// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/MessageFlow.h"

#include <algorithm>

namespace conversure::ui {

MessageFlow::MessageFlow(Measure measure)
    : m_measure(std::move(measure))
{
}

void MessageFlow::reset(std::vector<int> estimates, bool keepPlace)
{
    m_exact.assign(estimates.size(), false);
    m_heights.reset(std::move(estimates));
    m_visible.clear();
    if (!keepPlace) {
        m_atEnd = true;
        m_anchorRow = 0;
    }
}

void MessageFlow::insert(int row, const std::vector<int> &estimates)
{
    m_heights.insert(row, estimates);
    m_exact.insert(m_exact.begin() + row, estimates.size(), false);
    if (row <= m_anchorRow)
        m_anchorRow += static_cast<int>(estimates.size());
}

void MessageFlow::remove(int row, int count)
{
    m_heights.remove(row, count);
    m_exact.erase(m_exact.begin() + row, m_exact.begin() + row + count);
    if (m_anchorRow >= row)
        m_anchorRow = std::max(row, m_anchorRow - count);
}

void MessageFlow::invalidate(int row)
{
    m_exact[static_cast<size_t>(row)] = false;
}

void MessageFlow::setViewport(int height, int topMargin, int bottomMargin)
{
    m_viewport = height;
    m_topMargin = topMargin;
    m_bottomMargin = bottomMargin;
}

void MessageFlow::settle()
{
    m_visible.clear();
    if (m_heights.size() == 0) {
        m_atEnd = true;
        return;
    }
    m_anchorRow = std::clamp(m_anchorRow, 0, m_heights.size() - 1);
    if (!m_atEnd) {
        layOutFrom(m_anchorRow, m_anchorBottom);
        if (clampTop())
            layOutFrom(m_anchorRow, m_anchorBottom);
        m_atEnd = clampBottom();
    }
    if (m_atEnd)
        layOutFrom(m_heights.size() - 1, m_viewport - m_bottomMargin);
    keepAnchor();
}

void MessageFlow::scrollBy(int delta)
{
    if (m_atEnd && delta <= 0)
        return;
    m_atEnd = false;
    m_anchorBottom += delta;
    settle();
}

void MessageFlow::jumpTo(int value)
{
    if (m_heights.size() == 0)
        return;
    if (value >= maximum()) {
        goToEnd();
        return;
    }
    const int y = std::max(0, value - m_topMargin);
    m_atEnd = false;
    m_anchorRow = m_heights.rowAt(y);
    measured(m_anchorRow);
    m_anchorBottom = m_heights.top(m_anchorRow + 1) - (value - m_topMargin);
    settle();
}

void MessageFlow::goToEnd()
{
    m_atEnd = true;
    settle();
}

void MessageFlow::reveal(int row)
{
    const Row *shown = visibleRow(row);
    const int height = measured(row);
    if (shown && shown->top >= 0 && shown->bottom() <= m_viewport)
        return;
    const bool above = shown ? shown->top < 0 : !m_visible.empty() && row < m_visible.front().row;
    m_atEnd = false;
    m_anchorRow = row;
    m_anchorBottom = above ? m_topMargin + height : m_viewport - m_bottomMargin;
    settle();
}

int MessageFlow::maximum() const
{
    return std::max(0, m_topMargin + m_heights.total() + m_bottomMargin - m_viewport);
}

int MessageFlow::value() const
{
    if (m_atEnd || m_heights.size() == 0)
        return maximum();
    return std::clamp(m_topMargin + m_heights.top(m_anchorRow + 1) - m_anchorBottom, 0, maximum());
}

const MessageFlow::Row *MessageFlow::visibleRow(int row) const
{
    if (m_visible.empty() || row < m_visible.front().row || row > m_visible.back().row)
        return nullptr;
    return &m_visible[static_cast<size_t>(row - m_visible.front().row)];
}

const MessageFlow::Row *MessageFlow::rowAt(int y) const
{
    const auto it = std::find_if(
        m_visible.begin(), m_visible.end(), [y](const Row &row) { return y >= row.top && y < row.bottom(); });
    return it == m_visible.end() ? nullptr : &*it;
}

int MessageFlow::measured(int row)
{
    const auto index = static_cast<size_t>(row);
    if (!m_exact[index]) {
        m_heights.set(row, m_measure(row));
        m_exact[index] = true;
    }
    return m_heights.height(row);
}

void MessageFlow::layOutFrom(int row, int bottom)
{
    m_visible.clear();
    int edge = bottom;
    for (int r = row; r >= 0 && (edge > 0 || r == row); --r) {
        const int height = measured(r);
        edge -= height;
        m_visible.push_back({r, edge, height});
    }
    std::reverse(m_visible.begin(), m_visible.end());
    edge = bottom;
    for (int r = row + 1; r < m_heights.size() && edge < m_viewport; ++r) {
        const int height = measured(r);
        m_visible.push_back({r, edge, height});
        edge += height;
    }
    // The row it began with may itself be outside by now.
    std::erase_if(m_visible, [this](const Row &r) { return r.bottom() <= 0 || r.top >= m_viewport; });
}

bool MessageFlow::clampTop()
{
    // Nothing visible and the anchor below: everything was pushed out of the viewport downwards.
    const bool pastTop =
        m_visible.empty() ? m_anchorBottom > 0 : m_visible.front().row == 0 && m_visible.front().top > m_topMargin;
    if (!pastTop)
        return false;
    m_anchorRow = 0;
    m_anchorBottom = m_topMargin + measured(0);
    return true;
}

bool MessageFlow::clampBottom()
{
    if (m_visible.empty())
        return true;
    return m_visible.back().row == m_heights.size() - 1 && m_visible.back().bottom() <= m_viewport - m_bottomMargin;
}

void MessageFlow::keepAnchor()
{
    if (m_visible.empty())
        return;
    m_anchorRow = m_visible.front().row;
    m_anchorBottom = m_visible.front().bottom();
}

} // namespace conversure::ui
