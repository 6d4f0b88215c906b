// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/Base32.h"

namespace conversure::vault {

namespace {

constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

bool isSkipped(QChar c)
{
    return c.isSpace() || c.category() == QChar::Punctuation_Dash || c == u'.' || c == u'\u200b';
}

/// 0 to 31, or -1.
int valueOf(QChar c)
{
    switch (c.unicode()) {
    case u'0':
        return 'O' - 'A';
    case u'1':
        return 'I' - 'A';
    case u'8':
        return 'B' - 'A';
    default:
        break;
    }
    if (c >= u'A' && c <= u'Z')
        return c.unicode() - u'A';
    if (c >= u'a' && c <= u'z')
        return c.unicode() - u'a';
    if (c >= u'2' && c <= u'7')
        return c.unicode() - u'2' + 26;
    return -1;
}

} // namespace

QString toBase32(const QByteArray &bytes, int group, QChar between)
{
    QString out;
    quint32 pending = 0;
    int bits = 0;
    int written = 0;
    const auto write = [&](quint32 value) {
        if (group > 0 && written > 0 && written % group == 0)
            out += between;
        out += QLatin1Char(letters[value & 31]);
        ++written;
    };
    for (const char byte : bytes) {
        pending = (pending << 8) | static_cast<quint8>(byte);
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            write(pending >> bits);
        }
        pending &= (1U << bits) - 1;
    }
    if (bits > 0)
        write(pending << (5 - bits));
    return out;
}

std::optional<QByteArray> fromBase32(QStringView text, qsizetype size)
{
    const qsizetype wanted = (size * 8 + 4) / 5;
    // What was pasted may be anything: no work beyond what a person may have put between the letters.
    if (text.size() > 4 * wanted + 16)
        return std::nullopt;
    QByteArray out;
    quint32 pending = 0;
    int bits = 0;
    qsizetype count = 0;
    for (const QChar c : text) {
        if (isSkipped(c))
            continue;
        const int value = valueOf(c);
        if (value < 0 || ++count > wanted)
            return std::nullopt;
        pending = (pending << 5) | static_cast<quint32>(value);
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>(pending >> bits);
            pending &= (1U << bits) - 1;
        }
    }
    // The bits that are left over are none of the bytes: two spellings of one code would be two codes.
    if (count != wanted || pending != 0)
        return std::nullopt;
    return out;
}

} // namespace conversure::vault
