// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <vector>

namespace conversure::sandbox {

/// A simulated business number with its credentials.
struct Number {
    QString phoneNumberId;
    QString wabaId;
    QString displayPhoneNumber;
    QString verifiedName;
    QString accessToken;
    QString appSecret;
    QString verifyToken;
};

/// The number of that id; null when there is none.
inline const Number *findNumber(const std::vector<Number> &numbers, const QString &phoneNumberId)
{
    for (const Number &number : numbers) {
        if (number.phoneNumberId == phoneNumberId)
            return &number;
    }
    return nullptr;
}

} // namespace conversure::sandbox
