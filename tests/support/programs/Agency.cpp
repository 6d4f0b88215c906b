// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Agency.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QEventLoop>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QMessageAuthenticationCode>
#include <QNetworkReply>
#include <QRandomGenerator>
#include <QTcpServer>

#include <csignal>
#include <sys/prctl.h>

namespace conversure::test {

namespace {

/// A program that must not outlive the test, however the test ends.
void endWithTest(QProcess &process)
{
    process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
}

QString program()
{
    return QStringLiteral(CONVERSURE_BIN_DIR "/conversure-relay");
}

/// A free port below those that the kernel gives to whoever asks for any: a program can be given it later, or again,
/// and no socket of another test has taken it meanwhile.
quint16 quietPort()
{
    QTcpServer probe;
    for (int tries = 0; tries < 100; ++tries) {
        if (probe.listen(
                QHostAddress::LocalHost, static_cast<quint16>(QRandomGenerator::global()->bounded(15'000, 32'000))))
            return probe.serverPort();
    }
    qFatal("no free port");
}

/// The id in a command's answer.
QUuid id(const QJsonObject &answer, const char *key)
{
    const QUuid made = QUuid::fromString(answer[QLatin1StringView(key)].toString());
    if (made.isNull())
        qFatal("%s", QJsonDocument(answer).toJson().constData());
    return made;
}

} // namespace

RelayProgram::RelayProgram(const QString &databaseUrl, const QString &stateFolder)
    : m_database(databaseUrl)
    , m_state(stateFolder)
{
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    endWithTest(m_process);
}

RelayProgram::~RelayProgram()
{
    kill();
}

void RelayProgram::keepLog(const QString &file)
{
    m_log = file;
    m_process.setProcessChannelMode(QProcess::SeparateChannels);
    m_process.setStandardErrorFile(file, QIODevice::Append);
}

bool RelayProgram::start()
{
    const QString listen = QStringLiteral("127.0.0.1:%1").arg(m_http.port(quietPort()));
    m_process.start(program(),
        {QStringLiteral("serve"), QStringLiteral("--listen"), listen, QStringLiteral("--database"), m_database,
            QStringLiteral("--state-dir"), m_state});
    const QDeadlineTimer deadline(20'000);
    while (!m_process.canReadLine() && !deadline.hasExpired() && m_process.state() != QProcess::NotRunning)
        m_process.waitForReadyRead(200);
    m_ready = QJsonDocument::fromJson(m_process.readLine()).object();
    m_http = QUrl(m_ready[QStringLiteral("http")].toString());
    m_live = QUrl(m_ready[QStringLiteral("live")].toString());
    return m_ready[QStringLiteral("event")].toString() == QStringLiteral("ready");
}

void RelayProgram::kill()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished();
}

int RelayProgram::terminate()
{
    ::kill(static_cast<pid_t>(m_process.processId()), SIGTERM);
    return m_process.waitForFinished(10'000) && m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode()
                                                                                               : -1;
}

QJsonObject RelayProgram::command(const QStringList &arguments, const QByteArray &input) const
{
    QProcess process;
    process.setStandardErrorFile(m_log, QIODevice::Append);
    process.start(program(),
        arguments
            + QStringList{QStringLiteral("--json"), QStringLiteral("--database"), m_database,
                QStringLiteral("--state-dir"), m_state});
    process.write(input);
    process.closeWriteChannel();
    process.waitForFinished(60'000);
    QJsonObject answer = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
    answer.insert(QStringLiteral("exit"), process.exitCode());
    return answer;
}

QUrl RelayProgram::http(const QString &path) const
{
    return QUrl(m_http.toString() + path);
}

QUrl RelayProgram::handshake(const QString &verifyToken) const
{
    return http(
        QStringLiteral("/api/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token=") + verifyToken);
}

Agency::Agency()
    : phoneNumberId(QStringLiteral("pn") + newId().toString(QUuid::Id128))
    , appSecret(QStringLiteral("app-secret-") + phoneNumberId)
    , verifyToken(QStringLiteral("verify-") + phoneNumberId)
    , accessToken(QStringLiteral("token-") + phoneNumberId)
{
}

Agency::Agency(const RelayProgram &relay, const QString &name, const QString &apiBaseUrl)
    : Agency()
{
    email = phoneNumberId + QStringLiteral("@example.com");
    password = QStringLiteral("a long password of ") + name;
    company = id(relay.command({QStringLiteral("create-company"), QStringLiteral("--name"), name,
                     QStringLiteral("--time-zone"), QStringLiteral("Asia/Dubai")}),
        "company_id");
    const QString companyText = company.toString(QUuid::WithoutBraces);
    id(relay.command({QStringLiteral("create-user"), QStringLiteral("--company"), companyText,
                         QStringLiteral("--email"), email, QStringLiteral("--name"), QStringLiteral("Agent"),
                         QStringLiteral("--role"), QStringLiteral("AGENT"), QStringLiteral("--password-stdin")},
           password.toUtf8() + "\nnot this"),
        "user_id");
    addNumber(relay, apiBaseUrl);
}

void Agency::addNumber(const RelayProgram &relay, const QString &apiBaseUrl)
{
    QStringList arguments{QStringLiteral("add-number"), QStringLiteral("--company"),
        company.toString(QUuid::WithoutBraces), QStringLiteral("--number"), QStringLiteral("+971501112233"),
        QStringLiteral("--label"), QStringLiteral("Sales"), QStringLiteral("--provider"), QStringLiteral("meta")};
    arguments << QStringLiteral("--set") << QStringLiteral("phone_number_id=") + phoneNumberId
              << QStringLiteral("--set") << QStringLiteral("waba_id=waba") << QStringLiteral("--set-stdin");
    if (!apiBaseUrl.isEmpty())
        arguments << QStringLiteral("--set") << QStringLiteral("api_base_url=") + apiBaseUrl;
    const QString secrets =
        QStringLiteral("access_token=%1\napp_secret=%2\nverify_token=%3\n").arg(accessToken, appSecret, verifyToken);
    number = id(relay.command(arguments, secrets.toUtf8()), "number_id");
}

QJsonObject Agency::signIn(const RelayProgram &relay) const
{
    return relay.command(
        {QStringLiteral("sign-in"), QStringLiteral("--email"), email, QStringLiteral("--password-stdin")},
        password.toUtf8() + '\n');
}

QByteArray Agency::textDelivery(const QString &from, const QString &id, const QString &text) const
{
    const QString shape = QStringLiteral(
        R"({"object":"whatsapp_business_account","entry":[{"id":"waba","changes":[{"field":"messages","value":{"messaging_product":"whatsapp",)"
        R"("metadata":{"display_phone_number":"971501112233","phone_number_id":"%1"},"contacts":[{"profile":{"name":"Omar"},"wa_id":"%2"}],)"
        R"("messages":[{"from":"%2","id":"%3","timestamp":"1763800000","type":"text","text":{"body":"%4"}}]}}]}]})");
    return shape.arg(phoneNumberId, from, id, text).toUtf8();
}

QByteArray Agency::sign(const QByteArray &body) const
{
    return "sha256=" + QMessageAuthenticationCode::hash(body, appSecret.toUtf8(), QCryptographicHash::Sha256).toHex();
}

SandboxProgram::SandboxProgram(const QString &folder)
    : m_folder(folder)
{
    m_baseUrl = QStringLiteral("http://127.0.0.1:%1").arg(quietPort());
}

SandboxProgram::~SandboxProgram()
{
    stop();
}

bool SandboxProgram::start(const Agency &agency, const QUrl &deliverTo, const QJsonObject &script)
{
    QJsonObject full = script;
    full.insert(QStringLiteral("numbers"),
        QJsonArray{QJsonObject{{QStringLiteral("phone_number_id"), agency.phoneNumberId},
            {QStringLiteral("waba_id"), QStringLiteral("waba")},
            {QStringLiteral("display_phone_number"), QStringLiteral("971501112233")},
            {QStringLiteral("access_token"), agency.accessToken}, {QStringLiteral("app_secret"), agency.appSecret},
            {QStringLiteral("verify_token"), agency.verifyToken}}});
    QFile file(m_folder + QStringLiteral("/script.json"));
    if (!file.open(QIODevice::WriteOnly))
        return false;
    file.write(QJsonDocument(full).toJson());
    file.close();
    m_process.setProcessChannelMode(m_log.isEmpty() ? QProcess::ForwardedErrorChannel : QProcess::SeparateChannels);
    m_process.setStandardErrorFile(m_log, QIODevice::Append);
    endWithTest(m_process);
    m_process.start(QStringLiteral(CONVERSURE_BIN_DIR "/conversure-sandbox"),
        {QStringLiteral("serve"), QStringLiteral("--listen"), m_baseUrl.mid(7), QStringLiteral("--deliver-to"),
            deliverTo.toString(), QStringLiteral("--record"), m_folder + QStringLiteral("/record.jsonl"),
            QStringLiteral("--script"), file.fileName()});
    const QDeadlineTimer deadline(20'000);
    while (!m_process.canReadLine() && !deadline.hasExpired() && m_process.state() != QProcess::NotRunning)
        m_process.waitForReadyRead(200);
    return m_process.readLine().contains("ready");
}

void SandboxProgram::stop()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.terminate();
    m_process.waitForFinished();
}

QString SandboxProgram::leadWrites(const QString &waId, const QString &name, const QString &text)
{
    return order("inbound",
        {{QStringLiteral("wa_id"), waId}, {QStringLiteral("name"), name},
            {QStringLiteral("text"), text}})[QStringLiteral("message_id")]
        .toString();
}

QJsonObject SandboxProgram::order(const char *place, const QJsonObject &what)
{
    QNetworkRequest request(QUrl(m_baseUrl + QStringLiteral("/_sandbox/") + QString::fromLatin1(place)));
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    const std::unique_ptr<QNetworkReply> reply(m_network.post(request, QJsonDocument(what).toJson()));
    QEventLoop loop;
    QObject::connect(reply.get(), &QNetworkReply::finished, &loop, &QEventLoop::quit);
    loop.exec();
    return QJsonDocument::fromJson(reply->readAll()).object();
}

QList<QJsonObject> SandboxProgram::accepted() const
{
    QList<QJsonObject> bodies;
    QFile record(m_folder + QStringLiteral("/record.jsonl"));
    if (!record.open(QIODevice::ReadOnly))
        return bodies;
    while (!record.atEnd()) {
        const QJsonObject line = QJsonDocument::fromJson(record.readLine()).object();
        const QJsonObject body = line[QStringLiteral("body")].toObject();
        if (line[QStringLiteral("kind")].toString() == QStringLiteral("request")
            && line[QStringLiteral("status")].toInt() == 200 && body.contains(QStringLiteral("messaging_product")))
            bodies << body;
    }
    return bodies;
}

QStringList SandboxProgram::acceptedTexts() const
{
    QStringList texts;
    const QList<QJsonObject> bodies = accepted();
    for (const QJsonObject &body : bodies) {
        const QJsonValue text = body[QStringLiteral("text")][QStringLiteral("body")];
        if (text.isString())
            texts << text.toString();
    }
    return texts;
}

int post(QNetworkAccessManager &network, const QUrl &url, const QByteArray &body, const QByteArray &signature,
    const QByteArray &contentType)
{
    QNetworkRequest request(url);
    request.setRawHeader("Content-Type", contentType);
    if (!signature.isEmpty())
        request.setRawHeader("X-Hub-Signature-256", signature);
    request.setTransferTimeout(20'000);
    const std::unique_ptr<QNetworkReply> reply(network.post(request, body));
    QEventLoop loop;
    QObject::connect(reply.get(), &QNetworkReply::finished, &loop, &QEventLoop::quit);
    loop.exec();
    return reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}

std::pair<int, QByteArray> get(QNetworkAccessManager &network, const QUrl &url)
{
    QNetworkRequest request(url);
    request.setTransferTimeout(20'000);
    const std::unique_ptr<QNetworkReply> reply(network.get(request));
    QEventLoop loop;
    QObject::connect(reply.get(), &QNetworkReply::finished, &loop, &QEventLoop::quit);
    loop.exec();
    return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), reply->readAll()};
}

} // namespace conversure::test
