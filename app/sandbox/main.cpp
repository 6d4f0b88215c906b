// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Record.h"
#include "sandbox/Script.h"
#include "sandbox/Server.h"
#include "sandbox/Service.h"
#include "sandbox/Simulation.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFile>
#include <QUrl>

#include <cstdio>

using namespace Qt::StringLiterals;
using namespace conversure;

namespace {

enum Exit { Ended = 0, Failed = 1, Usage = 2 };

constexpr char Help[] = R"(conversure-sandbox serve --listen HOST:PORT --deliver-to URL --record FILE [--script FILE]

Simulates the WhatsApp Cloud API and the people on its other side, on loopback.

  --listen HOST:PORT  loopback address; port 0 takes a free one
  --deliver-to URL    where signed webhooks are posted (http)
  --record FILE       gets one JSON line for each request and each delivery
  --script FILE       numbers, leads and what happens (format: src/sandbox/Script.h)

Prints {"event":"ready","http":"http://HOST:PORT"} when it serves; SIGTERM or SIGINT ends it.
)";

struct Arguments {
    sandbox::ServerOptions server;
    QString record;
    QString script;
};

int complain(Exit code, const QString &message)
{
    std::fprintf(stderr, "conversure-sandbox: %s\n", qUtf8Printable(message));
    return code;
}

tl::unexpected<Error> misuse(const QString &message)
{
    return failure(ErrorKind::Invalid, u"sandbox:usage"_s, message);
}

Result<sandbox::ServerOptions> serverOptions(const QString &listen, const QString &deliverTo)
{
    const QUrl where(u"http://"_s + listen, QUrl::StrictMode);
    if (!where.isValid() || where.port() < 0 || where.host().isEmpty())
        return misuse(u"--listen wants an address and a port, such as 127.0.0.1:0"_s);
    const QUrl target(deliverTo, QUrl::StrictMode);
    if (!target.isValid() || target.scheme() != "http"_L1 || target.host().isEmpty())
        return misuse(u"--deliver-to wants a URL that starts with http://"_s);
    return sandbox::ServerOptions{where.host(), static_cast<quint16>(where.port()), target};
}

Result<Arguments> parseArguments(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.addOptions({{u"listen"_s, u"Address and port; port 0 takes a free one."_s, u"host:port"_s},
        {u"deliver-to"_s, u"Where webhooks are posted."_s, u"url"_s},
        {u"record"_s, u"File that gets one JSON line for each request and delivery."_s, u"file"_s},
        {u"script"_s, u"Numbers, leads and what happens."_s, u"file"_s}});
    if (!parser.parse(arguments))
        return misuse(parser.errorText());
    if (parser.positionalArguments() != QStringList{u"serve"_s})
        return misuse(
            u"usage: conversure-sandbox serve --listen HOST:PORT --deliver-to URL --record FILE [--script FILE]"_s);
    for (const QString &needed : {u"listen"_s, u"deliver-to"_s, u"record"_s}) {
        if (parser.value(needed).isEmpty())
            return misuse(u"--%1 is missing"_s.arg(needed));
    }
    const auto server = serverOptions(parser.value(u"listen"_s), parser.value(u"deliver-to"_s));
    if (!server)
        return tl::unexpected(server.error());
    return Arguments{*server, parser.value(u"record"_s), parser.value(u"script"_s)};
}

Result<sandbox::Script> loadScript(const QString &path)
{
    if (path.isEmpty())
        return sandbox::defaultScript();
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return misuse(u"%1: %2"_s.arg(path, file.errorString()));
    auto script = sandbox::readScript(file.readAll());
    if (!script)
        return misuse(u"%1: %2"_s.arg(path, script.error().message));
    return script;
}

int serve(const Arguments &arguments, const sandbox::Script &script)
{
    const SystemClock clock;
    sandbox::Record record(clock);
    if (const auto opened = record.open(arguments.record); !opened)
        return complain(Usage, opened.error().message);
    sandbox::Simulation simulation(script, clock);
    sandbox::Service service(simulation, record);
    sandbox::Server server(arguments.server, service);

    const auto port = server.listen();
    if (!port)
        return complain(port.error().kind == ErrorKind::Invalid ? Usage : Failed, port.error().message);
    QUrl address;
    address.setScheme(u"http"_s);
    address.setHost(arguments.server.host);
    address.setPort(*port);
    std::printf("{\"event\":\"ready\",\"http\":\"%s\"}\n", address.toEncoded().constData());
    std::fflush(stdout);

    const auto ended = server.run();
    return ended ? int{Ended} : complain(Failed, ended.error().message);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    if (QCoreApplication::arguments().contains(u"--help"_s)) {
        std::fputs(Help, stdout);
        return Ended;
    }
    const auto arguments = parseArguments(QCoreApplication::arguments());
    if (!arguments)
        return complain(Usage, arguments.error().message);
    const auto script = loadScript(arguments->script);
    if (!script)
        return complain(Usage, script.error().message);
    return serve(*arguments, *script);
}
