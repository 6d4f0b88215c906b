// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sending/Journal.h"

#include "sending/JournalSql.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

#include <array>
#include <atomic>

namespace conversure::sending {

namespace {

constexpr std::array states{JournalState::Typed, JournalState::Reserved, JournalState::Posting, JournalState::Answered};
constexpr QFileDevice::Permissions ownerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

JournalState stateFromText(const QString &text)
{
    for (const JournalState state : states) {
        if (toText(state) == text)
            return state;
    }
    return JournalState::Posting; // a state of a newer version: the one under which nothing is sent by itself
}

tl::unexpected<Error> unusable(const QString &message)
{
    return failure(ErrorKind::Unavailable, QStringLiteral("journal:open"), message);
}

/// SQLite's own words, never bound values.
tl::unexpected<Error> sqlFailure(const QSqlError &error)
{
    constexpr int corrupt = 11;
    constexpr int notADatabase = 26;
    const int code = error.nativeErrorCode().toInt() & 0xff; // extended codes keep the plain one in the low byte
    const bool damaged = code == corrupt || code == notADatabase;
    return failure(ErrorKind::Unavailable,
        damaged ? QStringLiteral("journal:damaged") : QStringLiteral("journal:write"), error.databaseText());
}

Result<QSqlQuery> execute(
    const QString &connection, const QString &statement, const QList<std::pair<QString, QVariant>> &values = {})
{
    QSqlQuery query(QSqlDatabase::database(connection, false));
    if (!query.prepare(statement))
        return sqlFailure(query.lastError());
    for (const auto &[name, value] : values)
        query.bindValue(name, value);
    if (!query.exec())
        return sqlFailure(query.lastError());
    return query;
}

Result<void> executeAll(const QString &connection, const QStringList &statements)
{
    for (const QString &statement : statements)
        CONVERSURE_TRY(execute(connection, statement));
    return {};
}

Result<void> check(const QString &connection)
{
    auto checked = execute(connection, journalSql(QStringLiteral("check")));
    CONVERSURE_TRY(checked);
    if (checked->next() && checked->value(0).toString() == QStringLiteral("ok"))
        return {};
    return failure(ErrorKind::Unavailable, QStringLiteral("journal:damaged"), QStringLiteral("the file is damaged"));
}

/// A journal of an older version may lack what came later.
Result<void> bringUpToDate(const QString &connection)
{
    auto found = execute(connection, journalSql(QStringLiteral("has_content")));
    CONVERSURE_TRY(found);
    if (found->next())
        return {};
    return executeAll(connection, journalScript(QStringLiteral("add_content")));
}

QString nextConnectionName()
{
    static std::atomic<int> counter = 0;
    return QStringLiteral("journal-%1").arg(++counter);
}

/// Made before SQLite opens it, because SQLite gives its side files the rights that the file has.
Result<void> ensureFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadWrite) || !file.setPermissions(ownerOnly))
        return unusable(QStringLiteral("cannot open %1: %2").arg(path, file.errorString()));
    return {};
}

Result<void> ensureFolder(const QString &folder)
{
    const QFileDevice::Permissions own = ownerOnly | QFileDevice::ExeOwner;
    if (!QDir().mkpath(folder) || !QFile::setPermissions(folder, own))
        return unusable(QStringLiteral("cannot make %1").arg(folder));
    return {};
}

Result<QString> moveAside(const QString &file)
{
    const QString aside = QStringLiteral("%1.damaged-%2").arg(file).arg(QDateTime::currentMSecsSinceEpoch());
    if (!QFile::rename(file, aside))
        return unusable(QStringLiteral("cannot move the damaged %1 aside").arg(file));
    for (const QString &suffix : {QStringLiteral("-wal"), QStringLiteral("-shm")})
        QFile::rename(file + suffix, aside + suffix);
    return aside;
}

