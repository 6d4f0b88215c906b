// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/HttpTransport.h"
#include "sending/Parts.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QList>
#include <QObject>
#include <QPointer>

#include <deque>

namespace conversure::test {

/// A provider's side as a test wants it: answers each post with the next of `answers`, accepts when there is none left,
/// or keeps them waiting while `holds`.
class FakeTransport final : public net::HttpTransport
{
public:
    struct Post {
        QString text;
        QString attempt;
        QByteArray authorization;
        QString to = {}; ///< Digits.
        QJsonObject body = {};
    };
    struct Waiting {
        QPointer<QObject> receiver;
        Done done;
        QString attempt;
        QString text;
    };

    QList<Post> posts;
    std::deque<Result<wire::HttpResponse>> answers;
    std::deque<Waiting> waiting;
    bool holds = false;
    std::function<void()> onPost;

    void send(const wire::HttpRequest &request, QObject *receiver, Done done) override
    {
        const QJsonObject body = QJsonDocument::fromJson(request.body).object();
        const Post post{body[QStringLiteral("text")][QStringLiteral("body")].toString(),
            body[QStringLiteral("biz_opaque_callback_data")].toString(),
            wire::headerValue(request.headers, "Authorization"), body[QStringLiteral("to")].toString(), body};
        posts.append(post);
        if (onPost)
            onPost();
        waiting.push_back({receiver, std::move(done), post.attempt, post.text});
        if (!holds)
            QMetaObject::invokeMethod(
                receiver, [this] { answerNext(); }, Qt::QueuedConnection);
    }

    /// The oldest that waits gets the next answer.
    void answerNext()
    {
        Waiting next = std::move(waiting.front());
        waiting.pop_front();
        Result<wire::HttpResponse> answer = accepted(next.attempt);
        if (!answers.empty()) {
            answer = std::move(answers.front());
            answers.pop_front();
        }
        if (next.receiver)
            next.done(std::move(answer));
    }

    static wire::HttpResponse accepted(const QString &attempt)
    {
        return {200, {}, R"({"messages":[{"id":"wamid.)" + attempt.toLatin1() + R"("}]})"};
    }

    static wire::HttpResponse rejected(int status, int code, const QByteArray &retryAfter = {})
    {
        QList<wire::Header> headers;
        if (!retryAfter.isEmpty())
            headers.append({"Retry-After", retryAfter});
        return {status, headers, R"({"error":{"message":"no","code":)" + QByteArray::number(code) + "}}"};
    }
};

inline sending::SendingNumber metaNumber()
{
    return {QStringLiteral("meta"),
        {{QStringLiteral("phone_number_id"), QStringLiteral("106540352242922")},
            {QStringLiteral("access_token"), QStringLiteral("test-token")}}};
}

} // namespace conversure::test
