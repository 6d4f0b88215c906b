// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>

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

private Q_SLOTS:
    void everyIncludeFollowsAnArrow()
    {
        const Table table = readTable();
        QVERIFY(table.size() > 10);
        static const QRegularExpression include(
            QStringLiteral("^\\s*#\\s*include\\s+\"([^\"]+)\""), QRegularExpression::MultilineOption);

        const QString root = QStringLiteral(CONVERSURE_SOURCE_DIR);
        QStringList wrong;
        int seen = 0;
        for (const QString &top : {QStringLiteral("src/"), QStringLiteral("ui"), QStringLiteral("app")}) {
            const QString strip = top == QStringLiteral("src/") ? root + u'/' + top : root + u'/';
            for (const QString &file : sourcesBelow(root + u'/' + top)) {
                const QString inside = file.mid(strip.size());
                const QString room = roomOf(inside, table);
                if (room.isEmpty()) {
                    wrong << inside + QStringLiteral(" belongs to no room");
                    continue;
                }
                auto match = include.globalMatch(QString::fromUtf8(contents(file)));
                while (match.hasNext()) {
                    const QString target = match.next().captured(1);
                    const QString used = roomOf(target, table);
                    ++seen;
                    if (!used.isEmpty() && used != room && !table.value(room).contains(used))
                        wrong
                            << QStringLiteral("%1 includes %2, but %3 may not use %4").arg(inside, target, room, used);
                    if (target.contains(QStringLiteral("..")))
                        wrong << inside + QStringLiteral(" climbs out of its folder: ") + target;
                }
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
        static const QRegularExpression boost(QStringLiteral("#\\s*include\\s*[<\"]boost/"));
        QStringList files;
        for (const QString &top : {QStringLiteral("/src"), QStringLiteral("/ui"), QStringLiteral("/app")}) {
            for (const QString &file : sourcesBelow(QStringLiteral(CONVERSURE_SOURCE_DIR) + top)) {
                if (file.endsWith(QStringLiteral(".cpp")) && contents(file).contains("boost/"))
                    files << file;
                if (file.endsWith(QStringLiteral(".h")) && boost.match(QString::fromUtf8(contents(file))).hasMatch())
                    QVERIFY2(file.endsWith(QStringLiteral("Asio.h")), qPrintable(file));
            }
        }
        QVERIFY2(files.size() <= 3, qPrintable(files.join(u'\n')));
    }
};

CONVERSURE_TEST(ArrowsTest)
#include "ArrowsTest.moc"
