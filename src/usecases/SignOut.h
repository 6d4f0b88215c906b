// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace conversure::store {
class SqlLibrary;
class Worker;
} // namespace conversure::store

namespace conversure::usecases {

/// Ends this device's session in the store. done() comes whether or not the store could be reached: the client forgets
/// in either case, and the session then ends when it expires.
class SignOut : public QObject
{
    Q_OBJECT

public:
    SignOut(store::Worker &writer, const store::SqlLibrary &library, QObject *parent = nullptr);
    void run();

Q_SIGNALS:
    void done();

private:
    store::Worker &m_writer;
    const store::SqlLibrary &m_library;
};

} // namespace conversure::usecases
