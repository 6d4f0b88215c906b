// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "usecases/KeptSignIn.h"

#include "vault/SignIn.h"

#include <chrono>

namespace conversure::usecases {

namespace {

/// A keychain that is open answers within 40 ms (measured); after this a person is being asked for something.
constexpr std::chrono::milliseconds patience{1'500};

} // namespace

KeptSignIn::KeptSignIn(vault::SecretKeeper &keeper, const QString &profile, QObject *parent)
    : QObject(parent)
    , m_keeper(keeper)
    , m_sessionName(QStringLiteral("session ") + profile)
    , m_deviceName(QStringLiteral("computer ") + profile)
{
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, &KeptSignIn::waiting);
}

void KeptSignIn::read()
{
    if (m_reading)
        return;
    m_reading = true;
    m_patience.start(patience);
    m_keeper.read(m_deviceName, this, [this](auto kept) { takeSecret(std::move(kept)); });
    m_keeper.read(m_sessionName, this, [this](const auto &kept) { takeRecord(kept); });
}

void KeptSignIn::takeSecret(Result<std::optional<vault::Secret>> kept)
{
    // Once one was made and used, the store may know this computer by it.
    if (!kept || !*kept || !m_deviceSecret.isEmpty())
        return;
    m_deviceSecret = (*kept)->bytes();
    m_secretIsKept = true;
}

void KeptSignIn::takeRecord(const Result<std::optional<vault::Secret>> &kept)
{
    m_reading = false;
    m_patience.stop();
    if (!kept) {
        Q_EMIT ready(nullptr, kept.error());
        return;
    }
    if (!*kept) {
        Q_EMIT ready(nullptr, {});
        return;
    }
    auto record = vault::DeviceRecord::fromBytes(**kept);
    if (!record)
        Q_EMIT ready(nullptr, record.error());
    else
        Q_EMIT ready(std::make_shared<const vault::DeviceRecord>(std::move(*record)), {});
}

void KeptSignIn::keep(const vault::DeviceRecord &record)
{
    if (!m_secretIsKept && !m_deviceSecret.isEmpty())
        m_keeper.write(m_deviceName, vault::Secret(m_deviceSecret), this,
            [this](const Result<void> &written) { m_secretIsKept = written.has_value(); });
    m_keeper.write(m_sessionName, record.toBytes(), this, [this](const Result<void> &written) {
        if (!written)
            Q_EMIT notKept(written.error());
    });
}

void KeptSignIn::forget()
{
    m_keeper.remove(m_sessionName, this, [](const Result<void> &) {});
}

const QByteArray &KeptSignIn::deviceSecret()
{
    if (m_deviceSecret.isEmpty())
        m_deviceSecret = vault::newDeviceSecret();
    return m_deviceSecret;
}

} // namespace conversure::usecases
