// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QDirIterator>
#include <QFile>
#include <QList>
#include <QString>
#include <QStringConverter>
#include <QStringList>

#include <algorithm>

namespace conversure::test {

/// Secrets that must not turn up anywhere, and the search for them.
class Needles
{
public:
    /// Shorter ones would be found by chance.
    static constexpr qsizetype shortest = 16;

    void hide(const QString &name, const QByteArray &bytes)
    {
        if (bytes.size() < shortest)
            qFatal("%s is too short to look for", qPrintable(name));
        if (!contains(bytes))
            m_needles.append({name, bytes});
    }
    void hide(const QString &name, const QString &text) { hide(name, text.toUtf8()); }
    void hide(const char *name, const QByteArray &bytes) { hide(QString::fromLatin1(name), bytes); }
    void hide(const char *name, const QString &text) { hide(QString::fromLatin1(name), text.toUtf8()); }

    qsizetype count() const { return m_needles.size(); }
    /// Those but for some that may be in a certain place.
    Needles without(const QStringList &names) const
    {
        Needles out;
        for (const Needle &needle : m_needles) {
            if (!names.contains(needle.name))
                out.m_needles << needle;
        }
        return out;
    }

    /// The names of those that \a haystack holds.
    QStringList foundIn(const QByteArray &haystack) const
    {
        QStringList found;
        for (const Needle &needle : m_needles) {
            for (const QByteArray &spelling : spellings(needle.bytes)) {
                if (haystack.contains(spelling) && !found.contains(needle.name))
                    found << needle.name;
            }
        }
        return found;
    }

    /// "file: name, name" for each file below \a folder that holds one, but for files of these names.
    QStringList foundBelow(const QString &folder, const QStringList &leftOut = {}) const
    {
        QStringList out;
        QDirIterator files(folder, QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            if (leftOut.contains(files.fileName()))
                continue;
            const QStringList found = foundIn(file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray());
            if (!found.isEmpty())
                out << files.filePath() + QStringLiteral(": ") + found.join(QStringLiteral(", "));
        }
        return out;
    }

    /// How bytes may be written: as they are, in hex, in base64 of either alphabet at any offset, as in a URL, as text
    /// of two bytes a letter in either order.
    static QList<QByteArray> spellings(const QByteArray &bytes)
    {
        QList<QByteArray> out{bytes, bytes.toHex(), bytes.toHex().toUpper(), bytes.toPercentEncoding(),
            QStringEncoder(QStringConverter::Utf16LE)(QString::fromUtf8(bytes)),
            QStringEncoder(QStringConverter::Utf16BE)(QString::fromUtf8(bytes))};
        for (int offset = 0; offset < 3; ++offset) {
            // Whole groups of three only: what stands before and behind changes the rest.
            const QByteArray middle = bytes.mid((3 - offset) % 3);
            const QByteArray groups = middle.left(middle.size() / 3 * 3);
            out << groups.toBase64() << groups.toBase64(QByteArray::Base64UrlEncoding);
        }
        return out;
    }

private:
    struct Needle {
        QString name;
        QByteArray bytes;
    };

    bool contains(const QByteArray &bytes) const
    {
        return std::any_of(
            m_needles.begin(), m_needles.end(), [&](const Needle &needle) { return needle.bytes == bytes; });
    }

    QList<Needle> m_needles;
};

} // namespace conversure::test
