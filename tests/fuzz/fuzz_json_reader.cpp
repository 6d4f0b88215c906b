// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/JsonReader.h"

#include <QJsonObject>

#include <cstdlib>

using conversure::wire::JsonReader;

namespace {

void require(bool promise)
{
    if (!promise)
        std::abort();
}

/// Reads every value in every way. Depth is bounded by the parser.
void visit(const JsonReader &reader)
{
    const auto text = reader.text();
    require(!text || (!text->contains(QChar(QChar::Null)) && text->isValidUtf16()));
    require(!reader.integer() || reader.id());
    require(!text || reader.textOr() == *text);
    for (const JsonReader &element : reader.elementsOrNone())
        visit(element);
    if (reader.isObject()) {
        const QJsonObject object = reader.value().toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            visit(reader[it.key()]);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    const auto root = JsonReader::parse(QByteArray(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size)));
    if (root)
        visit(*root);
    else
        require(root.error().code == QStringLiteral("json:malformed"));
    return 0;
}
