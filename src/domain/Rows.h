// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"
#include "domain/MessageStatus.h"

#include <QJsonObject>
#include <QString>

/// The rows a client keeps, as values. Every row carries `rev`: of two versions of a row the higher one is right,
/// in whatever order they arrive; a local echo has rev 0. Times are microseconds since 1970 UTC, because a cursor
/// must not lose what PostgreSQL keeps (Qt's date types stop at milliseconds).
namespace conversure {

using Microseconds = qint64;

struct ConversationRow {
    ConversationId id;
    qint64 rev = 0;
    LeadId leadId;
    NumberId numberId;
    UserId assigneeId; ///< Null when unassigned.
    TeamId teamId; ///< Null when no team was given it.
    QString status; ///< OPEN PENDING SNOOZED CLOSED
    QString leadName; ///< Never empty for a row of the store: a lead without a name shows its masked phone.
    QString numberLabel;
    qint64 inboundSeq = 0; ///< Number of inbound messages so far; unread = inboundSeq − ReadMarkRow::readSeq.
    Microseconds lastMessageAt = 0;
    Microseconds lastInboundAt = 0; ///< 0 when the lead has never written.
    QString lastPreview; ///< Start of the last message's text, one line.
    Direction lastDirection = Direction::Inbound;
    ContentType lastContentType = ContentType::Text;
    MessageStatus lastStatus = MessageStatus::Received;
    QString provider; ///< Of the number: "meta".
    QString accountId; ///< Of the number at its provider; templates belong to an account.
    bool hasWindow = false; ///< Free text only within the service window.
    Microseconds windowUntil = 0; ///< When the service window closes or closed; 0: it was never open.
    QString optedOut; ///< Who stopped marketing to the lead: "word", "provider", "admin"; empty: nobody.
    Microseconds marketingAfter = 0; ///< No marketing to the lead before that; 0: any time.
};

/// How far this user has read a conversation. Its id is the conversation's.
struct ReadMarkRow {
    ConversationId conversationId;
    qint64 rev = 0;
    qint64 readSeq = 0;
};

struct MessageRow {
    MessageId id;
    qint64 rev = 0;
    ConversationId conversationId;
    Direction direction = Direction::Inbound;
    MessageStatus status = MessageStatus::Received;
    ContentType contentType = ContentType::Text;
    QString text;
    UserId authorId; ///< Null for inbound.
    QString authorName;
    Microseconds sortAt = 0; ///< Order within a conversation is (sortAt, id).
    QString originalType; ///< For Unsupported: what the provider called it.
    QString errorCode; ///< For Failed and Unconfirmed: the code the sentence is made from.
    QJsonObject errorDetail;
    QString templateName; ///< Of the template it was made of; empty: of none.
    bool sentTwice = false; ///< An earlier try turned out to have been accepted as well.
};

struct LeadRow {
    LeadId id;
    qint64 rev = 0;
    QString name;
    QString maskedPhone; ///< "+971 50 ••• ••33"; empty when the lead has none.
    QString status; ///< NEW HOT WARM COLD FOLLOW_UP VIEWING_SCHEDULED OFFER_MADE CLOSED_WON CLOSED_LOST
    QString language;
    QString source;
    QString budget;
    QString propertyType;
    QString location;
    QString bedrooms;
};

} // namespace conversure
