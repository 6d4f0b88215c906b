// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "relay/Asio.h"
#include "relay/WebhookHandler.h"

/// Between Beast's messages and ours.
namespace conversure::relay {

inline QByteArray toBytes(beast::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

inline beast::string_view toView(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

inline QByteArray pathOf(const QByteArray &target)
{
    const qsizetype mark = target.indexOf('?');
    return mark < 0 ? target : target.left(mark);
}

inline Request toRequest(http::request<http::string_body> &&message)
{
    Request out;
    const QByteArray target = toBytes(message.target());
    out.method = toBytes(message.method_string());
    out.path = pathOf(target);
    out.query = target.mid(out.path.size() + 1);
    for (const auto &field : message)
        out.headers << wire::Header{toBytes(field.name_string()), toBytes(field.value())};
    out.body = QByteArray(message.body().data(), static_cast<qsizetype>(message.body().size()));
    return out;
}

/// What proxies in front could read in another way than we do is refused.
inline bool isUnambiguous(const http::request<http::string_body> &head)
{
    const auto hosts = head.count(http::field::host);
    const auto lengths = head.count(http::field::content_length);
    const auto encodings = head.count(http::field::transfer_encoding);
    const bool framed = lengths + encodings <= 1
        && (encodings == 0
            || (head.version() == 11 && beast::iequals(head[http::field::transfer_encoding], "chunked")));
    return framed && hosts <= 1 && (hosts == 1 || head.version() == 10) && head.target().starts_with('/');
}

/// How a request that cannot be read is answered; 0: not at all, the sender was cut off or left.
inline int statusOf(error_code error)
{
    if (error == http::error::body_limit)
        return 413;
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
        return 431;
    return error.category() == make_error_code(http::error::bad_method).category() ? 400 : 0;
}

} // namespace conversure::relay
