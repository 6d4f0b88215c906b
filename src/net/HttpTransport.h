// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "wire/Http.h"

#include <functional>

class QObject;

namespace conversure::net {

/// Carries one request to the other side. An interface, so that a test decides what comes back.
///
/// What a failure means for whoever must not send twice:
///  - Unavailable (net:refused, net:host, net:tls): no byte of the request can have left; it may be repeated. So may it
///    after net:unsent: the connection ended, time was over, or the other side said 503, before all of it had left.
///  - Ambiguous (net:timeout, net:lost, net:too-large): the other side may have carried it out.
///  - Invalid (net:url): not a request that can be sent at all.
/// Any HTTP status is an answer, not a failure: what it means is for the provider to say.
class HttpTransport
{
public:
    using Done = std::function<void(Result<wire::HttpResponse>)>;

    virtual ~HttpTransport() = default;

    /// Calls \a done exactly once, later (never from inside send), on the transport's thread, which is also that of
    /// \a receiver. Not at all when the receiver or the transport goes first.
    virtual void send(const wire::HttpRequest &request, QObject *receiver, Done done) = 0;
};

} // namespace conversure::net
