// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "CommandLine.h"

#include "domain/Clock.h"
#include "providers/Registry.h"
#include "relay/Relay.h"
#include "store/Migrator.h"
#include "store/PrivateCluster.h"
#include "store/RelayStore.h"
#include "vault/NumberSecrets.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>
#include <QSocketNotifier>
#include <QTimer>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace conversure::relayapp {

namespace {

int signalPipe[2] = {-1, -1};

void onSignal(int)
{
    const char byte = 1;
    (void)!::write(signalPipe[0], &byte, 1);
}

/// Ends the event loop at SIGTERM or SIGINT; a signal handler itself may do next to nothing.
void quitOnSignals(QCoreApplication &app)
{
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, signalPipe) != 0)
        return;
    auto *notifier = new QSocketNotifier(signalPipe[1], QSocketNotifier::Read, &app);
    QObject::connect(notifier, &QSocketNotifier::activated, &app, &QCoreApplication::quit);
    struct sigaction action {
    };
    action.sa_handler = onSignal;
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

/// The URLs of a private store, kept beside its data so that further commands and the client find it.
struct PrivateUrls {
    QString admin;
    QString relay;
    QString door;
};

Result<void> keepUrls(const QString &path, const PrivateUrls &urls)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return failure(ErrorKind::Refused, QStringLiteral("private:urls"), QStringLiteral("Cannot write ") + path);
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    file.write(QJsonDocument(QJsonObject{{QStringLiteral("admin"), urls.admin}, {QStringLiteral("relay"), urls.relay},
                                 {QStringLiteral("door"), urls.door}})
                   .toJson());
    if (!file.commit())
        return failure(ErrorKind::Refused, QStringLiteral("private:urls"), QStringLiteral("Cannot write ") + path);
    return {};
}

