// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "test.h"

#include "StoreFixture.h"

#include <QtCore/QProcess>
