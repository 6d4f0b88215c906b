// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/Script.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QString>

namespace conversure::sandbox {

inline QByteArray fileContents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline QJsonObject fixture(const QString &name)
{
    const QString path = QStringLiteral(CONVERSURE_SOURCE_DIR "/tests/sandbox/fixtures/") + name;
    return QJsonDocument::fromJson(fileContents(path)).object();
}

inline Number testNumber()
{
    return {QStringLiteral("100000000000042"), QStringLiteral("200000000000042"), QStringLiteral("971500000042"),
        QStringLiteral("Test Homes"), QStringLiteral("token-of-the-test"), QStringLiteral("secret-of-the-test"),
        QStringLiteral("verify-of-the-test")};
}

/// A script with testNumber() and \a rest, which is the inside of a JSON object: "\"seed\": 2".
inline QByteArray scriptWith(const QByteArray &rest)
{
    return R"({"numbers": [{"phone_number_id": "100000000000042", "waba_id": "200000000000042",
        "display_phone_number": "971500000042", "access_token": "token-of-the-test",
        "app_secret": "secret-of-the-test"}])"
        + QByteArray(rest.isEmpty() ? "" : ", ") + rest + "}";
}

/// value of the first change of a webhook body.
inline QJsonObject changeValue(const QByteArray &body)
{
    return QJsonDocument::fromJson(body)[u"entry"][0][u"changes"][0][u"value"].toObject();
}

} // namespace conversure::sandbox