QString textOf(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

QJsonObject objectFromText(const QString &text)
{
    return QJsonDocument::fromJson(text.toUtf8()).object();
}

JournalSend sendFromRow(const QSqlQuery &row)
{
    const auto text = [&row](int column) { return row.value(column).toString(); };
    return {MessageId::fromText(text(0)), ConversationId::fromText(text(1)), AttemptId::fromText(text(2)), text(3),
        text(4), row.value(5).toLongLong(), stateFromText(text(6)), objectFromText(text(7)), objectFromText(text(8))};
}

/// An empty text, not NULL.
QVariant bound(const QString &text)
{
    return text.isNull() ? QStringLiteral("") : text;
}

} // namespace

QString toText(JournalState state)
{
    switch (state) {
    case JournalState::Typed:
        return QStringLiteral("typed");
    case JournalState::Reserved:
        return QStringLiteral("reserved");
    case JournalState::Posting:
        return QStringLiteral("posting");
    case JournalState::Answered:
        return QStringLiteral("answered");
    }
    return {};
}

bool isText(const JournalSend &send)
{
    const QString type = send.content[QStringLiteral("type")].toString();
    return type.isEmpty() || type == QStringLiteral("TEXT");
}

Result<std::unique_ptr<Journal>> Journal::open(const QString &folder, UserId user)
{
    CONVERSURE_TRY(ensureFolder(folder));
    auto lock = FolderLock::take(folder);
    CONVERSURE_TRY(lock);
    const QString file = QStringLiteral("%1/journal-%2.sqlite").arg(folder, user.text());
    std::unique_ptr<Journal> journal(new Journal(nextConnectionName(), std::move(*lock)));
    auto begun = journal->begin(file);
    if (!begun && begun.error().code == QStringLiteral("journal:damaged"))
        begun = journal->beginAnew(file);
    CONVERSURE_TRY(begun);
    return journal;
}

Journal::Journal(QString connection, std::unique_ptr<FolderLock> lock)
    : m_connection(std::move(connection))
    , m_lock(std::move(lock))
{
}

Journal::~Journal()
{
    QSqlDatabase::removeDatabase(m_connection);
}

Result<void> Journal::begin(const QString &file)
{
    CONVERSURE_TRY(ensureFile(file));
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connection);
        database.setDatabaseName(file);
        if (!database.open())
            return unusable(database.lastError().databaseText());
    }
    CONVERSURE_TRY(executeAll(m_connection, journalScript(QStringLiteral("open"))));
    CONVERSURE_TRY(check(m_connection));
    CONVERSURE_TRY(executeAll(m_connection, journalScript(QStringLiteral("schema"))));
    return bringUpToDate(m_connection);
}

Result<void> Journal::beginAnew(const QString &file)
{
    QSqlDatabase::removeDatabase(m_connection);
    auto aside = moveAside(file);
    CONVERSURE_TRY(aside);
    qWarning("the journal was damaged and lies now in %s", qPrintable(*aside));
    m_movedAside = *aside;
    return begin(file);
}

Result<int> Journal::change(const QString &statement, const QList<Value> &values)
{
    auto done = execute(m_connection, journalSql(statement), values);
    CONVERSURE_TRY(done);
    return done->numRowsAffected();
}

/// All of them, or none.
Result<void> Journal::atOnce(const std::function<Result<void>()> &changes)
{
    CONVERSURE_TRY(execute(m_connection, QStringLiteral("begin immediate")));
    auto changed = changes();
    if (changed) {
        const auto committed = execute(m_connection, QStringLiteral("commit"));
        if (committed)
            return {};
        changed = tl::unexpected<Error>(committed.error());
    }
    if (!execute(m_connection, QStringLiteral("rollback")))
        qWarning("a change of the journal cannot be undone"); // it is open no more, then
    return changed;
}

Result<void> Journal::add(const JournalSend &send)
{
    return atOnce([&]() -> Result<void> {
        CONVERSURE_TRY(insert(send));
        if (isText(send))
            CONVERSURE_TRY(saveDraft({send.conversation, {}, 0}));
        return {};
    });
}

