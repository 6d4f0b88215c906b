// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace conversure::sending {

/// A statement of src/sending/sql by name. Ends the program when there is none: the build forgot a file.
QString journalSql(const QString &name);

/// The statements of a file that holds several.
QStringList journalScript(const QString &name);

} // namespace conversure::sending
