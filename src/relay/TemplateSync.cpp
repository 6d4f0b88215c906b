// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay/TemplateSync.h"

#include <QJsonObject>

#include <utility>

namespace conversure::relay {

namespace {

/// An account has some thousands at most; a list that does not end has a fault.
constexpr int mostPages = 200;

QJsonObject toJson(const TemplateRow &row)
{
    return {{QStringLiteral("provider_template_id"), row.providerTemplateId}, {QStringLiteral("name"), row.name},
        {QStringLiteral("language"), row.language}, {QStringLiteral("category"), row.category},
        {QStringLiteral("status"), row.status}, {QStringLiteral("components"), row.components},
        {QStringLiteral("parameter_format"), row.parameterFormat}, {QStringLiteral("quality"), row.quality},
        {QStringLiteral("rejected_reason"), row.rejectedReason}};
}

} // namespace

TemplateSync::TemplateSync(
    net::HttpTransport &http, const providers::Provider &provider, providers::Settings settings, QObject *parent)
    : QObject(parent)
    , m_http(http)
    , m_provider(provider)
    , m_settings(std::move(settings))
{
}

void TemplateSync::begin(Done done)
{
    m_done = std::move(done);
    ask({});
}

void TemplateSync::ask(const QString &after)
{
    if (++m_pages > mostPages)
        return m_done(
            failure(ErrorKind::Refused, QStringLiteral("templates:endless"), QStringLiteral("the list does not end")));
    const auto request = m_provider.templatesRequest(m_settings, after);
    if (!request)
        return m_done(tl::unexpected<Error>(request.error()));
    m_http.send(*request, this, [this](const Result<wire::HttpResponse> &answer) { take(answer); });
}

void TemplateSync::take(const Result<wire::HttpResponse> &answer)
{
    const auto page =
        answer.and_then([this](const wire::HttpResponse &response) { return m_provider.readTemplates(response); });
    if (!page)
        return m_done(tl::unexpected<Error>(page.error()));
    for (const TemplateRow &row : page->templates)
        m_templates.append(toJson(row));
    if (page->next.isEmpty())
        m_done(m_templates);
    else
        ask(page->next);
}

} // namespace conversure::relay
