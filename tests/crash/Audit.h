// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

namespace conversure::crash_test {

class House;
struct Typed;

/// One message that the sandbox has accepted.
struct Acceptance {
    QString attempt;
    QString text;
    QString providerMessageId;
};

/// What the sandbox has written down.
struct SandboxRecord {
    QList<Acceptance> accepted;
    QHash<QString, QString> told; ///< The highest status that the relay has acknowledged, by the provider's id.

    QList<Acceptance> of(const Typed &typed) const;
};

SandboxRecord readRecord(const QString &file);

/// How often the sandbox has accepted each message, and what the store says of it: "1 read".
QStringList endsOf(House &house, const QList<Typed> &typed);

/// Compares all that was ever typed with store, journals and the sandbox's record. To be asked when all is quiet and no
/// lease is left; a sentence for each promise that is broken:
/// - nothing typed is gone: the store has it, or its journal;
/// - each attempt, and so its message, is in its one true state: what the provider's last word says where it has
///   accepted, else unconfirmed or failed;
/// - nothing was accepted more often than a person asked for;
/// - the quotas are what was accepted and what nobody knows.
QStringList complaints(House &house);

} // namespace conversure::crash_test
