// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

namespace conversure::vault {

/// Base32 (RFC 4648) without padding, in groups of \a group letters with a blank between; 0: no groups. For codes and
/// fingerprints that people read to each other.
QString toBase32(const QByteArray &bytes, int group = 0, QChar between = QLatin1Char(' '));

/// Exactly \a size bytes as a person typed them: blanks, dashes and dots are skipped, small letters taken, and 0, 1 and
/// 8, which base32 has not, read as O, I and B. None for anything else.
std::optional<QByteArray> fromBase32(QStringView text, qsizetype size);

} // namespace conversure::vault
