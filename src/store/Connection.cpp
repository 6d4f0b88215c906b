// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Connection.h"

#include <QDeadlineTimer>
#include <QUrl>

#include <libpq-fe.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace conversure::store {

namespace {

void ignoreNotice(void *, const PGresult *) { }

/// What an SQLSTATE of the server means to a caller.
ErrorKind kindOf(QByteArrayView state)
{
    if (state == "CV001")
        return ErrorKind::SignedOut;
    if (state == "CV003")
        return ErrorKind::NotFound;
    if (state == "CV004")
        return ErrorKind::Invalid;
    if (state.startsWith("CV") || state.startsWith("28") || state == "42501")
        return ErrorKind::Refused;
    // Deadlock and serialisation, too many connections or a full disk, shutting down or starting, the system's own
    // errors, lock not available, cancelled, and a standby that is not the first server yet.
    if (state.startsWith("40") || state.startsWith("53") || state.startsWith("57P") || state.startsWith("58")
        || state.startsWith("08") || state == "55P03" || state == "57014" || state == "25006")
        return ErrorKind::Unavailable;
    return ErrorKind::Internal;
}

QString field(const PGresult *result, int code)
{
    const char *text = PQresultErrorField(result, code);
    return text ? QString::fromUtf8(text) : QString();
}

Error errorOf(const PGresult *result, bool connectionAlive)
{
    const QString state = field(result, PG_DIAG_SQLSTATE);
    if (!connectionAlive || state.isEmpty())
        return {ErrorKind::Unavailable, QStringLiteral("store:lost"),
            QStringLiteral("the connection to the store was lost"), {}};
    Error error{kindOf(state.toLatin1()), state, field(result, PG_DIAG_MESSAGE_PRIMARY), {}};
    if (state.startsWith(QStringLiteral("CV")))
        error.detail = QJsonDocument::fromJson(field(result, PG_DIAG_MESSAGE_DETAIL).toUtf8()).object();
    return error;
}

} // namespace

struct Connection::Private {
    PGconn *pg = nullptr;
    int wakeFd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    int deadlineMs = 0;
    int interruptFd = -1;
    QByteArray token; ///< Of a shared login; empty: the login is the caller's own.

    ~Private()
    {
        PQfinish(pg);
        if (wakeFd >= 0)
            ::close(wakeFd);
    }

    /// Waits until the socket is ready; false when the time is over or the owner interrupts.
    bool waitFor(short events, const QDeadlineTimer &deadline) const
    {
        std::array<pollfd, 2> fds{{{PQsocket(pg), events, 0}, {interruptFd, POLLIN, 0}}};
        const int timeout = deadline.isForever() ? -1 : static_cast<int>(deadline.remainingTime());
        const int ready = ::poll(fds.data(), interruptFd < 0 ? 1 : 2, timeout);
        if (ready < 0)
            return errno == EINTR;
        return ready > 0 && (fds[1].revents & POLLIN) == 0;
    }

    /// Answers end by themselves.
    using Answer = std::shared_ptr<PGresult>;

    struct Step {
        QByteArray statement;
        Params params;
    };

    QDeadlineTimer deadline() const
    {
        return deadlineMs > 0 ? QDeadlineTimer(deadlineMs) : QDeadlineTimer(QDeadlineTimer::Forever);
    }

    bool send(const Step &step) const
    {
        std::vector<const char *> values;
        values.reserve(static_cast<size_t>(step.params.size()));
        for (const Param &value : step.params)
            values.push_back(value ? value->constData() : nullptr);
        return PQsendQueryParams(pg, step.statement.constData(), static_cast<int>(values.size()), nullptr,
                   values.data(), nullptr, nullptr, 0)
            == 1;
    }

    bool flush(const QDeadlineTimer &until) const
    {
        while (PQflush(pg) == 1) {
            if (!waitFor(POLLIN | POLLOUT, until) || !PQconsumeInput(pg))
                return false;
        }
        return true;
    }

    /// The results up to the next null, of which the last one counts, as in PQexecParams; null when there is none.
    Answer take(const QDeadlineTimer &until) const
    {
        Answer last;
        for (;;) {
            while (PQisBusy(pg)) {
                if (!waitFor(POLLIN, until) || !PQconsumeInput(pg))
                    return {};
            }
            PGresult *next = PQgetResult(pg);
            if (!next)
                return last;
            last = Answer(next, &PQclear);
            if (PQresultStatus(next) == PGRES_PIPELINE_SYNC)
                return last; // no null follows it
        }
    }

    /// Sends one statement and waits for its answer, at most until the deadline; null when there is none.
    Answer ask(const Step &step) const
    {
        const QDeadlineTimer until = deadline();
        return send(step) && flush(until) ? take(until) : Answer();
    }

