// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "sandbox/Service.h"

#include <QUrl>

#include <memory>

namespace conversure::sandbox {

struct ServerOptions {
    QString host; ///< A loopback address: the control endpoints ask for no password.
    quint16 port = 0; ///< 0: any free port.
    QUrl deliverTo; ///< http only.
};

/// The edge: HTTP in, webhooks out, in one thread. Webhooks about one lead arrive in order and are repeated with a
/// growing gap (0.2 s doubling to 5 s) until the receiver answers 200; a receiver that refuses one lead's webhook still
/// gets the others'.
class Server
{
public:
    /// \a service must outlive the server.
    Server(ServerOptions options, Service &service);
    ~Server();

    /// Starts to listen. The answer is the port.
    Result<quint16> listen();

    /// Serves until SIGTERM or SIGINT arrives.
    Result<void> run();

private:
    class Edge;
    std::unique_ptr<Edge> m_edge;
};

} // namespace conversure::sandbox
