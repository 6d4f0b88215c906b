// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/HttpTransport.h"

#include <QNetworkReply>
#include <QObject>
#include <QPointer>
#include <QTimer>

namespace conversure::net {

class OneTimeBody;

/// One request under way: waits for the answer, the limit of bytes or the time-out, reports once and deletes itself.
class Exchange final : public QObject
{
    Q_OBJECT

public:
    struct Limits {
        int timeoutMs;
        qint64 maxAnswerBytes;
        QString recordFolder;
    };
    struct Listener {
        QPointer<QObject> receiver;
        HttpTransport::Done done;
    };

    Exchange(wire::HttpRequest request, Limits limits, Listener listener, QObject *parent);
    ~Exchange() override;

    /// Takes the reply. \a body: what it sends, a child of this; none for GET and HEAD.
    void follow(QNetworkReply *reply, const OneTimeBody *body);

private:
    void takeBytes();
    void giveUp(const QString &code);
    void finish();
    Result<wire::HttpResponse> outcome() const;
    bool isHalfSent() const;
    wire::HttpResponse response() const;

    wire::HttpRequest m_request;
    Limits m_limits;
    Listener m_listener;
    QTimer m_deadline;
    QNetworkReply *m_reply = nullptr;
    const OneTimeBody *m_requestBody = nullptr;
    QByteArray m_body;
    QString m_gaveUp; ///< Why we ended it ourselves.
    bool m_requestLeft = false; ///< Bytes of the request were handed to the connection.
};

} // namespace conversure::net
