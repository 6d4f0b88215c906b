// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/SignInTicket.h"

#include <QRandomGenerator>

#include <algorithm>

namespace conversure::vault {

Result<void> Patience::wait(const store::Connection &connection, const QJsonObject &answer)
{
    const int asked = std::clamp(answer[QStringLiteral("retry_after")].toInt(1), 1, 5) * 1000;
    const qint64 left = m_end.remainingTime();
    if (left == 0)
        return failure(ErrorKind::Unavailable, QStringLiteral("store:busy"),
            QStringLiteral("the store is busy with other sign-ins"));
    const int pause = QRandomGenerator::global()->bounded(asked / 4, asked + asked / 4);
    if (!connection.pause(static_cast<int>(std::min<qint64>(pause, left))))
        return failure(ErrorKind::Unavailable, QStringLiteral("store:lost"), QStringLiteral("interrupted"));
    return {};
}

Result<QString> signInTicket(
    store::Connection &connection, const QString &email, const QString &proof, const QByteArray &deviceSecret)
{
    const store::Param secret = deviceSecret.isEmpty() ? store::Param() : store::Param(deviceSecret);
    Patience patience;
    for (;;) {
        const auto begun =
            connection.call(QLatin1StringView("api.sign_in_begin"), {store::param(email), store::param(proof), secret});
        CONVERSURE_TRY(begun);
        const QJsonObject answer = begun->object(0, 0);
        if (!answer.contains(QStringLiteral("retry_after")))
            return answer[QStringLiteral("ticket")].toString();
        if (answer[QStringLiteral("reason")].toString() != QStringLiteral("busy"))
            return failure(ErrorKind::Refused, QStringLiteral("CV007"), QStringLiteral("too many attempts"),
                {{QStringLiteral("retry_after"), answer[QStringLiteral("retry_after")]}});
        CONVERSURE_TRY(patience.wait(connection, answer));
    }
}

} // namespace conversure::vault
