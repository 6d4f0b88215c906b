// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Ask.h"
#include "StoreFixture.h"
#include "TestMain.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

#include <sys/stat.h>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// A PostgreSQL of our own: started, shared, restarted, and never left behind.
class PrivateClusterTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder{QStringLiteral("/tmp/cvcluster-XXXXXX")};

    PrivateCluster::Settings settings(const char *name) const
    {
        return {m_folder.filePath(QString::fromLatin1(name)), false, {}};
    }
    static bool answers(const QString &url) { return Connection::open(url, QStringLiteral("test")).has_value(); }
    static QString postgres() { return QStringLiteral("postgres"); }

    static mode_t modeOf(const QString &path)
    {
        struct stat status {
        };
        return ::lstat(QFile::encodeName(path).constData(), &status) == 0 ? status.st_mode & 0777 : 0;
    }

    static void write(const QString &path, const QByteArray &content)
    {
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(path));
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        // Under root the server is somebody else, who must get through.
        QFile::setPermissions(
            m_folder.path(), QFile::permissions(m_folder.path()) | QFile::ExeOther | QFile::ReadOther);
    }

    void itIsOursAlone()
    {
        const auto cluster = MUST(PrivateCluster::start(settings("one")));
        QVERIFY(answers(cluster->adminUrl(postgres())));
        QCOMPARE(modeOf(m_folder.filePath(QStringLiteral("one"))), mode_t(0700));
        QCOMPARE(modeOf(m_folder.filePath(QStringLiteral("one/password"))), mode_t(0600));
        QCOMPARE(modeOf(cluster->socketFolder()), mode_t(0700));
        QVERIFY(cluster->socketFolder().size() < 80);
        Connection admin = MUST(Connection::open(cluster->adminUrl(postgres()), QStringLiteral("test")));
        QCOMPARE(text(admin, "show listen_addresses"), QString());
        QCOMPARE(text(admin, "show password_encryption"), QStringLiteral("scram-sha-256"));
        const QString wrong = Connection::urlWithUser(
            cluster->adminUrl(postgres()), QStringLiteral("conversure_admin"), QStringLiteral("wrong"));
        QCOMPARE(verdict(Connection::open(wrong, QStringLiteral("test"))), QStringLiteral("28P01"));
        QCOMPARE(number(admin, "select count(*) from pg_hba_file_rules where auth_method <> 'scram-sha-256'"), 0);
    }

    void aDatabaseIsMadeOnce()
    {
        const auto cluster = MUST(PrivateCluster::start(settings("one")));
        MUST(cluster->ensureDatabase(QStringLiteral("with \"quotes\"")));
        Connection admin = MUST(Connection::open(cluster->adminUrl(postgres()), QStringLiteral("test")));
        MUST(cluster->ensureDatabase(QStringLiteral("with \"quotes\"")));
        QCOMPARE(text(admin,
                     "select datcollate || ' ' || pg_encoding_to_char(encoding) from pg_database where datname = 'with "
                     "\"quotes\"'"),
            QStringLiteral("C.UTF-8 UTF8"));
    }

    void whatWasWrittenIsThereAfterARestart()
    {
        const auto cluster = MUST(PrivateCluster::start(settings("one")));
        MUST(cluster->ensureDatabase(QStringLiteral("kept")));
        const QString url = cluster->adminUrl(QStringLiteral("kept"));
        Connection before = MUST(Connection::open(url, QStringLiteral("test")));
        MUST(before.script("create table t as select 42 as x"));
        MUST(cluster->restart());
        QCOMPARE(verdict(before.run("select 1")), QStringLiteral("store:lost"));
        Connection after = MUST(Connection::open(url, QStringLiteral("test")));
        QCOMPARE(number(after, "select x from t"), 42);
        cluster->stop();
        QVERIFY(!answers(url));
        MUST(cluster->startServer());
        QVERIFY(answers(url));
    }

    void whoFindsItRunningUsesItAndLeavesItRunning()
    {
        auto owner = MUST(PrivateCluster::start(settings("one")));
        const QString url = owner->adminUrl(postgres());
        {
            const auto guest = MUST(PrivateCluster::start(settings("one")));
            QCOMPARE(guest->adminUrl(postgres()), url);
            guest->stop();
            QVERIFY(answers(url));
        }
        QVERIFY(answers(url));
        const QString place = owner->socketFolder();
        owner.reset();
        QVERIFY(!answers(url));
        QVERIFY(!QDir(place).exists());
    }

    void dataOfAnotherVersionIsRefusedInWords()
    {
        PrivateCluster::Settings place = settings("old");
        QVERIFY(QDir().mkpath(place.folder + QStringLiteral("/data")));
        write(place.folder + QStringLiteral("/data/PG_VERSION"), "9\n");
        const auto refused = PrivateCluster::start(place);
        QCOMPARE(verdict(refused), QStringLiteral("cluster:version"));
        for (const QString &word : {place.folder, QStringLiteral("PostgreSQL 9"), QStringLiteral("pg_upgrade")})
            QVERIFY2(refused.error().message.contains(word), qPrintable(refused.error().message));
    }

    void aServerThatCannotStartTellsWhy()
    {
        PrivateCluster::Settings place = settings("wrong");
        place.options = {QStringLiteral("no_such_setting=1")};
        const auto refused = PrivateCluster::start(place);
        QCOMPARE(verdict(refused), QStringLiteral("cluster:failed"));
        QVERIFY2(
            refused.error().message.contains(QStringLiteral("no_such_setting")), qPrintable(refused.error().message));
    }

    /// /tmp belongs to everybody: whoever makes our socket's folder first must not lead us elsewhere.
    void aSocketFolderOfSomebodyElseIsRefused_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char *kind : {"a link", "a file", "somebody's folder"})
            QTest::newRow(kind) << QString::fromLatin1(kind);
    }

    void aSocketFolderOfSomebodyElseIsRefused()
    {
        QFETCH(QString, kind);
        auto cluster = MUST(PrivateCluster::start(settings("one")));
        const QString place = cluster->socketFolder();
        cluster.reset();
        QVERIFY(QDir(place).removeRecursively());
        const QString victim = m_folder.filePath(QStringLiteral("victim"));
        QDir().mkpath(victim);
        ::chmod(QFile::encodeName(victim).constData(), 0755);
        if (kind == QStringLiteral("a link")) {
            QVERIFY(QFile::link(victim, place));
        } else if (kind == QStringLiteral("a file")) {
            write(place, "x");
        } else {
            if (::geteuid() != 0)
                QSKIP("only root can make a folder of somebody else");
            QVERIFY(QDir().mkdir(place));
            QVERIFY(::chown(QFile::encodeName(place).constData(), 12345, 12345) == 0);
        }
        const auto refused = PrivateCluster::start(settings("one"));
        const QString outcome = verdict(refused);
        QFile::remove(place);
        QDir().rmdir(place);
        QCOMPARE(outcome, QStringLiteral("cluster:failed"));
        QVERIFY(refused.error().message.contains(place));
        QCOMPARE(modeOf(victim), mode_t(0755));
        QVERIFY(PrivateCluster::start(settings("one")));
    }

    void aRelayThatIsKilledTakesItsServerAlongAndStartsAgain()
    {
        const QString state = m_folder.filePath(QStringLiteral("relay"));
        QVERIFY(QDir().mkpath(state));
        QString url;
        for (int life = 0; life < 2; ++life) {
            QProcess relay;
            relay.setProcessChannelMode(QProcess::ForwardedErrorChannel);
            relay.start(QStringLiteral(CONVERSURE_BIN_DIR "/conversure-relay"),
                {QStringLiteral("serve"), QStringLiteral("--private"), QStringLiteral("--listen"),
                    QStringLiteral("127.0.0.1:0"), QStringLiteral("--state-dir"), state});
            QVERIFY(eventually([&] { return relay.waitForReadyRead(100) || relay.canReadLine(); }, 60'000));
            QCOMPARE(QJsonDocument::fromJson(relay.readLine()).object()[QStringLiteral("event")].toString(),
                QStringLiteral("ready"));
            {
                const auto guest = MUST(PrivateCluster::start({state + QStringLiteral("/store"), true, {}}));
                url = guest->adminUrl(QStringLiteral("conversure"));
            }
            Connection admin = MUST(Connection::open(url, QStringLiteral("test")));
            QCOMPARE(number(admin, "select count(*) from conversure.companies"), life);
            MUST(admin.run("insert into conversure.companies (company_id, name) values (gen_random_uuid(), 'Kept')"));
            relay.kill();
            QVERIFY(relay.waitForFinished());
            QVERIFY(eventually([&] { return !answers(url); }, 20'000));
        }
    }
};

CONVERSURE_TEST(PrivateClusterTest)
#include "PrivateClusterTest.moc"
