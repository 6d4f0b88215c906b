// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "wire/Http.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <QUrl>

/// What may be shown of an exchange: in logs, in recordings, in bug reports. Errs on the side of hiding.
namespace conversure::net {

/// Whether a header, query item or JSON member of that name holds a credential.
bool isSecretName(QByteArrayView name);

/// The address without user, password, values of token-like query items, and path segments that look like tokens.
QString redacted(const QUrl &url);
QList<wire::Header> redacted(const QList<wire::Header> &headers);

/// A JSON or form body with the values of token-like members hidden; anything else becomes its length.
QByteArray redactedBody(const QByteArray &body);

} // namespace conversure::net
