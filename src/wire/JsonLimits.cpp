// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/JsonLimits.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

#include <vector>

namespace conversure::wire {

namespace {

/// One pass that knows strings, brackets and commas. It need not understand wrong JSON, only survive it.
class Scan
{
public:
    explicit Scan(QByteArrayView bytes)
        : m_bytes(bytes)
    {
    }

    const char *objection()
    {
        while (m_at < m_bytes.size()) {
            const char c = m_bytes[m_at];
            if (const char *why = c == '"' ? string() : structure(c))
                return why;
        }
        return nullptr;
    }

private:
    const char *structure(char c)
    {
        ++m_at;
        if (c == '{' || c == '[')
            m_keys.emplace_back();
        else if ((c == '}' || c == ']') && !m_keys.empty())
            m_keys.pop_back();
        else if (c != ',')
            return nullptr;
        if (m_keys.size() > static_cast<size_t>(JsonLimits::depth))
            return "nested too deeply";
        return ++m_values > JsonLimits::values ? "too many values" : nullptr;
    }

    const char *string()
    {
        const qsizetype start = m_at;
        bool escaped = false;
        for (++m_at; m_at < m_bytes.size() && m_bytes[m_at] != '"'; ++m_at) {
            if (m_bytes[m_at] == '\\') {
                escaped = true;
                ++m_at;
            }
        }
        m_at = std::min(m_at + 1, m_bytes.size());
        if (m_keys.empty() || !isBeforeColon())
            return nullptr;
        const QByteArray quoted = m_bytes.sliced(start, m_at - start).toByteArray();
        return isNewKey(escaped ? unescaped(quoted) : quoted.mid(1, quoted.size() - 2)) ? nullptr
                                                                                        : "a key occurs twice";
    }

    bool isBeforeColon() const
    {
        qsizetype at = m_at;
        while (at < m_bytes.size() && isSpace(m_bytes[at]))
            ++at;
        return at < m_bytes.size() && m_bytes[at] == ':';
    }

    static bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

    bool isNewKey(const QByteArray &key)
    {
        const qsizetype before = m_keys.back().size();
        m_keys.back().insert(key);
        return m_keys.back().size() > before;
    }

    static QByteArray unescaped(const QByteArray &quoted)
    {
        return QJsonDocument::fromJson('[' + quoted + ']').array().at(0).toString().toUtf8();
    }

    QByteArrayView m_bytes;
    qsizetype m_at = 0;
    qsizetype m_values = 0;
    std::vector<QSet<QByteArray>> m_keys; ///< One set for each open bracket.
};

} // namespace

const char *objectionToJson(QByteArrayView bytes)
{
    return bytes.size() > JsonLimits::bytes ? "too large" : Scan(bytes).objection();
}

} // namespace conversure::wire
