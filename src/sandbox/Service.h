// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/MetaRules.h"
#include "sandbox/Record.h"
#include "sandbox/Simulation.h"

namespace conversure::sandbox {

/// What a server is to do with a call.
struct Reply {
    int status = 200;
    QList<wire::Header> headers;
    QByteArray body;
    qint64 delayMs = 0;
    bool silent = false; ///< Keep the connection open and never answer.
    QString afterDeliveryOf; ///< Answer when a webhook about this message was acknowledged.
    Cut cut = Cut::None; ///< Close the connection before all of it was written.
};

/// Puts the Graph API, the control endpoints, the simulation and the record together. Knows no sockets.
///
/// Control endpoints, for tests and demos:
///   POST /_sandbox/inbound {number?, wa_id and/or user_id, name?, username?, text | type + content, context?, id?,
///                           timestamp?} → {"message_id"}: the lead writes now. "user_id": "" sends none.
///   POST /_sandbox/status  {message_id, status, number?, lead?, biz_opaque_callback_data?, timestamp?, code?, title?}
///   POST /_sandbox/fault   one fault as in the script
///   POST /_sandbox/template {name, language?, waba_id?, event?, reason?, quality?, category?, silent?}: Meta decides
///   so
///                           about the template, and says so by webhook unless "silent": true. With "components" one
///                           as in the script, which is added or replaces the one of that name and language, unsaid.
///   POST /_sandbox/preference {number?, wa_id and/or user_id, value: "stop" or "resume", timestamp?, silent?}
///   POST /_sandbox/call    {number?, wa_id and/or user_id, timestamp?} → {"call_id"}: the lead calls now
///   GET  /_sandbox/state   {accepted, inbound, planned, undelivered, messages, read_marks, templates}
class Service
{
public:
    /// All must outlive the service.
    Service(Simulation &simulation, Record &record);

    Reply handle(const Call &call);

    /// Webhooks that are due; each is handed out once.
    std::vector<Webhook> takeDue();
    std::optional<qint64> msUntilNext() const { return m_simulation.msUntilNext(); }

    /// Tells how an attempt to deliver ended: the receiver's HTTP status, 0 when it was not reached.
    void attempted(const Webhook &webhook, int status, int attempt);

private:
    Reply graph(const Call &call);
    Reply control(const Call &call);
    Reply sent(const AcceptedSend &send);
    Reply inbound(const QJsonObject &order);
    Reply status(const QJsonObject &order);
    Reply fault(const QJsonObject &order);
    Reply changeTemplate(const QJsonObject &order);
    Reply preference(const QJsonObject &order);
    Reply call(const QJsonObject &order);
    Reply state() const;
    void record(const Call &call, const Reply &reply);

    Simulation &m_simulation;
    Record &m_record;
    QString m_lastMessageId; ///< Of the call being handled, for its record.
    qint64 m_undelivered = 0;
};

} // namespace conversure::sandbox
