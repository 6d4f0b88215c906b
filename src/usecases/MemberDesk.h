// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "store/SqlLibrary.h"
#include "store/Worker.h"

#include <QString>

namespace conversure::usecases {

/// What the use cases about accounts work with: a thread with a connection of the member who is signed in, so that
/// neither reading nor sending waits for them. All that it names outlives them.
struct MemberDesk {
    store::Worker &worker;
    const store::SqlLibrary &library;
    QString pinsFile; ///< Where this computer remembers its companies' root keys (vault::CompanyPins).
};

} // namespace conversure::usecases
