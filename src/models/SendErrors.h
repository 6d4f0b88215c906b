// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Rows.h"
#include "domain/SendErrors.h"

#include <QJsonObject>
#include <QString>

#include <optional>

/// What a person hears when a message was not sent or not delivered, and what helps then. All of it is made from the
/// code ("CV010", "meta:131047", "net:timeout", …) and the figures that are stored with it; codes that are not known by
/// name go by the class among the figures.
namespace conversure::models {

/// What happened, what it means and what to do. Never empty; unknown codes get a general sentence that names the code.
QString sendErrorSentence(const QString &code, const QJsonObject &detail);

/// What helps.
NextStep nextStep(const QString &code, const QJsonObject &detail);

/// When the same message may be tried again: 0 at once, empty when that does not help, or nobody knows when it will.
std::optional<Microseconds> retryFrom(const QString &code, const QJsonObject &detail);

/// Whether trying again may help by \a now.
bool canRetry(const QString &code, const QJsonObject &detail, Microseconds now);

} // namespace conversure::models
