// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "vault/Secret.h"

#include <QString>

#include <functional>
#include <optional>

class QObject;

namespace conversure::vault {

/// Where a computer keeps small secrets between two starts. Every call returns at once; the answer comes as an event of
/// the receiver's thread, and does not come when the receiver is gone. Calls are carried out in their order.
///
/// Failures, by code: "keeper:absent" (this desktop has no such place), "keeper:locked" (it is there and locked;
/// nothing may be concluded about what it holds), "keeper:denied" (a person said no), "keeper:failed" (anything else;
/// the text is for the log).
class SecretKeeper
{
public:
    using Read = std::function<void(Result<std::optional<Secret>>)>;
    using Done = std::function<void(Result<void>)>;

    virtual ~SecretKeeper() = default;

    /// No value: nothing is kept under \a name.
    virtual void read(const QString &name, QObject *receiver, Read done) = 0;
    virtual void write(const QString &name, Secret value, QObject *receiver, Done done) = 0;
    /// What is not there counts as removed.
    virtual void remove(const QString &name, QObject *receiver, Done done) = 0;
};

} // namespace conversure::vault
