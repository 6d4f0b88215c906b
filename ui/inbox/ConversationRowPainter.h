// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>

class QModelIndex;
class QPainter;
class QPalette;

namespace conversure::ui {

struct RowLook;

/// Paints one row of the conversation list at the painter's origin, ground included.
void paintConversationRow(
    QPainter &painter, const QSize &size, const RowLook &look, const QModelIndex &index, const QPalette &palette);

} // namespace conversure::ui
