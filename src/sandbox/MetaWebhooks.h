// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/Number.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <optional>

/// The bodies Meta posts to a webhook, byte for byte. No I/O, no state.
namespace conversure::sandbox {

/// Who writes to the business. Without a waId the person hides the phone number.
struct Person {
    QString waId;
    QString userId;
    QString name;
    QString username;
};

struct InboundMessage {
    Person from;
    QString id;
    qint64 timestamp = 0; ///< Seconds.
    QString type;
    QJsonObject content; ///< The member named as the type, and more if wanted: {"text":{"body":"Hi"},"context":{…}}.
};

struct FailureReason {
    int code = 0;
    QString title;
    QString details;
};

struct StatusUpdate {
    Person to;
    QString messageId;
    QString status; ///< sent, delivered, read, played or failed.
    qint64 timestamp = 0;
    QString callbackData;
    QString pricingCategory;
    std::optional<FailureReason> failure;
};

/// News of one template of an account.
struct TemplateUpdate {
    QString wabaId;
    QString id;
    QString name;
    QString language;
    QString category;
    qint64 time = 0; ///< Seconds.
};

/// A person's word on marketing messages.
struct PreferenceUpdate {
    Person from;
    QString value; ///< stop or resume.
    qint64 timestamp = 0;
};

/// A person calls the number.
struct CallUpdate {
    Person from;
    QString id;
    qint64 timestamp = 0;
};

QByteArray messageWebhook(const Number &number, const InboundMessage &message);
QByteArray statusWebhook(const Number &number, const StatusUpdate &update);

/// \a event as Meta names it, \a reason "NONE" when empty.
QByteArray templateStatusWebhook(const TemplateUpdate &update, const QString &event, const QString &reason);
QByteArray templateQualityWebhook(const TemplateUpdate &update, const QString &before, const QString &now);
QByteArray templateCategoryWebhook(const TemplateUpdate &update, const QString &before, const QString &now);

QByteArray preferenceWebhook(const Number &number, const PreferenceUpdate &update);
QByteArray callWebhook(const Number &number, const CallUpdate &update);

/// The value of X-Hub-Signature-256 for these very bytes.
QByteArray signatureOf(const Number &number, const QByteArray &body);

} // namespace conversure::sandbox
