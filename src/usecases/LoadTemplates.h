// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"

#include <QObject>

namespace conversure::state {
class Inbox;
}
namespace conversure::store {
class SqlLibrary;
class Worker;
} // namespace conversure::store

namespace conversure::usecases {

/// Reads all templates into the Inbox: after sign-in, and again after a resync. What changes meanwhile comes with the
/// feed.
class LoadTemplates : public QObject
{
    Q_OBJECT

public:
    LoadTemplates(
        state::Inbox &inbox, store::Worker &reader, const store::SqlLibrary &library, QObject *parent = nullptr);

    void run();
    void cancel(); ///< What is on its way will not be applied (sign-out).

Q_SIGNALS:
    void failed(const conversure::Error &error);

private:
    state::Inbox &m_inbox;
    store::Worker &m_reader;
    const store::SqlLibrary &m_library;
    quint64 m_generation = 0;
};

} // namespace conversure::usecases
