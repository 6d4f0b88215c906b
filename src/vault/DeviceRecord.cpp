// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/DeviceRecord.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace conversure::vault {

namespace {

constexpr int format = 1;

QString base64(const QByteArray &bytes)
{
    return QString::fromLatin1(bytes.toBase64());
}

QByteArray fromBase64(const QJsonValue &value)
{
    return QByteArray::fromBase64(value.toString().toLatin1());
}

} // namespace

Secret DeviceRecord::toBytes() const
{
    const QJsonObject object{{QStringLiteral("format"), format}, {QStringLiteral("company_id"), company.text()},
        {QStringLiteral("user_id"), user.text()}, {QStringLiteral("email"), email}, {QStringLiteral("name"), name},
        {QStringLiteral("user_role"), userRole}, {QStringLiteral("company"), companyName},
        {QStringLiteral("database"), database}, {QStringLiteral("token"), token},
        {QStringLiteral("box_public"), base64(keys.boxPublic)},
        {QStringLiteral("sign_public"), base64(keys.signPublic)},
        {QStringLiteral("box_private"), base64(keys.boxPrivate.bytes())},
        {QStringLiteral("sign_private"), base64(keys.signPrivate.bytes())}};
    return Secret(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

Result<DeviceRecord> DeviceRecord::fromBytes(const Secret &bytes)
{
    const QJsonObject object = QJsonDocument::fromJson(bytes.bytes()).object();
    DeviceRecord record{CompanyId::fromText(object[QStringLiteral("company_id")].toString()),
        UserId::fromText(object[QStringLiteral("user_id")].toString()), object[QStringLiteral("email")].toString(),
        object[QStringLiteral("name")].toString(), object[QStringLiteral("user_role")].toString(),
        object[QStringLiteral("company")].toString(), object[QStringLiteral("database")].toString(),
        object[QStringLiteral("token")].toString(),
        {fromBase64(object[QStringLiteral("box_public")]), fromBase64(object[QStringLiteral("sign_public")]),
            Secret(fromBase64(object[QStringLiteral("box_private")])),
            Secret(fromBase64(object[QStringLiteral("sign_private")]))}};
    if (object[QStringLiteral("format")].toInt() != format || record.company.isNull() || record.user.isNull()
        || record.database.isEmpty() || record.token.isEmpty() || !record.keys.isWhole())
        return failure(ErrorKind::Invalid, QStringLiteral("device:record"),
            QStringLiteral("what this computer kept of the sign-in cannot be read"));
    return record;
}

} // namespace conversure::vault