    /// Sends several statements at once, one round trip for all; after an error the rest is left out. Answers each, or
    /// nothing when one got no answer.
    std::vector<Answer> askAll(const std::vector<Step> &steps) const
    {
        const QDeadlineTimer until = deadline();
        std::vector<Answer> answers;
        if (!PQenterPipelineMode(pg))
            return {};
        for (const Step &step : steps) {
            if (!send(step))
                return {};
        }
        if (!PQpipelineSync(pg) || !flush(until))
            return {};
        for (size_t i = 0; i < steps.size(); ++i)
            answers.push_back(take(until));
        const Answer end = take(until);
        if (!end || PQresultStatus(end.get()) != PGRES_PIPELINE_SYNC || !PQexitPipelineMode(pg))
            return {};
        return answers;
    }

    /// What a transaction begins with. The isolation is named, because a database or role may carry another default,
    /// under which the store answers nobody.
    std::vector<Step> beginning() const
    {
        std::vector<Step> steps{{"begin isolation level read committed", {}}};
        if (!token.isEmpty())
            steps.push_back({"select set_config('conversure.token', $1, true)", {token}});
        return steps;
    }

    bool takeNotifications()
    {
        bool any = false;
        while (PGnotify *notification = PQnotifies(pg)) {
            PQfreemem(notification);
            any = true;
        }
        return any;
    }
};

Connection::Connection()
    : d(std::make_unique<Private>())
{
}

Connection::~Connection() = default;
Connection::Connection(Connection &&other) noexcept = default;
Connection &Connection::operator=(Connection &&other) noexcept = default;

Result<Connection> Connection::open(const QString &url, const QString &applicationName)
{
    const QByteArray name = applicationName.toUtf8();
    const QByteArray target = url.toUtf8();
    // What stands before dbname is a default that the URL may change; what stands after it is not.
    const std::array keywords{"connect_timeout", "keepalives_idle", "tcp_user_timeout", "dbname", "client_encoding",
        "fallback_application_name", static_cast<const char *>(nullptr)};
    const std::array values{
        "5", "20", "15000", target.constData(), "UTF8", name.constData(), static_cast<const char *>(nullptr)};

    Connection connection;
    connection.d->pg = PQconnectdbParams(keywords.data(), values.data(), 1);
    if (PQstatus(connection.d->pg) != CONNECTION_OK) {
        // libpq reports a refused password like any other failure; only its words tell them apart.
        const QString words = QString::fromUtf8(PQerrorMessage(connection.d->pg)).trimmed();
        const bool refused = words.contains(QStringLiteral("authentication failed"))
            || words.contains(QStringLiteral("not permitted to log in"));
        return failure(refused ? ErrorKind::Refused : ErrorKind::Unavailable,
            refused ? QStringLiteral("28P01") : QStringLiteral("store:unreachable"), words);
    }
    PQsetNoticeReceiver(connection.d->pg, ignoreNotice, nullptr);
    return connection;
}

bool Connection::isOpen() const
{
    return d && d->pg && PQstatus(d->pg) == CONNECTION_OK;
}

void Connection::setDeadline(int ms)
{
    d->deadlineMs = ms;
}

void Connection::setInterrupt(int fd)
{
    d->interruptFd = fd;
}

void Connection::close()
{
    PQfinish(d->pg);
    d->pg = nullptr;
}

void Connection::setToken(const QString &token)
{
    d->token = token.toUtf8();
}

tl::unexpected<Error> Connection::lost()
{
    close(); // whatever is still on its way belongs to nobody
    return failure(ErrorKind::Unavailable, QStringLiteral("store:lost"), QStringLiteral("no answer from the store"));
}

Result<Rows> Connection::rowsOf(std::shared_ptr<void> answer) const
{
    const ExecStatusType status = PQresultStatus(static_cast<PGresult *>(answer.get()));
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        return tl::unexpected<Error>(errorOf(static_cast<PGresult *>(answer.get()), isOpen()));
    Rows rows;
    rows.m_result = std::move(answer);
    return rows;
}

Result<Rows> Connection::run(const QByteArray &statement, const Params &params)
{
    if (!isOpen())
        return failure(ErrorKind::Unavailable, QStringLiteral("store:lost"), QStringLiteral("not connected"));
    if (!d->token.isEmpty() && PQtransactionStatus(d->pg) == PQTRANS_IDLE)
        return runWithToken(statement, params);
    const Private::Answer answer = d->ask({statement, params});
    if (!answer)
        return lost();
    return rowsOf(answer);
}

Result<Rows> Connection::runWithToken(const QByteArray &statement, const Params &params)
{
    std::vector<Private::Step> steps = d->beginning();
    const size_t place = steps.size();
    steps.push_back({statement, params});
    steps.push_back({"commit", {}});
    const std::vector<Private::Answer> answers = d->askAll(steps);
    if (answers.size() != steps.size())
        return lost();
    Result<Rows> out = rowsOf(answers[place]);
    for (const Private::Answer &answer : answers) {
        if (auto rows = rowsOf(answer); !rows) {
            out = std::move(rows);
            break; // the first one is the reason of the others
        }
    }
    // A failed transaction stays open, and keeps a pooler's connection to the server from all others.
    if (isOpen() && PQtransactionStatus(d->pg) != PQTRANS_IDLE && !d->ask({"rollback", {}}))
        return lost();
    return out;
}

