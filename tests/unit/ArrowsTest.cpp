// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>

#include <algorithm>

/// Compares every #include of the house with the table in cmake/rooms.txt.
class ArrowsTest : public QObject
{
    Q_OBJECT

private:
    using Table = QHash<QString, QSet<QString>>;

    static QByteArray contents(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    static Table readTable()
    {
        Table table;
        const QStringList lines =
            QString::fromUtf8(contents(QStringLiteral(CONVERSURE_SOURCE_DIR "/cmake/rooms.txt"))).split(u'\n');
        for (const QString &line : lines) {
            if (line.isEmpty() || line.startsWith(u'#'))
                continue;
            const qsizetype colon = line.indexOf(u':');
            const QStringList uses = line.mid(colon + 1).split(u' ', Qt::SkipEmptyParts);
            table.insert(line.left(colon), QSet<QString>(uses.begin(), uses.end()));
        }
        return table;
    }

    /// The room that a path below src, ui or app belongs to: the longest name in the table that leads the path.
    static QString roomOf(const QString &path, const Table &table)
    {
        QString best;
        for (auto it = table.keyBegin(); it != table.keyEnd(); ++it) {
            if (path.startsWith(*it + u'/') && it->size() > best.size())
                best = *it;
        }
        return best;
    }

    static QStringList sourcesBelow(const QString &folder)
    {
        QStringList files;
        QDirIterator it(
            folder, {QStringLiteral("*.cpp"), QStringLiteral("*.h")}, QDir::Files, QDirIterator::Subdirectories);
        while (it.hasNext())
            files << it.next();
        return files;
    }

    /// All sources with what they include, each named as others include it: src is not part of a name, ui and app are.
    static QHash<QString, QStringList> house()
    {
        const QString root = QStringLiteral(CONVERSURE_SOURCE_DIR "/");
        QHash<QString, QStringList> includes;
        for (const QString &top : {QStringLiteral("src/"), QStringLiteral("ui/"), QStringLiteral("app/")}) {
            const qsizetype strip = root.size() + (top == QStringLiteral("src/") ? top.size() : 0);
            for (const QString &file : sourcesBelow(root + top))
                includes.insert(file.mid(strip), includesOf(file));
        }
        return includes;
    }

    static QStringList includesOf(const QString &path)
    {
        static const QRegularExpression include(
            QStringLiteral("^\\s*#\\s*include\\s*[<\"]([^>\"]+)"), QRegularExpression::MultilineOption);
        QStringList names;
        for (auto it = include.globalMatch(QString::fromUtf8(contents(path))); it.hasNext();)
            names << it.next().captured(1);
        return names;
    }

    /// Whether \a file includes something whose name begins with \a prefix, itself or through our own headers.
    static bool reaches(const QString &file, const QString &prefix, const QHash<QString, QStringList> &includes)
    {
        QStringList open{file};
        QSet<QString> seen;
        while (!open.isEmpty()) {
            const QString next = open.takeLast();
            if (next.startsWith(prefix))
                return true;
            if (!seen.contains(next)) {
                seen.insert(next);
                open += includes.value(next);
            }
        }
        return false;
    }

private Q_SLOTS:
    void everyIncludeFollowsAnArrow()
    {
        const Table table = readTable();
        QVERIFY(table.size() > 10);
        const auto includes = house();
        QStringList wrong;
        int seen = 0;
        for (auto it = includes.begin(); it != includes.end(); ++it) {
            const QString room = roomOf(it.key(), table);
            if (room.isEmpty()) {
                wrong << it.key() + QStringLiteral(" belongs to no room");
                continue;
            }
            for (const QString &target : it.value()) {
                const QString used = roomOf(target, table);
                if (!used.isEmpty())
                    ++seen;
                if (!used.isEmpty() && used != room && !table.value(room).contains(used))
                    wrong << QStringLiteral("%1 includes %2, but %3 may not use %4").arg(it.key(), target, room, used);
                if (target.contains(QStringLiteral("..")))
                    wrong << it.key() + QStringLiteral(" climbs out of its folder: ") + target;
            }
        }
        QVERIFY(seen > 20);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
    }

    void theTableHasNoCycle()
    {
        const Table table = readTable();
        QSet<QString> settled;
        bool moved = true;
        while (moved) {
            moved = false;
            for (auto it = table.begin(); it != table.end(); ++it) {
                if (!settled.contains(it.key()) && settled.contains(it.value())) {
                    settled.insert(it.key());
                    moved = true;
                }
            }
        }
        QCOMPARE(settled.size(), table.size());
    }

    void boostStaysInThreeFiles()
    {
        const auto includes = house();
        const QString boost = QStringLiteral("boost/");
        QStringList seeing;
        for (auto it = includes.begin(); it != includes.end(); ++it) {
            if (it.key().endsWith(QStringLiteral(".cpp"))) {
                if (reaches(it.key(), boost, includes))
                    seeing << it.key();
            } else if (!it.key().endsWith(QStringLiteral("/Asio.h"))) {
                const bool direct = std::any_of(it.value().begin(), it.value().end(),
                    [&](const QString &target) { return target.startsWith(boost); });
                QVERIFY2(!direct, qPrintable(it.key()));
            }
        }
        QVERIFY2(!seeing.isEmpty() && seeing.size() <= 3, qPrintable(seeing.join(u'\n')));
    }
};

CONVERSURE_TEST(ArrowsTest)
#include "ArrowsTest.moc"
