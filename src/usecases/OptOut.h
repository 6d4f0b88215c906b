// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/Result.h"

#include <QObject>

#include <functional>

namespace conversure::store {
class Connection;
class SqlLibrary;
class Worker;
} // namespace conversure::store

namespace conversure::usecases {

/// A member's word that a lead wants no marketing, or wants it again. No echo: what is in force comes back by the feed.
class OptOut : public QObject
{
    Q_OBJECT

public:
    OptOut(store::Worker &writer, const store::SqlLibrary &library, QObject *parent = nullptr);

    void run(ConversationId conversation, const QString &remark);
    /// Needs a remark. Refused with code CV002 when the lead said it to the provider: only the lead can take that back.
    void lift(ConversationId conversation, const QString &remark);

Q_SIGNALS:
    void failed(conversure::ConversationId conversation, const conversure::Error &error);

private:
    void write(ConversationId conversation, const std::function<Result<void>(store::Connection &)> &task);

    store::Worker &m_writer;
    const store::SqlLibrary &m_library;
};

} // namespace conversure::usecases
