// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "state/Inbox.h"

#include <QFile>
#include <QObject>

namespace conversure::clientapp {

/// Writes a JSON line for each change that the Inbox applied: kind, id, status, rev. Never text, never a secret. For
/// scripts that watch what the client really knows.
class Trace : public QObject
{
    Q_OBJECT

public:
    /// \a path empty: writes nothing.
    Trace(const state::Inbox &inbox, const QString &path, QObject *parent = nullptr);

private:
    void write(const state::Applied &what);

    QFile m_file;
};

} // namespace conversure::clientapp
