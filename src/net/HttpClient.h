// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/HttpTransport.h"

#include <QHash>
#include <QNetworkAccessManager>
#include <QObject>
#include <QString>

#include <array>

namespace conversure::net {

/// HTTP/1.1 over the network: the one place that touches QNetworkAccessManager. Belongs to one thread, which needs an
/// event loop. TLS errors are never ignored, cookies are not kept, redirects are not followed: they are answers (307
/// and 308 to a request with a body end as Ambiguous, because Qt gives no more away).
///
/// Qt opens six connections to a host and lets further requests wait, their time running. So lanes have connections of
/// their own, as far as there are places for them.
class HttpClient final : public QObject, public HttpTransport
{
    Q_OBJECT

public:
    struct Options {
        int timeoutMs = 30'000; ///< From send to the last byte of the answer.
        qint64 maxAnswerBytes = qint64(8) * 1024 * 1024;
        QString recordFolder = {}; ///< Each exchange becomes a file here, without its secrets; empty: none.
    };

    /// The defaults, recording to the folder that CONVERSURE_RECORD_HTTP names, if any.
    static Options fromEnvironment();

    explicit HttpClient(QObject *parent = nullptr);
    explicit HttpClient(Options options, QObject *parent = nullptr);
    ~HttpClient() override;

    void send(const wire::HttpRequest &request, QObject *receiver, Done done) override;

    /// Of one lane; more requests at once wait for each other.
    static constexpr int connectionsOfALane = 6;

private:
    /// Each brings a thread of Qt's.
    static constexpr size_t places = 32;

    QNetworkAccessManager &managerOf(const QByteArray &lane);

    Options m_options;
    std::array<QNetworkAccessManager *, places> m_managers{}; ///< Children; made when they are needed.
    QHash<QByteArray, size_t> m_placeOf; ///< Of a lane, given in turn.
};

} // namespace conversure::net
