// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inbox/MessageSelection.h"

#include <algorithm>

namespace conversure::ui {

void MessageSelection::begin(Place place)
{
    m_anchor = place;
    m_caret = place;
}

void MessageSelection::extend(Place place)
{
    if (m_anchor)
        m_caret = place;
}

void MessageSelection::clear()
{
    m_anchor.reset();
}

bool MessageSelection::isEmpty() const
{
    return !m_anchor || *m_anchor == m_caret;
}

MessageSelection::Place MessageSelection::first() const
{
    return std::min(*m_anchor, m_caret);
}

MessageSelection::Place MessageSelection::last() const
{
    return std::max(*m_anchor, m_caret);
}

MessageSelection::Range MessageSelection::inRow(int row, int length) const
{
    if (isEmpty() || row < first().row || row > last().row)
        return {};
    const int start = row == first().row ? first().position : 0;
    const int end = row == last().row ? last().position : length;
    return {std::min(start, length), std::min(end, length)};
}

void MessageSelection::rowsInserted(int row, int count)
{
    if (!m_anchor)
        return;
    for (Place *place : {&*m_anchor, &m_caret}) {
        if (place->row >= row)
            place->row += count;
    }
}

void MessageSelection::rowsRemoved(int row, int count)
{
    if (!m_anchor)
        return;
    const auto inside = [&](const Place &place) { return place.row >= row && place.row < row + count; };
    if (inside(*m_anchor) || inside(m_caret)) {
        clear();
        return;
    }
    for (Place *place : {&*m_anchor, &m_caret}) {
        if (place->row >= row + count)
            place->row -= count;
    }
}

} // namespace conversure::ui