Result<void> Journal::insert(const JournalSend &send)
{
    const auto added = change(QStringLiteral("send_add"),
        {{QStringLiteral(":message"), send.message.text()}, {QStringLiteral(":conversation"), send.conversation.text()},
            {QStringLiteral(":attempt"), send.attempt.text()}, {QStringLiteral(":secret"), bound(send.leaseSecret)},
            {QStringLiteral(":text"), bound(send.text)}, {QStringLiteral(":typed_at"), send.typedAt},
            {QStringLiteral(":content"), textOf(send.content)}});
    CONVERSURE_TRY(added);
    if (*added == 0)
        return failure(
            ErrorKind::Refused, QStringLiteral("journal:exists"), QStringLiteral("the message is on its way already"));
    return {};
}

Result<void> Journal::addAgain(const JournalSend &send)
{
    return atOnce([&]() -> Result<void> {
        CONVERSURE_TRY(
            change(QStringLiteral("send_replace_posting"), {{QStringLiteral(":message"), send.message.text()}}));
        return insert(send);
    });
}

Result<void> Journal::giveBack(const JournalSend &send, qint64 atMs)
{
    return atOnce([&]() -> Result<void> {
        CONVERSURE_TRY(change(QStringLiteral("draft_give_back"),
            {{QStringLiteral(":conversation"), send.conversation.text()}, {QStringLiteral(":text"), bound(send.text)},
                {QStringLiteral(":updated_at"), atMs}}));
        return remove(send.attempt);
    });
}

Result<void> Journal::setState(AttemptId attempt, JournalState state)
{
    const auto changed = change(QStringLiteral("send_state"),
        {{QStringLiteral(":state"), toText(state)}, {QStringLiteral(":attempt"), attempt.text()}});
    CONVERSURE_TRY(changed);
    if (*changed != 1)
        return failure(ErrorKind::NotFound, QStringLiteral("journal:gone"), QStringLiteral("no such attempt"));
    return {};
}

Result<void> Journal::setAnswer(AttemptId attempt, const QJsonObject &answer)
{
    const auto changed = change(QStringLiteral("send_answer"),
        {{QStringLiteral(":answer"), textOf(answer)}, {QStringLiteral(":attempt"), attempt.text()}});
    CONVERSURE_TRY(changed);
    if (*changed != 1)
        return failure(ErrorKind::NotFound, QStringLiteral("journal:gone"), QStringLiteral("no such attempt"));
    return {};
}

Result<void> Journal::remove(AttemptId attempt)
{
    CONVERSURE_TRY(change(QStringLiteral("send_remove"), {{QStringLiteral(":attempt"), attempt.text()}}));
    return {};
}

Result<void> Journal::removeTyped(MessageId message)
{
    CONVERSURE_TRY(change(QStringLiteral("send_remove_typed"), {{QStringLiteral(":message"), message.text()}}));
    return {};
}

Result<QList<JournalSend>> Journal::sends()
{
    auto rows = execute(m_connection, journalSql(QStringLiteral("sends")));
    CONVERSURE_TRY(rows);
    QList<JournalSend> out;
    while (rows->next())
        out.append(sendFromRow(*rows));
    return out;
}

Result<void> Journal::saveDraft(const Draft &draft)
{
    const Value conversation{QStringLiteral(":conversation"), draft.conversation.text()};
    const auto saved = draft.text.isEmpty()
        ? change(QStringLiteral("draft_remove"), {conversation})
        : change(QStringLiteral("draft_save"),
            {conversation, {QStringLiteral(":text"), draft.text}, {QStringLiteral(":updated_at"), draft.updatedAt}});
    CONVERSURE_TRY(saved);
    return {};
}

Result<QList<Draft>> Journal::drafts()
{
    auto rows = execute(m_connection, journalSql(QStringLiteral("drafts")));
    CONVERSURE_TRY(rows);
    QList<Draft> out;
    while (rows->next())
        out.append({ConversationId::fromText(rows->value(0).toString()), rows->value(1).toString(),
            rows->value(2).toLongLong()});
    return out;
}

} // namespace conversure::sending
