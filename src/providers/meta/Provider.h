// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "providers/Provider.h"

namespace conversure::providers::meta {

/// WhatsApp through Meta's own Cloud API. Joins the pure functions of Requests.h, Replies.h and Webhook.h with the
/// description of the settings they read. Immutable once built; shared by all threads.
class Provider final : public providers::Provider
{
public:
    Provider();

    const ProviderDescription &description() const override { return m_description; }
    const Capabilities &capabilities() const override { return m_capabilities; }

    Result<wire::HttpRequest> sendRequest(const Settings &settings, const OutboundMessage &message) const override;
    Result<SendResult> readSendResponse(const wire::HttpResponse &response) const override;
    Result<wire::HttpRequest> templatesRequest(const Settings &settings, const QString &after) const override;
    Result<TemplatePage> readTemplates(const wire::HttpResponse &response) const override;
    Result<QList<Share>> splitDelivery(const QByteArray &rawBody) const override;
    bool verifySignature(
        const Settings &settings, const QList<wire::Header> &headers, const QByteArray &rawBody) const override;
    Result<Parsed> parseDelivery(const QByteArray &body) const override;
    std::optional<std::optional<QByteArray>> answerHandshake(
        const QByteArray &rawQuery, const std::function<bool(const QString &token)> &tokenIsKnown) const override;

private:
    ProviderDescription m_description;
    Capabilities m_capabilities;
};

} // namespace conversure::providers::meta
