// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/AccountRows.h"
#include "domain/Result.h"
#include "usecases/MemberDesk.h"

#include <QList>
#include <QObject>

namespace conversure::usecases {

/// Where somebody is signed in, and signing out there.
class ManageDevices : public QObject
{
    Q_OBJECT

public:
    explicit ManageDevices(const MemberDesk &desk, QObject *parent = nullptr);

    void list();
    void end(const QUuid &session);
    void endAll(); ///< This one, too.

Q_SIGNALS:
    void listed(const QList<conversure::DeviceRow> &devices);
    void listFailed(const conversure::Error &error);
    void ended(const QUuid &session);
    void allEnded();
    void endFailed(const conversure::Error &error);

private:
    const MemberDesk m_desk;
};

} // namespace conversure::usecases