/// The kept URLs, or none: the file is missing, or an end came between making the roles and writing it.
std::optional<PrivateUrls> keptUrls(const QString &path, const QString &admin)
{
    QFile kept(path);
    if (!kept.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QJsonObject object = QJsonDocument::fromJson(kept.readAll()).object();
    const PrivateUrls urls{
        admin, object[QStringLiteral("relay")].toString(), object[QStringLiteral("door")].toString()};
    if (urls.relay.isEmpty() || urls.door.isEmpty())
        return std::nullopt;
    return urls;
}

Result<PrivateUrls> preparedUrls(const QString &path, const store::PrivateCluster &cluster, store::Migrator &migrator,
    const store::Migrator::Report &report)
{
    const QString admin = cluster.adminUrl(QStringLiteral("conversure"));
    if (!report.relayPassword && !report.doorPassword) {
        if (const auto kept = keptUrls(path, admin))
            return *kept;
    }
    // The cluster is ours alone, so passwords that nobody knows any more are simply made anew.
    const auto relay = report.relayPassword ? Result<QString>(*report.relayPassword)
                                            : migrator.renewPassword(QStringLiteral("conversure_relay"));
    CONVERSURE_TRY(relay);
    const auto door = report.doorPassword ? Result<QString>(*report.doorPassword)
                                          : migrator.renewPassword(QStringLiteral("conversure_door"));
    CONVERSURE_TRY(door);
    const PrivateUrls urls{admin, store::Connection::urlWithUser(admin, QStringLiteral("conversure_relay"), *relay),
        store::Connection::urlWithUser(admin, QStringLiteral("conversure_door"), *door)};
    CONVERSURE_TRY(keepUrls(path, urls));
    return urls;
}

/// Starts the relay's own PostgreSQL, brings it to the newest schema and gives the URL to serve with.
Result<QString> preparePrivateStore(CommandLine &line, std::unique_ptr<store::PrivateCluster> &cluster)
{
    const QString folder = line.stateFolder() + QStringLiteral("/store");
    auto started = store::PrivateCluster::start({folder, true, {}});
    CONVERSURE_TRY(started);
    cluster = std::move(*started);
    CONVERSURE_TRY(cluster->ensureDatabase(QStringLiteral("conversure")));
    auto admin = store::Connection::open(
        cluster->adminUrl(QStringLiteral("conversure")), QStringLiteral("conversure-relay serve"));
    CONVERSURE_TRY(admin);
    store::Migrator migrator(*admin, line.library());
    const auto report = migrator.migrate({});
    CONVERSURE_TRY(report);
    const auto urls =
        preparedUrls(line.stateFolder() + QStringLiteral("/connection.json"), *cluster, migrator, *report);
    CONVERSURE_TRY(urls);
    return urls->relay;
}

relay::DirectoryNumber describeNumber(const CompanyId &company, const QJsonObject &row)
{
    relay::DirectoryNumber number;
    number.company = company;
    number.number = NumberId::fromText(row[QStringLiteral("number_id")].toString());
    number.provider = row[QStringLiteral("provider")].toString();
    number.providerNumberId = row[QStringLiteral("provider_number_id")].toString();
    number.accountId = row[QStringLiteral("account_id")].toString();
    return number;
}

/// The numbers of one company; closed ones, which are known and no more, where the vault cannot be opened.
QList<relay::DirectoryNumber> openNumbers(
    const QJsonObject &document, const vault::RelayKey &key, vault::CompanyPins &pins)
{
    const CompanyId company = CompanyId::fromText(document[QStringLiteral("company_id")].toString());
    const auto vault = vault::openCompanyVault(
        company.value, {vault::KeyHolder::Kind::Relay, key.id}, key.keys, document, pins.of(company.value));
    if (!vault)
        std::fprintf(stderr, "company %s: %s\n", qPrintable(company.text()), qPrintable(vault.error().message));
    else if (vault->isWaiting())
        std::fprintf(stderr, "company %s: nobody has given this relay its data key\n", qPrintable(company.text()));
    else if (const auto kept = pins.keep(company.value, vault->pins); !kept)
        std::fprintf(stderr, "%s\n", qPrintable(kept.error().message));

    QList<relay::DirectoryNumber> numbers;
    const QJsonArray rows = document[QStringLiteral("numbers")].toArray();
    for (const QJsonValue &value : rows) {
        relay::DirectoryNumber number = describeNumber(company, value.toObject());
        number.isOpen = vault && !vault->isWaiting();
        if (number.isOpen) {
            const auto settings = vault::openSettings(company.value, vault->dataKey, value.toObject());
            if (!settings)
                std::fprintf(
                    stderr, "company %s: %s\n", qPrintable(company.text()), qPrintable(settings.error().message));
            number.isOpen = settings.has_value();
            number.settings = settings.value_or(QHash<QString, QString>());
        }
        numbers.append(std::move(number));
    }
    return numbers;
}

/// Reads all numbers and opens their secrets.
Result<std::shared_ptr<const relay::Directory>> loadDirectory(
    store::RelayStore &store, const vault::RelayKey &key, vault::CompanyPins &pins)
{
    CONVERSURE_TRY(store.registerRelay(key.id, QSysInfo::machineHostName(), key.keys.boxPublic, key.keys.signPublic));
    const auto companies = store.directory(key.id);
    CONVERSURE_TRY(companies);
    QList<relay::DirectoryNumber> numbers;
    for (const QJsonValue &value : *companies)
        numbers.append(openNumbers(value.toObject(), key, pins));
    return std::make_shared<const relay::Directory>(std::move(numbers));
}

Result<relay::RelaySettings> readSettings(const CommandLine &line, const QString &database)
{
    QString listen = line.value(QStringLiteral("listen"));
    if (listen.isEmpty())
        listen = qEnvironmentVariable("CONVERSURE_RELAY_LISTEN", QStringLiteral("127.0.0.1:8077"));
    const qsizetype colon = listen.lastIndexOf(u':');
    bool ok = false;
    const uint port = listen.mid(colon + 1).toUInt(&ok);
    if (colon <= 0 || !ok || port > 65535)
        return failure(ErrorKind::Invalid, QStringLiteral("usage"), QStringLiteral("--listen wants HOST:PORT."));
    relay::RelaySettings settings;
    settings.listenHost = listen.left(colon);
    settings.listenPort = static_cast<quint16>(port);
    settings.database = database;
    settings.extraVerifyToken = qEnvironmentVariable("WHATSAPP_WEBHOOK_SECRET");
    return settings;
}

void announce(const relay::RelaySettings &settings, quint16 port, int schema)
{
    const QString place = QStringLiteral("%1:%2").arg(settings.listenHost).arg(port);
    const QJsonObject ready{{QStringLiteral("event"), QStringLiteral("ready")},
        {QStringLiteral("http"), QStringLiteral("http://") + place},
        {QStringLiteral("live"), QStringLiteral("ws://") + place + QStringLiteral("/live")},
        {QStringLiteral("schema"), schema}};
    std::printf("%s\n", QJsonDocument(ready).toJson(QJsonDocument::Compact).constData());
    std::fflush(stdout);
}

/// Says "ready" once deliveries are taken. With a store that is away it says so too, a little later: the relay answers,
/// with 503, and waits for the store.
void announceWhenReady(const relay::Relay &relay, const relay::RelaySettings &settings, int schema)
{
    auto *timer = new QTimer(QCoreApplication::instance());
    const QDeadlineTimer deadline(5'000);
    QObject::connect(timer, &QTimer::timeout, timer, [=, &relay] {
        if (!relay.notReady().isEmpty() && !deadline.hasExpired())
            return;
        announce(settings, relay.port(), schema);
        timer->deleteLater();
    });
    timer->start(10);
}

/// What the store says about serving it: nothing when it is away (the relay waits for it), an error when it is the
/// wrong one.
Result<void> checkStore(const CommandLine &line)
{
    const auto db = line.connect();
    if (!db && db.error().kind != ErrorKind::Unavailable)
        return tl::unexpected<Error>(db.error());
    return {};
}

int runRelay(CommandLine &line, const QString &database, const vault::RelayKey &key)
{
    const auto settings = readSettings(line, database);
    if (!settings)
        return line.fail(settings.error());
    const providers::Registry registry;
    const SystemClock clock;
    vault::CompanyPins pins = line.pins();
    relay::Relay relay(*settings, registry, clock,
        [&key, &pins](store::RelayStore &store) { return loadDirectory(store, key, pins); });
    quitOnSignals(*QCoreApplication::instance());
    if (const auto started = relay.start(); !started)
        return line.fail(started.error());
    announceWhenReady(relay, *settings, store::Migrator::newestSchema(line.library()));
    QCoreApplication::exec();
    // A store that hangs may hold a thread; what was not stored was not acknowledged, so leaving is safe.
    std::thread([] {
        std::this_thread::sleep_for(std::chrono::milliseconds(4'500));
        std::_Exit(Done);
    }).detach();
    relay.stop();
    return Done;
}

} // namespace

int serve(CommandLine &line)
{
    line.allow(QStringLiteral("listen"), QStringLiteral("HOST:PORT"),
        QStringLiteral("Where to answer; port 0: any free one. Else CONVERSURE_RELAY_LISTEN."));
    line.flag(QStringLiteral("private"), QStringLiteral("Run an own PostgreSQL in the state directory."));
    if (!line.parse())
        return line.exitCode();
    const auto key = line.relayKey();
    if (!key)
        return line.fail(key.error());
    std::unique_ptr<store::PrivateCluster> cluster;
    QString database = line.databaseUrl();
    if (line.isSet(QStringLiteral("private"))) {
        auto prepared = preparePrivateStore(line, cluster);
        if (!prepared)
            return line.fail(prepared.error());
        database = *prepared;
    } else if (const auto checked = checkStore(line); !checked) {
        return line.fail(checked.error());
    }
    return runRelay(line, database, *key);
}

} // namespace conversure::relayapp
