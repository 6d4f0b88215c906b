// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "vault/RelayKey.h"

#include <QDir>
#include <QFile>
#include <QSet>
#include <QTemporaryDir>

#include <atomic>
#include <sys/stat.h>
#include <thread>

using namespace conversure;
using namespace conversure::vault;

/// The relay's private key on its disk.
class RelayKeyTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QString path(const char *name) const { return m_folder.filePath(QString::fromLatin1(name)); }

    static mode_t modeOf(const QString &path)
    {
        struct stat status {
        };
        return ::stat(QFile::encodeName(path).constData(), &status) == 0 ? status.st_mode & 07777 : 0;
    }

private Q_SLOTS:
    void aKeyIsMadeOnceAndReadAgain()
    {
        const QString file = path("new/folder/relay.key");
        const auto made = RelayKey::loadOrCreate(file);
        QVERIFY(made);
        QCOMPARE(modeOf(file), mode_t(0600));
        const auto read = RelayKey::loadOrCreate(file);
        QVERIFY(read);
        QCOMPARE(read->id, made->id);
        QCOMPARE(read->keys.boxPublic, made->keys.boxPublic);
        QCOMPARE(read->keys.signPublic, made->keys.signPublic);
        QCOMPARE(read->keys.boxPrivate.bytes(), made->keys.boxPrivate.bytes());
        QCOMPARE(read->keys.signPrivate.bytes(), made->keys.signPrivate.bytes());
        QCOMPARE(openDataKey(sealDataKey(Secret(QByteArray(32, 'k')), made->keys.boxPublic), read->keys)->bytes(),
            QByteArray(32, 'k'));
        QCOMPARE(QDir(path("new/folder")).entryList(QDir::Files | QDir::Hidden).size(), 1);
    }

    void aKeyThatOthersCanReadIsRefused_data()
    {
        QTest::addColumn<int>("mode");
        for (const int mode : {0640, 0604, 0660, 0644, 0601, 0620})
            QTest::newRow(QByteArray::number(mode, 8).constData()) << mode;
    }

    void aKeyThatOthersCanReadIsRefused()
    {
        QFETCH(int, mode);
        const QString file = m_folder.filePath(QString::number(mode));
        QVERIFY(RelayKey::loadOrCreate(file));
        ::chmod(QFile::encodeName(file).constData(), static_cast<mode_t>(mode));
        const auto refused = RelayKey::loadOrCreate(file);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, QStringLiteral("key:open"));
        QVERIFY(refused.error().message.contains(QStringLiteral("chmod 600")));
    }

    void whatIsNoKeyIsRefusedAndKept_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("a text") << QByteArray("hello world\n");
        QTest::newRow("another version") << QByteArray("conversure-relay-key-v2 a b c");
        QTest::newRow("short parts") << QByteArray("conversure-relay-key-v1 QUJD QUJD QUJD");
        QTest::newRow("parts that do not belong together") << "conversure-relay-key-v1 "
                + QByteArray(32, 'a').toBase64() + ' ' + QByteArray(32, 'b').toBase64() + ' '
                + QByteArray(64, 'c').toBase64();
    }

    void whatIsNoKeyIsRefusedAndKept()
    {
        QFETCH(QByteArray, content);
        QFile file(path("other"));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate, QFile::ReadOwner | QFile::WriteOwner));
        file.write(content);
        file.close();
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        const auto refused = RelayKey::loadOrCreate(file.fileName());
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, QStringLiteral("key:format"));
        QVERIFY(!content.simplified().size()
            || !refused.error().message.contains(QString::fromLatin1(content.simplified())));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), content);
    }

    void aPlaceThatCannotBeWrittenIsNamed()
    {
        const auto refused = RelayKey::loadOrCreate(QStringLiteral("/proc/no/such/place/relay.key"));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, QStringLiteral("key:write"));
        QVERIFY(refused.error().message.contains(QStringLiteral("/proc/no/such/place")));
    }

    void manyWhoStartAtOnceGetOneKey()
    {
        for (int round = 0; round < 20; ++round) {
            const QString file = m_folder.filePath(QStringLiteral("many%1").arg(round));
            std::array<QUuid, 8> ids;
            std::atomic<int> waiting = 0;
            std::vector<std::thread> threads;
            for (QUuid &id : ids) {
                threads.emplace_back([&] {
                    ++waiting;
                    while (waiting < static_cast<int>(ids.size())) { }
                    if (const auto key = RelayKey::loadOrCreate(file))
                        id = key->id;
                });
            }
            for (std::thread &thread : threads)
                thread.join();
            QVERIFY(!ids.front().isNull());
            QCOMPARE(QSet<QUuid>(ids.begin(), ids.end()).size(), 1);
            QCOMPARE(modeOf(file), mode_t(0600));
        }
    }
};

CONVERSURE_TEST(RelayKeyTest)
#include "RelayKeyTest.moc"
