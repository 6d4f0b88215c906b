// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/OptOut.h"

#include "store/ClientStore.h"
#include "store/Worker.h"

namespace conversure::usecases {

OptOut::OptOut(store::Worker &writer, const store::SqlLibrary &library, QObject *parent)
    : QObject(parent)
    , m_writer(writer)
    , m_library(library)
{
}

void OptOut::run(ConversationId conversation, const QString &remark)
{
    write(conversation, [this, conversation, remark](store::Connection &db) {
        return store::ClientStore(db, m_library).optOut(conversation, remark);
    });
}

void OptOut::lift(ConversationId conversation, const QString &remark)
{
    write(conversation, [this, conversation, remark](store::Connection &db) {
        return store::ClientStore(db, m_library).liftOptOut(conversation, remark);
    });
}

void OptOut::write(ConversationId conversation, const std::function<Result<void>(store::Connection &)> &task)
{
    m_writer.run(this, task, [this, conversation](const Result<void> &written) {
        if (!written)
            Q_EMIT failed(conversation, written.error());
    });
}

} // namespace conversure::usecases
