// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Ids.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

/// Message templates: what a provider has approved to be sent to people whose service window is closed, and what a
/// person fills in. Components are as Meta lists them, in upper case.
namespace conversure {

struct TemplateRow {
    TemplateId id;
    qint64 rev = 0;
    QString provider;
    QString accountId; ///< The provider's account that owns it; all numbers of the account can send it.
    QString name; ///< Once per language: name and language together are the key.
    QString language; ///< Exactly as approved: "en" is not "en_US".
    QString category; ///< MARKETING UTILITY AUTHENTICATION
    QString status; ///< APPROVED, PAUSED, …; unknown ones as they came.
    QString parameterFormat; ///< POSITIONAL or NAMED
    QString quality; ///< GREEN YELLOW RED UNKNOWN; may be empty.
    QString rejectedReason;
    QJsonArray components;
    QString providerTemplateId; ///< Only in a list that comes from the provider.
};

/// One thing to be filled in before a template can be sent.
struct TemplateField {
    QString part; ///< "header", "body" or "buttons".
    QString key; ///< "1" or "first_name"; of a media header "link" or "filename", of a place "latitude" and
                 ///< "longitude"; of a button its index.
    QString label; ///< Translated, for people.
    QString example; ///< From the template's approval; may be empty.
    bool required = true;
    int maxLength = 0;

    friend bool operator==(const TemplateField &a, const TemplateField &b) = default;
};

/// What was filled in, by part and key as in TemplateField.
struct TemplateValues {
    QHash<QString, QHash<QString, QString>> parts;

    QString value(const QString &part, const QString &key) const { return parts.value(part).value(key); }
    QString value(const TemplateField &field) const { return value(field.part, field.key); }
    void set(const QString &part, const QString &key, const QString &value) { parts[part].insert(key, value); }

    /// {"body": {"1": "Omar"}}, as api.reserve_send takes it. Parts without a value are left out.
    QJsonObject toJson() const;
    /// Skips what is not text.
    static TemplateValues fromJson(const QJsonObject &json);

    friend bool operator==(const TemplateValues &a, const TemplateValues &b) = default;
};

/// What the lead will see.
struct TemplateText {
    QString header; ///< Of a media header the file's name, else its address.
    QString body;
    QString footer;
    QStringList buttons;
};

/// The names of the variables of a text, "1" or "first_name", each once: numbers in their order, names as they occur.
QStringList templateVariables(const QString &text);

/// All fields, from top to bottom.
QList<TemplateField> fieldsOf(const TemplateRow &row);

/// A value as providers take it: without line breaks, tabs and runs of more than four spaces.
QString cleanValue(const QString &value);

/// The template with its values; a variable without one stays as it is, "{{1}}".
TemplateText render(const TemplateRow &row, const TemplateValues &values);

/// The fields that still keep it from being sent: required and empty, too long, an address that is not
/// https, or no place on earth.
QList<TemplateField> missingFields(const TemplateRow &row, const TemplateValues &values);

/// Approved, and made of parts that can be filled in here (no carousel, no flow).
bool isSendable(const TemplateRow &row);

} // namespace conversure
