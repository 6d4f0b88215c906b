// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "domain/MessageStatus.h"

using namespace conversure;
using namespace Qt::StringLiterals;

/// The texts are columns of the store: they must not change.
class MessageStatusTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void statusesHaveTheirNames()
    {
        const QList<std::pair<MessageStatus, QString>> names{
            {MessageStatus::Queued, u"queued"_s},
            {MessageStatus::Sending, u"sending"_s},
            {MessageStatus::Unconfirmed, u"unconfirmed"_s},
            {MessageStatus::Sent, u"sent"_s},
            {MessageStatus::Delivered, u"delivered"_s},
            {MessageStatus::Read, u"read"_s},
            {MessageStatus::Failed, u"failed"_s},
            {MessageStatus::Received, u"received"_s},
        };
        for (const auto &[status, name] : names) {
            QCOMPARE(toText(status), name);
            QVERIFY(messageStatusFromText(name) == status);
        }
    }

    void directionsHaveTheirNames()
    {
        QCOMPARE(toText(Direction::Inbound), u"INBOUND"_s);
        QCOMPARE(toText(Direction::Outbound), u"OUTBOUND"_s);
        QVERIFY(directionFromText(u"INBOUND") == Direction::Inbound);
        QVERIFY(directionFromText(u"OUTBOUND") == Direction::Outbound);
    }

    void contentTypesHaveTheirNames()
    {
        const QList<std::pair<ContentType, QString>> names{
            {ContentType::Text, u"TEXT"_s},
            {ContentType::Image, u"IMAGE"_s},
            {ContentType::Audio, u"AUDIO"_s},
            {ContentType::Video, u"VIDEO"_s},
            {ContentType::Document, u"DOCUMENT"_s},
            {ContentType::Sticker, u"STICKER"_s},
            {ContentType::Location, u"LOCATION"_s},
            {ContentType::Contacts, u"CONTACTS"_s},
            {ContentType::Interactive, u"INTERACTIVE"_s},
            {ContentType::Template, u"TEMPLATE"_s},
            {ContentType::Reaction, u"REACTION"_s},
            {ContentType::Unsupported, u"UNSUPPORTED"_s},
        };
        for (const auto &[type, name] : names) {
            QCOMPARE(toText(type), name);
            QVERIFY(contentTypeFromText(name) == type);
        }
    }

    void otherTextIsNothing()
    {
        for (const QString &text : {u""_s, u"SENT"_s, u"sent "_s, u"inbound"_s, u"text"_s, u"played"_s}) {
            QVERIFY2(!messageStatusFromText(text), qPrintable(text));
            QVERIFY2(!directionFromText(text), qPrintable(text));
            QVERIFY2(!contentTypeFromText(text), qPrintable(text));
        }
    }
};

CONVERSURE_TEST(MessageStatusTest)
#include "MessageStatusTest.moc"
