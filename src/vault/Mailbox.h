// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaObject>
#include <QObject>

#include <memory>
#include <mutex>

namespace conversure::vault {

/// Takes one answer to the receiver's thread, and nowhere once the receiver is gone: a keeper of secrets may answer
/// minutes later. Made on the receiver's thread, used from any.
class Mailbox
{
public:
    explicit Mailbox(QObject *receiver)
        : m_place(std::make_shared<Place>())
    {
        auto *box = new QObject(receiver); // goes with the receiver, on its thread
        m_place->box = box;
        QObject::connect(
            box, &QObject::destroyed, box,
            [place = m_place] {
                const std::lock_guard lock(place->mutex);
                place->box = nullptr;
            },
            Qt::DirectConnection);
    }

    template <class Answer>
    void post(Answer answer) const
    {
        const std::lock_guard lock(m_place->mutex);
        if (!m_place->box)
            return;
        QMetaObject::invokeMethod(
            m_place->box,
            [box = m_place->box, answer = std::move(answer)]() mutable {
                box->deleteLater();
                answer();
            },
            Qt::QueuedConnection);
    }

private:
    struct Place {
        std::mutex mutex;
        QObject *box = nullptr;
    };
    std::shared_ptr<Place> m_place;
};

} // namespace conversure::vault
