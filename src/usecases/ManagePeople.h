// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/AccountRows.h"
#include "domain/Result.h"
#include "usecases/MemberDesk.h"

#include <QList>
#include <QObject>

namespace conversure::usecases {

/// The members of the company, and who of them may come in; for admins.
class ManagePeople : public QObject
{
    Q_OBJECT

public:
    explicit ManagePeople(const MemberDesk &desk, QObject *parent = nullptr);

    void list(UserId self);
    void deactivate(UserId person);
    void activate(UserId person);
    void unlock(UserId person); ///< Wrong passwords so far are forgiven.
    /// Gives all open conversations of \a person to \a heir; null: back to everybody.
    void handOver(UserId person, UserId heir);

Q_SIGNALS:
    void listed(const QList<conversure::PersonRow> &people);
    void listFailed(const conversure::Error &error);
    /// So many open conversations are theirs and wait for somebody else.
    void deactivated(conversure::UserId person, int openConversations);
    void activated(conversure::UserId person);
    void unlocked(conversure::UserId person);
    void handedOver(conversure::UserId person, conversure::UserId heir, int conversations);
    void failed(const conversure::Error &error);

private:
    const MemberDesk m_desk;
};

} // namespace conversure::usecases
