// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/meta/Replies.h"
#include "providers/meta/Webhook.h"

#include <cstdlib>

using namespace conversure;
using namespace conversure::providers;

namespace {

void require(bool promise)
{
    if (!promise)
        std::abort();
}

qsizetype eventsIn(const Parsed &parsed)
{
    for (const Event &event : parsed.events) {
        const auto *news = std::get_if<TemplateNews>(&event.content);
        require(!event.providerNumberId.isEmpty() || news || std::holds_alternative<Ignored>(event.content));
        require(!news || !news->accountId.isEmpty());
        if (const auto *message = std::get_if<InboundMessage>(&event.content))
            require(!message->providerMessageId.isEmpty() && !message->identities.isEmpty());
    }
    return parsed.events.size();
}

} // namespace

/// Whatever arrives at the edge: read whole and in shares, both say the same number of things.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const auto parsed = meta::parseDelivery(bytes);
    const auto shares = meta::splitDelivery(bytes);
    require(parsed.has_value() == shares.has_value());
    if (shares) {
        qsizetype events = 0;
        for (const Share &share : *shares) {
            const auto part = meta::parseDelivery(share.body);
            require(part.has_value());
            events += eventsIn(*part);
        }
        require(events == eventsIn(*parsed));
    }

    require(!meta::verifySignature(QStringLiteral("secret"), {{"X-Hub-Signature-256", bytes}}, bytes));
    const auto answer =
        meta::answerHandshake(bytes, [](const QString &token) { return token == QStringLiteral("known"); });
    require(!answer || !*answer || bytes.contains("challenge") || bytes.contains('%'));
    for (const int status : {200, 400, 500}) {
        const auto result = meta::readSendResponse({status, {}, bytes});
        require(
            result ? !result->providerMessageId.isEmpty() : result.error().code.startsWith(QStringLiteral("meta:")));
        const auto page = meta::readTemplates({status, {}, bytes});
        require(page || page.error().kind != ErrorKind::Ambiguous);
    }
    return 0;
}
