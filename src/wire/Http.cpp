// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/Http.h"

namespace conversure::wire {

QByteArray headerValue(const QList<Header> &headers, const QByteArray &name)
{
    for (const Header &header : headers) {
        if (header.first.compare(name, Qt::CaseInsensitive) == 0)
            return header.second;
    }
    return {};
}

} // namespace conversure::wire
