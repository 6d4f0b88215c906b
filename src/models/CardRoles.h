// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Qt>

namespace conversure::models {

/// What a list of a few things says of each: two lines and a chip. Qt::AccessibleTextRole is one sentence of all that.
enum CardRole {
    CardTitleRole = Qt::UserRole + 1,
    CardDetailRole, ///< QString, the line below.
    CardChipRole, ///< QString; empty: no chip.
    CardDimmedRole, ///< bool: nothing to count on now, as somebody who was deactivated.
    CardIdRole, ///< QUuid
};

} // namespace conversure::models
