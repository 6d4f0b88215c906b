// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QIODevice>

namespace conversure::net {

/// The body of a request that can be read once. Qt silently sends a request again, POST or not, when the other side
/// closes the connection before answering; it has to rewind the body for that, and this one refuses.
class OneTimeBody final : public QIODevice
{
    Q_OBJECT

public:
    explicit OneTimeBody(QByteArray bytes, QObject *parent);

    qint64 size() const override { return m_bytes.size(); }
    bool seek(qint64 position) override;
    bool reset() override { return false; }
    /// Whether all of it was taken to be sent.
    bool isTaken() const { return m_read == m_bytes.size(); }

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_bytes;
    qint64 m_read = 0;
};

} // namespace conversure::net
