// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringView>

#include <optional>

namespace conversure {

/// Why a message was not sent or not delivered, whoever says it: what the classes of all providers' codes have in
/// common. The word of a class is stored with a failed message, so a word never changes its meaning.
enum class SendErrorClass {
    InvalidContent, ///< The message itself; the same again fails again.
    NotReachable, ///< This person cannot be reached this way.
    WindowClosed, ///< Free text is over; a template may go.
    OptedOut, ///< The person wants none of it.
    MarketingCap, ///< The provider keeps marketing from this person, for a day or for good.
    TemplateProblem, ///< The template or how it was filled in.
    PaceLimited, ///< Too fast; the same goes in a moment.
    ProviderLimit, ///< Too many in hours or days, or too many complaints.
    AuthProblem, ///< The access is not accepted any more; an admin must act.
    AccountProblem, ///< The account or number is not in order; an admin must act.
    ProviderDown, ///< The provider has a fault.
    Unknown,
};

/// "invalid_content", "not_reachable", …
QString toText(SendErrorClass errorClass);
std::optional<SendErrorClass> sendErrorClassFromText(QStringView text);

/// What helps a person on after a message was not sent.
enum class NextStep {
    Wait, ///< Until it goes again; the same message may then be sent again.
    UseTemplate, ///< Instead of free text.
    EditText, ///< Write it otherwise.
    FillFields, ///< Of the template.
    OtherTemplate,
    OtherWay, ///< Telephone, mail, another number.
    TellAdmin,
    Stop, ///< Nothing: the person is to be left alone.
};

} // namespace conversure
