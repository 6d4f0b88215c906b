// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "vault/PassphraseFile.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>
#include <optional>

using namespace conversure;

namespace {

const vault::PassphraseFile::Cost cheap{1, 64};
const QString passphrase = QStringLiteral("кот and قطة together");
const QString name = QStringLiteral("session test");

} // namespace

/// Secrets in a file come back only with its passphrase, and the ways in which they do not are told apart.
class PassphraseFileTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;

    std::unique_ptr<vault::PassphraseFile> file() const
    {
        return std::make_unique<vault::PassphraseFile>(m_path, cheap);
    }

    /// "ok", or the failure's code.
    template <class Call>
    static QString outcome(Call call)
    {
        QObject receiver;
        std::optional<QString> said;
        call(&receiver,
            [&said](const Result<void> &result) { said = result ? QStringLiteral("ok") : result.error().code; });
        return QTest::qWaitFor([&] { return said.has_value(); }, 20'000) ? *said : QStringLiteral("no answer");
    }

    static QString create(vault::PassphraseFile &file, const QString &words = passphrase)
    {
        return outcome([&](QObject *receiver, auto done) { file.create(words, receiver, done); });
    }

    static QString unlock(vault::PassphraseFile &file, const QString &words = passphrase)
    {
        return outcome([&](QObject *receiver, auto done) { file.unlock(words, receiver, done); });
    }

    static QString write(vault::PassphraseFile &file, const QByteArray &value, const QString &key = name)
    {
        return outcome([&](QObject *receiver, auto done) { file.write(key, vault::Secret(value), receiver, done); });
    }

    static QString remove(vault::PassphraseFile &file, const QString &key = name)
    {
        return outcome([&](QObject *receiver, auto done) { file.remove(key, receiver, done); });
    }

    /// The value, "missing", or the failure's code.
    static QByteArray read(vault::PassphraseFile &file, const QString &key = name)
    {
        QObject receiver;
        std::optional<QByteArray> said;
        file.read(key, &receiver, [&said](Result<std::optional<vault::Secret>> result) {
            if (!result)
                said = result.error().code.toLatin1();
            else
                said = *result ? (*result)->bytes() : QByteArrayLiteral("missing");
        });
        return QTest::qWaitFor([&] { return said.has_value(); }, 20'000) ? *said : QByteArrayLiteral("no answer");
    }

    QByteArray bytes() const
    {
        QFile file(m_path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    void put(const QByteArray &bytes) const
    {
        QFile file(m_path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("data/secrets.box"));
    }

    void nothingIsWrittenBeforeItIsAskedFor()
    {
        const auto box = file();
        QVERIFY(!box->exists());
        QVERIFY(!box->isOpen());
        QCOMPARE(read(*box), QByteArray("keeper:locked"));
        QCOMPARE(write(*box, "x"), QStringLiteral("keeper:locked"));
        QCOMPARE(remove(*box), QStringLiteral("keeper:locked"));
        QCOMPARE(unlock(*box), QStringLiteral("keeper:none"));
        QVERIFY(!QFileInfo::exists(m_path));
    }

    void valuesComeBackWithThePassphrase()
    {
        const QByteArray value = QStringLiteral("مفتاح 🔑 ключ").toUtf8();
        {
            const auto box = file();
            QCOMPARE(create(*box), QStringLiteral("ok"));
            QVERIFY(box->exists() && box->isOpen());
            QCOMPARE(read(*box), QByteArray("missing"));
            QCOMPARE(write(*box, value), QStringLiteral("ok"));
            QCOMPARE(write(*box, "second", QStringLiteral("computer")), QStringLiteral("ok"));
            QCOMPARE(read(*box), value);
        }
        const auto again = file();
        QVERIFY(again->exists() && !again->isOpen());
        QCOMPARE(unlock(*again), QStringLiteral("ok"));
        QCOMPARE(read(*again), value);
        QCOMPARE(remove(*again), QStringLiteral("ok"));
        QCOMPARE(remove(*again), QStringLiteral("ok"));
        QCOMPARE(read(*again), QByteArray("missing"));
        QCOMPARE(read(*again, QStringLiteral("computer")), QByteArray("second"));
    }

    void theFileIsItsOwnersAndTellsNothing()
    {
        const auto box = file();
        QCOMPARE(create(*box), QStringLiteral("ok"));
        QCOMPARE(write(*box, "a very particular value"), QStringLiteral("ok"));
        const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        QCOMPARE(QFile::permissions(m_path) & others, QFile::Permissions());
        const QByteArray once = bytes();
        QVERIFY(!once.contains("particular") && !once.contains(name.toUtf8()));
        QCOMPARE(write(*box, "a very particular value"), QStringLiteral("ok"));
        QVERIFY(bytes() != once); // another nonce
        QCOMPARE(QFileInfo(m_path).dir().entryList(QDir::Files).size(), 1);
    }

    void aWrongPassphraseIsNoDamage()
    {
        {
            const auto box = file();
            QCOMPARE(create(*box), QStringLiteral("ok"));
            QCOMPARE(write(*box, "value"), QStringLiteral("ok"));
        }
        const auto box = file();
        QCOMPARE(unlock(*box, QStringLiteral("another one")), QStringLiteral("keeper:passphrase"));
        QVERIFY(!box->isOpen());
        QCOMPARE(read(*box), QByteArray("keeper:locked"));
        QCOMPARE(unlock(*box), QStringLiteral("ok"));
        QCOMPARE(read(*box), QByteArray("value"));
    }

    void anyChangedByteIsDamage()
    {
        {
            const auto box = file();
            QCOMPARE(create(*box), QStringLiteral("ok"));
            QCOMPARE(write(*box, "value"), QStringLiteral("ok"));
        }
        const QByteArray whole = bytes();
        for (qsizetype at = 0; at < whole.size(); ++at) {
            QByteArray spoilt = whole;
            spoilt[at] = static_cast<char>(spoilt.at(at) ^ 1);
            put(spoilt);
            QCOMPARE(unlock(*file()), QStringLiteral("keeper:damaged"));
        }
        for (const qsizetype size : {qsizetype(0), qsizetype(5), whole.size() / 2, whole.size() - 1}) {
            put(whole.left(size));
            QCOMPARE(unlock(*file()), QStringLiteral("keeper:damaged"));
        }
        put(whole);
        QCOMPARE(unlock(*file()), QStringLiteral("ok"));
    }

    void whatCannotBeWrittenIsSaid()
    {
        const QString blocked = m_folder->filePath(QStringLiteral("data"));
        QFile obstacle(blocked);
        QVERIFY(obstacle.open(QIODevice::WriteOnly));
        const auto box = file();
        QCOMPARE(create(*box), QStringLiteral("keeper:failed"));
        QVERIFY(!box->isOpen());
    }

    void discardingLeavesNothing()
    {
        const auto box = file();
        QCOMPARE(create(*box), QStringLiteral("ok"));
        QCOMPARE(write(*box, "value"), QStringLiteral("ok"));
        QCOMPARE(outcome([&](QObject *receiver, auto done) { box->discard(receiver, done); }), QStringLiteral("ok"));
        QVERIFY(!box->exists() && !box->isOpen());
        QCOMPARE(read(*box), QByteArray("keeper:locked"));
    }

    void nobodyIsAnsweredWhoIsGone()
    {
        const auto box = file();
        bool answered = false;
        {
            QObject receiver;
            box->create(passphrase, &receiver, [&answered](const Result<void> &) { answered = true; });
        }
        QCOMPARE(write(*box, "value"), QStringLiteral("ok")); // after it, as calls keep their order
        QVERIFY(!answered);
    }
};

CONVERSURE_TEST(PassphraseFileTest)
#include "PassphraseFileTest.moc"
