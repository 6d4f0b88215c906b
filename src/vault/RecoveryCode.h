// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "vault/CodeKeys.h"
#include "vault/TrustChain.h"

#include <QJsonObject>
#include <QString>

#include <optional>

namespace conversure::vault {

/// The way back into a vault when all who could open it have lost their keys: 128 random bits on paper. They give a
/// pair of keys that the founder signs like a member's, with authority, and that every data key is sealed to; so the
/// code lasts through new data keys, and what it signs is as good as an admin's word.
class RecoveryCode
{
public:
    static RecoveryCode generate();
    /// As typed from paper (fromBase32).
    static std::optional<RecoveryCode> parse(QStringView text);

    QString text() const; ///< 26 letters in groups of four, with dashes.
    KeyPair keys() const;

private:
    explicit RecoveryCode(Secret code)
        : m_code(std::move(code))
    {
    }
    Secret m_code;
};

/// Who holds these keys; the id comes from the public key and needs no keeping.
KeyHolder recoveryHolder(const KeyPair &keys);
/// {"id", "box_public", "sign_public"}, as the store keeps them.
QJsonObject recoveryRow(const KeyPair &keys);

} // namespace conversure::vault
