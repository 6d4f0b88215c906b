// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "domain/Clock.h"
#include "sending/Journal.h"
#include "sending/JournalWorker.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QThread>

using namespace conversure;
using namespace conversure::sending;

namespace {

const SystemClock systemClock;

QUuid newId()
{
    static IdSource ids(systemClock);
    return ids.next();
}

JournalSend typed(const QString &text, ConversationId conversation = ConversationId(newId()))
{
    return {MessageId(newId()), conversation, AttemptId(newId()), QStringLiteral("lease-secret"), text,
        1'700'000'000'000, JournalState::Typed, {}};
}

QString codeOf(const Result<void> &result)
{
    return result ? QString() : result.error().code;
}

} // namespace

class JournalTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    UserId m_user;

    QString folder() const { return m_folder->filePath(QStringLiteral("data")); }
    QString file() const { return QStringLiteral("%1/journal-%2.sqlite").arg(folder(), m_user.text()); }

    std::unique_ptr<Journal> open() const
    {
        auto opened = Journal::open(folder(), m_user);
        return opened ? std::move(*opened) : nullptr;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_user = UserId(newId());
    }

    void everyStateSurvivesReopening()
    {
        const ConversationId conversation(newId());
        const QList<JournalSend> sends{typed(QStringLiteral("one"), conversation),
            typed(QStringLiteral("two"), conversation), typed(QStringLiteral("مرحبا 🏠"), conversation),
            typed(QString(), conversation)};
        const QJsonObject answer{{QStringLiteral("provider_message_id"), QStringLiteral("wamid.1")}};
        {
            const auto journal = open();
            QVERIFY(journal);
            for (const JournalSend &send : sends)
                QVERIFY(journal->add(send));
            QVERIFY(journal->setState(sends[1].attempt, JournalState::Reserved));
            QVERIFY(journal->setState(sends[2].attempt, JournalState::Posting));
            QVERIFY(journal->setAnswer(sends[3].attempt, answer));
        }
        const auto journal = open();
        QVERIFY(journal);
        const QList<JournalSend> read = *journal->sends();
        QCOMPARE(read.size(), 4);
        for (int i = 0; i < 4; ++i) {
            QCOMPARE(read[i].message.text(), sends[i].message.text());
            QCOMPARE(read[i].conversation.text(), conversation.text());
            QCOMPARE(read[i].attempt.text(), sends[i].attempt.text());
            QCOMPARE(read[i].leaseSecret, sends[i].leaseSecret);
            QCOMPARE(read[i].text, sends[i].text);
            QCOMPARE(read[i].typedAt, sends[i].typedAt);
        }
        QCOMPARE(read[0].state, JournalState::Typed);
        QCOMPARE(read[1].state, JournalState::Reserved);
        QCOMPARE(read[2].state, JournalState::Posting);
        QCOMPARE(read[3].state, JournalState::Answered);
        QCOMPARE(read[3].answer, answer);
    }

    /// At every moment it is one of the two, wherever the process ends.
    void aTextIsADraftOrAMessage()
    {
        const ConversationId conversation(newId());
        const auto journal = open();
        QVERIFY(journal);
        const auto drafts = [&] {
            QStringList texts;
            const QList<Draft> read = *journal->drafts();
            for (const Draft &draft : read)
                texts << draft.text;
            return texts.join(u'|');
        };
        const JournalSend send = typed(QStringLiteral("Hello"), conversation);
        QVERIFY(journal->saveDraft({conversation, send.text, 1}));
        QVERIFY(journal->add(send));
        QCOMPARE(drafts(), QString());
        QVERIFY(journal->giveBack(send, 2));
        QCOMPARE(drafts(), QStringLiteral("Hello"));
        QCOMPARE(journal->sends()->size(), 0);

        QVERIFY(journal->add(send));
        QVERIFY(journal->saveDraft({conversation, QStringLiteral("and"), 3})); // typed meanwhile
        QVERIFY(!journal->add(send)); // already there: the draft is another text
        QCOMPARE(drafts(), QStringLiteral("and"));
        QVERIFY(journal->giveBack(send, 4));
        QCOMPARE(drafts(), QStringLiteral("Hello\nand"));

        // A template or another try is not what stands in the composer.
        for (const char *type : {"TEMPLATE", "AGAIN"}) {
            JournalSend other = typed(QStringLiteral("x"), conversation);
            other.content = {{QStringLiteral("type"), QLatin1StringView(type)}};
            QVERIFY(journal->add(other));
            QVERIFY(journal->addAgain(typed(QStringLiteral("y"), conversation)));
        }
        QCOMPARE(drafts(), QStringLiteral("Hello\nand"));
    }

    void whatADeadProcessLeftShutsNobodyOut_data()
    {
        QTest::addColumn<QByteArray>("left");
        const QByteArray us = QByteArray::number(QCoreApplication::applicationPid());
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("our own number") << us + "\ntest\n" + QSysInfo::machineHostName().toUtf8() + "\n";
        QTest::newRow("another machine's") << QByteArray("999999\nconversure\nold-name\n");
    }

    void whatADeadProcessLeftShutsNobodyOut()
    {
        QFETCH(QByteArray, left);
        QVERIFY(QDir().mkpath(folder()));
        QFile lock(folder() + QStringLiteral("/journal.lock"));
        QVERIFY(lock.open(QIODevice::WriteOnly));
        lock.write(left);
        lock.close();
        const auto journal = open();
        QVERIFY(journal);
        QVERIFY(!open()); // and a living one does
    }

    void whatIsToBeSentSurvivesToo()
    {
        JournalSend send = typed(QStringLiteral("Hello Omar"));
        send.content = {{QStringLiteral("type"), QStringLiteral("TEMPLATE")},
            {QStringLiteral("values"),
                QJsonObject{{QStringLiteral("body"), QJsonObject{{QStringLiteral("1"), QStringLiteral("عمر '\"")}}}}}};
        const JournalSend plain = typed(QStringLiteral("Hello"));
        {
            const auto journal = open();
            QVERIFY(journal->add(send));
            QVERIFY(journal->addAgain(plain));
        }
        const QList<JournalSend> read = *open()->sends();
        QCOMPARE(read[0].content, send.content);
        QCOMPARE(read[1].content, QJsonObject());
    }

    /// As versions before templates left it.
    void aJournalOfAnOlderVersionGoesOn()
    {
        QVERIFY(QDir().mkpath(folder()));
        const JournalSend old = typed(QStringLiteral("from before"));
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("old"));
            database.setDatabaseName(file());
            QVERIFY(database.open());
            QSqlQuery query(database);
            QVERIFY(query.exec(QStringLiteral(
                "create table sends (place integer primary key autoincrement, message_id text not null unique, "
                "conversation_id text not null, attempt_id text not null unique, lease_secret text not null, "
                "text text not null, typed_at integer not null, "
                "state text not null check (state in ('typed', 'reserved', 'posting', 'answered')), "
                "answer text not null default '{}')")));
            QVERIFY(
                query.exec(QStringLiteral("insert into sends (message_id, conversation_id, attempt_id, lease_secret, "
                                          "text, typed_at, state) values ('%1', '%2', '%3', 'secret', '%4', 1, "
                                          "'posting')")
                               .arg(old.message.text(), old.conversation.text(), old.attempt.text(), old.text)));
        }
        QSqlDatabase::removeDatabase(QStringLiteral("old"));
        JournalSend fresh = typed(QStringLiteral("from now"));
        fresh.content = {{QStringLiteral("type"), QStringLiteral("AGAIN")}};
        for (int start = 1; start <= 2; ++start) {
            const auto journal = open();
            QVERIFY(journal);
            QVERIFY(!journal->movedAside());
            if (start == 1)
                QVERIFY(journal->add(fresh));
            const QList<JournalSend> read = *journal->sends();
            QCOMPARE(read.size(), 2);
            QCOMPARE(read[0].message.text(), old.message.text());
            QCOMPARE(read[0].state, JournalState::Posting);
            QCOMPARE(read[0].content, QJsonObject());
            QCOMPARE(read[1].content, fresh.content);
        }
    }

    void onlyTheOwnerMayReadIt()
    {
        const auto journal = open();
        QVERIFY(journal);
        QVERIFY(journal->add(typed(QStringLiteral("secret"))));
        constexpr QFile::Permissions others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther
            | QFile::WriteOther | QFile::ExeOther;
        QStringList seen;
        for (const QFileInfo &entry : QDir(folder()).entryInfoList(QDir::Files)) {
            if (!entry.fileName().startsWith(QStringLiteral("journal-")))
                continue;
            seen << entry.fileName();
            QVERIFY2(!(entry.permissions() & others), qPrintable(entry.fileName()));
        }
        QVERIFY(seen.size() >= 2); // the file and its write-ahead log
        QVERIFY(!(QFile::permissions(folder()) & others));
    }

    void oneMessageIsInItOnce()
    {
        const auto journal = open();
        JournalSend send = typed(QStringLiteral("Hi"));
        QVERIFY(journal->add(send));
        const AttemptId first = send.attempt;
        send.attempt = AttemptId(newId());
        QCOMPARE(codeOf(journal->add(send)), QStringLiteral("journal:exists"));
        QCOMPARE(codeOf(journal->addAgain(send)), QStringLiteral("journal:exists")); // still to be sent
        QVERIFY(journal->setState(first, JournalState::Posting));
        QVERIFY(journal->addAgain(send));
        QCOMPARE(journal->sends()->size(), 1);
        QCOMPARE(journal->sends()->first().attempt.text(), send.attempt.text());
        QCOMPARE(codeOf(journal->setState(first, JournalState::Reserved)), QStringLiteral("journal:gone"));
        QVERIFY(journal->remove(first)); // the former try takes nothing along
        QCOMPARE(journal->sends()->size(), 1);
        QVERIFY(journal->remove(send.attempt));
        QVERIFY(journal->sends()->isEmpty());
    }

    void onlyWhatWasTypedCanBeDiscarded()
    {
        const auto journal = open();
        const JournalSend waits = typed(QStringLiteral("a"));
        const JournalSend left = typed(QStringLiteral("b"));
        QVERIFY(journal->add(waits));
        QVERIFY(journal->add(left));
        QVERIFY(journal->setState(left.attempt, JournalState::Reserved));
        QVERIFY(journal->removeTyped(waits.message));
        QVERIFY(journal->removeTyped(left.message));
        QCOMPARE(journal->sends()->size(), 1);
        QCOMPARE(journal->sends()->first().text, QStringLiteral("b"));
    }

    void draftsAreReplacedAndEmptied()
    {
        const ConversationId a(newId());
        const ConversationId b(newId());
        {
            const auto journal = open();
            QVERIFY(journal->saveDraft({a, QStringLiteral("first"), 1}));
            QVERIFY(journal->saveDraft({a, QStringLiteral("it's; \"second\"\n"), 2}));
            QVERIFY(journal->saveDraft({b, QStringLiteral("gone"), 3}));
            QVERIFY(journal->saveDraft({b, QString(), 4}));
        }
        const auto journal = open();
        const QList<Draft> drafts = *journal->drafts();
        QCOMPARE(drafts.size(), 1);
        QCOMPARE(drafts[0].conversation.text(), a.text());
        QCOMPARE(drafts[0].text, QStringLiteral("it's; \"second\"\n"));
        QCOMPARE(drafts[0].updatedAt, 2);
    }

    void aDamagedFileIsMovedAside_data()
    {
        QTest::addColumn<bool>("keepHead");
        QTest::newRow("not a database") << false;
        QTest::newRow("pages overwritten") << true;
    }

    void aDamagedFileIsMovedAside()
    {
        QFETCH(bool, keepHead);
        {
            const auto journal = open();
            for (int i = 0; i < 200; ++i)
                QVERIFY(journal->add(typed(QString(200, u'x'))));
            QVERIFY(!journal->movedAside());
        }
        QFile damaged(file());
        QVERIFY(damaged.open(QIODevice::ReadWrite));
        QVERIFY(damaged.size() > 20'000);
        QVERIFY(damaged.seek(keepHead ? 4096 : 0));
        QCOMPARE(damaged.write(QByteArray(16'000, '\xa5')), 16'000);
        damaged.close();

        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("the journal was damaged")));
        const auto journal = open();
        QVERIFY(journal);
        QVERIFY(journal->movedAside().has_value());
        QVERIFY(QFile::exists(*journal->movedAside()));
        QVERIFY(journal->sends()->isEmpty());
        QVERIFY(journal->add(typed(QStringLiteral("goes on"))));
    }

    void aFolderThatCannotBeUsedIsAnError()
    {
        QFile obstacle(folder());
        QVERIFY(obstacle.open(QIODevice::WriteOnly));
        const auto opened = Journal::open(folder(), m_user);
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, QStringLiteral("journal:open"));
        QCOMPARE(opened.error().kind, ErrorKind::Unavailable);
    }

    void oneProcessHasTheFolder()
    {
        const QString marker = m_folder->filePath(QStringLiteral("open"));
        QProcess other;
        other.start(QCoreApplication::applicationFilePath(),
            {QStringLiteral("--hold-journal"), folder(), m_user.text(), marker});
        QVERIFY(other.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(marker), 10'000);

        const auto busy = Journal::open(folder(), m_user);
        QVERIFY(!busy);
        QCOMPARE(busy.error().code, QStringLiteral("journal:busy"));
        QVERIFY(!Journal::open(folder(), UserId(newId()))); // the folder, not the user's file

        other.kill(); // and a dead process holds nothing
        QVERIFY(other.waitForFinished());
        const auto journal = open();
        QVERIFY(journal);
        QCOMPARE(journal->sends()->size(), 1);
    }

    void theWorkerAnswersOnTheReceiversThread()
    {
        JournalWorker worker;
        QObject receiver;
        QStringList heard;
        const auto note = [&](const QString &what) {
            heard << (QThread::currentThread() == receiver.thread() ? what : QStringLiteral("wrong thread"));
        };
        const auto count = [](Journal &journal) -> Result<qsizetype> {
            return journal.sends().map([](const auto &sends) { return sends.size(); });
        };
        worker.run(&receiver, count,
            [&](const Result<qsizetype> &result) { note(result ? QStringLiteral("?") : result.error().code); });
        worker.open(folder(), m_user, &receiver, [&](const Result<JournalWorker::Opened> &result) {
            note(result ? QStringLiteral("open") : result.error().code);
        });
        for (int i = 0; i < 3; ++i)
            worker.run(
                &receiver, [send = typed(QStringLiteral("x"))](Journal &journal) { return journal.add(send); },
                [&](const Result<void> &result) { note(result ? QStringLiteral("added") : result.error().code); });
        worker.run(
            &receiver, count, [&](const Result<qsizetype> &result) { note(QString::number(result.value_or(-1))); });
        QTRY_COMPARE(heard.size(), 6);
        QCOMPARE(heard.join(u' '), QStringLiteral("journal:closed open added added added 3"));
    }

    void stoppingLosesNothingThatWasPosted()
    {
        QObject receiver;
        {
            JournalWorker worker;
            worker.open(folder(), m_user, &receiver, [](const auto &) {});
            for (int i = 0; i < 20; ++i)
                worker.run(
                    &receiver, [send = typed(QStringLiteral("x"))](Journal &journal) { return journal.add(send); },
                    [](const auto &) {});
        }
        QCOMPARE(open()->sends()->size(), 20);
    }
};

CONVERSURE_TEST(JournalTest)
#include "JournalTest.moc"
