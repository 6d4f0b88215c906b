// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Fixtures.h"
#include "sandbox/Simulation.h"

#include <QJsonArray>
#include <QStringList>

namespace conversure::sandbox {

using namespace Qt::StringLiterals;

inline QString nameOf(const Webhook &webhook)
{
    if (webhook.what != "message"_L1)
        return webhook.what;
    return u"message: "_s + changeValue(webhook.body)["messages"_L1][0]["text"_L1]["body"_L1].toString();
}

inline QJsonObject statusOf(const Webhook &webhook)
{
    return changeValue(webhook.body)["statuses"_L1][0].toObject();
}

/// A simulation of a script that the test knows to be right, with its clock.
struct World {
    FixedClock clock{1795341625000};
    Simulation simulation;

    explicit World(const QByteArray &rest)
        : simulation(*readScript(scriptWith(rest)), clock)
    {
    }

    /// Moves the clock and names what was due: "sent", "delivered", or "message: text".
    QStringList after(qint64 ms)
    {
        clock.advance(ms);
        QStringList names;
        for (const Webhook &webhook : simulation.takeDue())
            names << nameOf(webhook);
        return names;
    }

    Verdict send(const QString &to, const QString &text)
    {
        AcceptedSend send;
        send.phoneNumberId = testNumber().phoneNumberId;
        (to.contains(u'.') ? send.userId : send.waId) = to;
        send.input = to;
        send.type = u"text"_s;
        send.text = text;
        send.callbackData = u"attempt of "_s + text;
        return simulation.send(send);
    }
};

} // namespace conversure::sandbox
