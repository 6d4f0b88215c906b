// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace conversure::ui {

/// Makes the icons of this static library reachable; call once before the first widget.
void initResources();

} // namespace conversure::ui
