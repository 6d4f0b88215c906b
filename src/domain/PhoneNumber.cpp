// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/PhoneNumber.h"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>

namespace conversure {

namespace {

using i18n::phonenumbers::PhoneNumberUtil;

tl::unexpected<Error> invalidNumber()
{
    return failure(ErrorKind::Invalid, QStringLiteral("phone:invalid"), QStringLiteral("not a telephone number"));
}

} // namespace

Result<PhoneNumber> PhoneNumber::parse(const QString &text, const QString &region)
{
    const auto *util = PhoneNumberUtil::GetInstance();
    i18n::phonenumbers::PhoneNumber number;
    const std::string assumed = region.isEmpty() ? std::string("ZZ") : region.toStdString();
    if (util->Parse(text.toStdString(), assumed, &number) != PhoneNumberUtil::NO_PARSING_ERROR)
        return invalidNumber();
    if (!util->IsPossibleNumber(number))
        return invalidNumber();
    std::string e164;
    util->Format(number, PhoneNumberUtil::E164, &e164);
    return PhoneNumber(QString::fromStdString(e164));
}

Result<PhoneNumber> PhoneNumber::fromWhatsAppId(const QString &digits)
{
    const bool onlyDigits = std::all_of(digits.begin(), digits.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    if (!onlyDigits || digits.size() < 5 || digits.size() > 15)
        return invalidNumber();
    return PhoneNumber(u'+' + digits);
}

QString PhoneNumber::international() const
{
    const auto *util = PhoneNumberUtil::GetInstance();
    i18n::phonenumbers::PhoneNumber number;
    if (util->Parse(m_e164.toStdString(), "ZZ", &number) != PhoneNumberUtil::NO_PARSING_ERROR)
        return m_e164;
    std::string formatted;
    util->Format(number, PhoneNumberUtil::INTERNATIONAL, &formatted);
    return QString::fromStdString(formatted);
}

} // namespace conversure
