// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "usecases/MemberDesk.h"
#include "vault/DeviceRecord.h"

#include <QObject>

#include <memory>

namespace conversure::usecases {

/// Lets an admin whose keys nobody has signed back into the vault, by the company's recovery code.
class RecoverKeys : public QObject
{
    Q_OBJECT

public:
    explicit RecoverKeys(const MemberDesk &desk, QObject *parent = nullptr);

    /// \a code: as typed from paper.
    void run(const std::shared_ptr<const vault::DeviceRecord> &admin, const QString &code);

Q_SIGNALS:
    void recovered();
    /// As vault::recover(), and "recovery:format": this is no recovery code at all.
    void failed(const conversure::Error &error);

private:
    const MemberDesk m_desk;
};

} // namespace conversure::usecases
