// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/Number.h"
#include "wire/Http.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <variant>

/// Meta's side of the wire: a request as it arrived goes in, what Meta would make of it comes out. No I/O, no state.
namespace conversure::sandbox {

/// A request as a server receives it.
struct Call {
    QByteArray method;
    QByteArray target; ///< Path and query, still encoded.
    QList<wire::Header> headers;
    QByteArray body;

    QByteArray path() const { return target.split('?').constFirst(); }
    QByteArray query() const;
};

struct Answer {
    int status = 200;
    QByteArray body;
};

/// A message that Meta takes over.
struct AcceptedSend {
    QString phoneNumberId;
    QString input; ///< `to` or `recipient` as it was written.
    QString waId; ///< Digits; empty when the message went to a business-scoped user id.
    QString userId;
    QString type;
    QString text; ///< Body of a text, else a caption or the template's name: what a script can match.
    QString callbackData;
    QString contextId;
    QJsonObject content; ///< The member named as the type.

    /// How the simulation and the record name the person.
    QString person() const { return waId.isEmpty() ? userId : waId; }
};

struct MarkedRead {
    QString phoneNumberId;
    QString messageId;
    bool typing = false;
};

/// What an account's templates are asked for.
struct TemplateQuery {
    QString wabaId;
    QStringList fields;
    QString status; ///< This and the next ones: empty asks for all.
    QString category;
    QString language;
    QString name; ///< A part of it.
    QString after; ///< A cursor.
    int limit = 25;
    QString address; ///< Of the list, without query.
    QString token;
};

using Outcome = std::variant<Answer, AcceptedSend, MarkedRead, TemplateQuery>;

/// Judges a call to the Graph API as strictly as the contract allows.
Outcome judge(const Call &call, const std::vector<Number> &numbers);

/// The answer to an accepted send.
Answer acceptedAnswer(const AcceptedSend &send, const QString &messageId);

/// The answer to a read mark.
Answer successAnswer();

/// Meta's error envelope. \a details fills error_data and may be empty; \a subcode 0 leaves it out.
Answer errorAnswer(int status, int code, const QString &message, const QString &details = {}, int subcode = 0);

/// How a call carried its token, for the record: "Bearer ok", "Bearer wrong" or "absent". Never the token itself.
QString authorizationState(const Call &call, const std::vector<Number> &numbers);

/// The query for the record: the value of `access_token` is hidden.
QString recordableQuery(const Call &call);

} // namespace conversure::sandbox
