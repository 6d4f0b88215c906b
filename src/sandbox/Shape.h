// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonValue>
#include <QString>
#include <QStringList>

#include <functional>
#include <map>
#include <optional>
#include <vector>

/// Small checks of a JSON value that are put together into the shape of a whole request.
namespace conversure::sandbox::shape {

/// What is wrong with a value, and where.
struct Violation {
    enum class Kind { Missing, Unexpected, Bad };
    Kind kind = Kind::Bad;
    QString path; ///< "template.components[0].parameters".
    QString details; ///< Without the path: "must be at most 20 characters long".
};

/// Looks at one value; \a path is only for the message.
using Check = std::function<std::optional<Violation>(const QJsonValue &value, const QString &path)>;

struct Member {
    QString name;
    bool required = true;
    Check check;
};

Check anything();
Check boolean();
Check numeric(); ///< A number, or a text that reads as one: Meta tolerates both for coordinates.
Check integer(int min, int max);

/// A text of \a min to \a max Unicode characters that matches \a pattern as a whole (empty: any).
Check text(int min, int max, const QString &pattern = {});
Check oneOf(const QStringList &words);
Check list(int min, int max, Check element);

/// An object with these members and no other.
Check object(std::vector<Member> members);

/// An object whose member \a tag names which of \a shapes it has.
Check tagged(const QString &tag, std::map<QString, Check> shapes);

/// Exactly one of these members is there.
Check exactlyOne(const QStringList &names);

/// The first violation that either finds.
Check both(Check first, Check second);

/// Passes when either passes; reports what the second found.
Check either(Check first, Check second);

} // namespace conversure::sandbox::shape
