// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"

#include <QString>

namespace conversure {

/// A telephone number in E.164 ("+971501112233"). Read and formatted by libphonenumber: numbering plans change every
/// month and nobody should keep their own.
class PhoneNumber
{
public:
    /// Reads what a person typed. \a region ("AE") is assumed when there is no country code; empty: one is required.
    /// Fails with "phone:invalid".
    static Result<PhoneNumber> parse(const QString &text, const QString &region = {});

    /// Takes the bare digits that WhatsApp uses as `wa_id` ("971501112233"). Fails with "phone:invalid" unless they are
    /// 5 to 15 digits; not checked against numbering plans, since WhatsApp has accepted the number already.
    static Result<PhoneNumber> fromWhatsAppId(const QString &digits);

    QString e164() const { return m_e164; }
    QString digits() const { return m_e164.mid(1); }

    /// "+971 50 111 2233".
    QString international() const;

    friend bool operator==(const PhoneNumber &a, const PhoneNumber &b) { return a.m_e164 == b.m_e164; }

private:
    explicit PhoneNumber(QString e164)
        : m_e164(std::move(e164))
    {
    }
    QString m_e164;
};

} // namespace conversure