Result<void> Connection::beginTransaction()
{
    if (!isOpen())
        return failure(ErrorKind::Unavailable, QStringLiteral("store:lost"), QStringLiteral("not connected"));
    const std::vector<Private::Step> steps = d->beginning();
    const std::vector<Private::Answer> answers = d->askAll(steps);
    if (answers.size() != steps.size())
        return lost();
    for (const Private::Answer &answer : answers)
        CONVERSURE_TRY(rowsOf(answer));
    return {};
}

Result<Rows> Connection::call(QLatin1StringView function, const Params &params)
{
    QByteArray statement = "select * from ";
    statement.append(function.data(), function.size()).append('(');
    for (qsizetype i = 1; i <= params.size(); ++i)
        statement.append(i > 1 ? ", $" : "$").append(QByteArray::number(i));
    return run(statement.append(')'), params);
}

Result<void> Connection::script(const QByteArray &statements)
{
    if (!isOpen())
        return failure(ErrorKind::Unavailable, QStringLiteral("store:lost"), QStringLiteral("not connected"));
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(d->pg, statements.constData()), &PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY)
        return {};
    Error error = errorOf(result.get(), isOpen());
    const QString context = field(result.get(), PG_DIAG_CONTEXT);
    const QString place = field(result.get(), PG_DIAG_STATEMENT_POSITION);
    if (!context.isEmpty() || !place.isEmpty())
        error.message += QStringLiteral(" (%1 at %2)").arg(context, place);
    return tl::unexpected<Error>(std::move(error));
}

bool Connection::waitForNotification(int timeoutMs)
{
    if (!isOpen())
        return false;
    if (d->takeNotifications())
        return true;
    std::array<pollfd, 2> fds{{{PQsocket(d->pg), POLLIN, 0}, {d->wakeFd, POLLIN, 0}}};
    if (::poll(fds.data(), fds.size(), timeoutMs) <= 0)
        return false;
    if (fds[1].revents & POLLIN) {
        eventfd_t value = 0;
        eventfd_read(d->wakeFd, &value);
    }
    if (fds[0].revents != 0)
        PQconsumeInput(d->pg);
    return d->takeNotifications();
}

void Connection::wake()
{
    eventfd_write(d->wakeFd, 1);
}

bool Connection::pause(int ms) const
{
    const QDeadlineTimer deadline(ms);
    pollfd interrupt{d->interruptFd, POLLIN, 0}; // poll() leaves out a descriptor below 0
    for (;;) {
        const int ready = ::poll(&interrupt, 1, static_cast<int>(deadline.remainingTime()));
        if (ready >= 0 || errno != EINTR)
            return ready == 0;
    }
}

QByteArray Connection::literal(const QString &text) const
{
    const QByteArray utf8 = text.toUtf8();
    const std::unique_ptr<char, decltype(&PQfreemem)> quoted(
        PQescapeLiteral(d->pg, utf8.constData(), static_cast<size_t>(utf8.size())), &PQfreemem);
    return QByteArray(quoted.get());
}

QByteArray Connection::identifier(const QString &name) const
{
    const QByteArray utf8 = name.toUtf8();
    const std::unique_ptr<char, decltype(&PQfreemem)> quoted(
        PQescapeIdentifier(d->pg, utf8.constData(), static_cast<size_t>(utf8.size())), &PQfreemem);
    return QByteArray(quoted.get());
}

Result<QString> Connection::scramVerifier(const QString &role, const QString &password)
{
    const std::unique_ptr<char, decltype(&PQfreemem)> verifier(
        PQencryptPasswordConn(d->pg, password.toUtf8().constData(), role.toUtf8().constData(), "scram-sha-256"),
        &PQfreemem);
    if (!verifier)
        return failure(
            ErrorKind::Internal, QStringLiteral("store:scram"), QStringLiteral("no SCRAM verifier could be made"));
    return QString::fromLatin1(verifier.get());
}

QString Connection::urlWithUser(const QString &url, const QString &user, const QString &password)
{
    QUrl changed(url);
    changed.setUserName(user);
    changed.setPassword(password);
    return changed.toString(QUrl::FullyEncoded);
}

Result<Transaction> Transaction::begin(Connection &connection)
{
    CONVERSURE_TRY(connection.beginTransaction());
    return Transaction(connection);
}

Transaction::Transaction(Transaction &&other) noexcept
    : m_connection(std::exchange(other.m_connection, nullptr))
{
}

Transaction::~Transaction()
{
    if (m_connection && m_connection->isOpen())
        (void)m_connection->script("rollback");
}

Result<void> Transaction::commit()
{
    Connection *connection = std::exchange(m_connection, nullptr);
    auto committed = connection->run("commit");
    if (!committed)
        return tl::unexpected<Error>(committed.error());
    return {};
}

} // namespace conversure::store
