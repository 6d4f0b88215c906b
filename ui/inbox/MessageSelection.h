// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

namespace conversure::ui {

/// A stretch of text across messages: from a position in one row to a position in another. Follows rows that come and
/// go above it.
class MessageSelection
{
public:
    struct Place {
        int row = 0;
        int position = 0;
        friend auto operator<=>(const Place &a, const Place &b) = default;
    };
    struct Range {
        int start = 0;
        int end = 0;
    };

    void begin(Place place);
    void extend(Place place);
    void clear();

    bool isEmpty() const;
    Place first() const; ///< Undefined when empty.
    Place last() const;
    /// What of a row with \a length characters is selected; start equals end for nothing.
    Range inRow(int row, int length) const;

    void rowsInserted(int row, int count);
    void rowsRemoved(int row, int count);

private:
    std::optional<Place> m_anchor;
    Place m_caret;
};

} // namespace conversure::ui
