// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "CommandLine.h"

#include <QCoreApplication>

#include <array>
#include <cstdio>

namespace {

struct Command {
    const char *name;
    const char *what;
    int (*run)(conversure::relayapp::CommandLine &);
};

constexpr std::array commands{
    Command{"serve", "receive webhooks and push changes to clients", conversure::relayapp::serve},
    Command{"migrate", "bring a database to the newest schema", conversure::relayapp::migrate},
    Command{"create-company", "found a company", conversure::relayapp::createCompany},
    Command{"create-user", "add a user to a company", conversure::relayapp::createUser},
    Command{"add-number", "connect a WhatsApp number", conversure::relayapp::addNumber},
    Command{"reset-password", "give a user a new password and new keys", conversure::relayapp::resetPassword},
    Command{"key init", "make this relay's key", conversure::relayapp::keyInit},
    Command{"key show", "tell this relay's id and fingerprint", conversure::relayapp::keyShow},
    Command{"key authorize", "sign a user's or another relay's key", conversure::relayapp::keyAuthorize},
    Command{"key forget", "forget what is known of a company's vault", conversure::relayapp::keyForget},
    Command{"registration", "say whether clients may found companies", conversure::relayapp::registration},
    Command{"sign-in", "make a device role and a token for a script", conversure::relayapp::signIn},
    Command{"doctor", "look for what is wrong with a store", conversure::relayapp::doctor},
};

int printUsage(FILE *out, int code)
{
    std::fputs("Usage: conversure-relay COMMAND [OPTIONS]\n\n", out);
    for (const Command &command : commands)
        std::fprintf(out, "  %-15s %s\n", command.name, command.what);
    std::fputs("\nconversure-relay COMMAND --help tells the options of a command.\n", out);
    return code;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("conversure-relay"));
    QCoreApplication::setApplicationVersion(QStringLiteral(CONVERSURE_VERSION));
    const QStringList arguments = app.arguments().mid(1);
    if (arguments.isEmpty())
        return printUsage(stderr, conversure::relayapp::Usage);
    if (arguments.first() == QStringLiteral("--help") || arguments.first() == QStringLiteral("-h"))
        return printUsage(stdout, conversure::relayapp::Done);
    if (arguments.first() == QStringLiteral("--version")) {
        std::printf("conversure-relay %s\n", CONVERSURE_VERSION);
        return conversure::relayapp::Done;
    }

    const auto library = conversure::store::SqlLibrary::load();
    if (!library) {
        std::fprintf(stderr, "conversure-relay: %s\n", qPrintable(library.error().message));
        return conversure::relayapp::Failed;
    }
    for (const Command &command : commands) {
        const QString name = QString::fromLatin1(command.name);
        const qsizetype words = name.count(u' ') + 1;
        if (arguments.mid(0, words).join(u' ') == name) {
            conversure::relayapp::CommandLine line(name, arguments.mid(words), *library);
            return command.run(line);
        }
    }
    return printUsage(stderr, conversure::relayapp::Usage);
}
