// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "net/HttpTransport.h"
#include "providers/Provider.h"

#include <QJsonArray>
#include <QObject>

#include <functional>

namespace conversure::relay {

/// Reads all templates of a number's account, page by page. Reports once; ends nothing half: what is missing in a list
/// counts as deleted.
class TemplateSync final : public QObject
{
    Q_OBJECT

public:
    /// Hears the list in the form that relay.put_templates takes.
    using Done = std::function<void(const Result<QJsonArray> &templates)>;

    /// Transport and provider outlive it.
    TemplateSync(net::HttpTransport &http, const providers::Provider &provider, providers::Settings settings,
        QObject *parent = nullptr);

    /// Once. Not answered when it is deleted before.
    void begin(Done done);

private:
    void ask(const QString &after);
    void take(const Result<wire::HttpResponse> &answer);

    net::HttpTransport &m_http;
    const providers::Provider &m_provider;
    const providers::Settings m_settings;
    Done m_done;
    QJsonArray m_templates;
    int m_pages = 0;
};

} // namespace conversure::relay
