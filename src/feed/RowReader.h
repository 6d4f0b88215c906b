// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QUuid>

#include <optional>

namespace conversure::feed {

/// Reads the members of one JSON object that came over the wire and remembers the first thing that was wrong with its
/// path, so that a whole row is read in one go and judged once.
class RowReader
{
public:
    RowReader(QJsonObject object, QString path);

    QString text(QLatin1StringView key);
    QString textOrNull(QLatin1StringView key); ///< Absent and null are empty.
    QUuid id(QLatin1StringView key);
    QUuid idOrNull(QLatin1StringView key); ///< Absent and null are the null id.
    qint64 count(QLatin1StringView key); ///< A whole number, not negative.
    qint64 time(QLatin1StringView key); ///< Microseconds since 1970, up to the year 9999: sums with it cannot overflow.
    qint64 timeOrNull(QLatin1StringView key);
    bool flag(QLatin1StringView key); ///< Absent is false.
    QJsonObject objectOrNull(QLatin1StringView key);
    QJsonArray listOrNull(QLatin1StringView key);

    /// A word of a list, read by \a fromText ("SENT" → MessageStatus::Sent).
    template <class Enum>
    Enum word(QLatin1StringView key, std::optional<Enum> (*fromText)(QStringView))
    {
        const std::optional<Enum> value = fromText(text(key));
        if (!value)
            expected(key, "a known word");
        return value.value_or(Enum{});
    }

    /// The member as a reader of its own; an error of it has to be taken over with absorb().
    RowReader member(QLatin1StringView key);
    void absorb(const RowReader &other);

    bool failed() const { return m_error.has_value(); }
    tl::unexpected<Error> error() const;

private:
    QJsonValue value(QLatin1StringView key) const { return m_object.value(key); }
    bool isNothing(QLatin1StringView key) const;
    void expected(QLatin1StringView key, const char *what);
    QString pathOf(QLatin1StringView key) const;

    QJsonObject m_object;
    QString m_path;
    std::optional<QString> m_error;
};

} // namespace conversure::feed
