// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Resources.h"

#include <QtGlobal>

// Q_INIT_RESOURCE declares a function and so cannot stand inside a namespace.
static void initUiResources()
{
    Q_INIT_RESOURCE(ui);
}

namespace conversure::ui {

void initResources()
{
    initUiResources();
}

} // namespace conversure::ui
