// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets.h"

#include "test.h"

#include <QtGui/QAccessible>
#include <QtWidgets/QLineEdit>
