// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Options.h"

#include <QCommandLineParser>
#include <QStandardPaths>

namespace conversure::clientapp {

namespace {

Result<std::optional<ui::ThemeMode>> themeOf(const QString &word)
{
    if (word.isEmpty())
        return std::optional<ui::ThemeMode>();
    if (word == QStringLiteral("light"))
        return std::optional(ui::ThemeMode::Light);
    if (word == QStringLiteral("dark"))
        return std::optional(ui::ThemeMode::Dark);
    if (word == QStringLiteral("auto"))
        return std::optional(ui::ThemeMode::Auto);
    return failure(ErrorKind::Invalid, QStringLiteral("usage"), QStringLiteral("--theme is light, dark or auto."));
}

/// The address of the live connection, whether or not its path was given.
QUrl liveUrl(const QString &text)
{
    QUrl url(text);
    if (!text.isEmpty() && (url.path().isEmpty() || url.path() == QStringLiteral("/")))
        url.setPath(QStringLiteral("/live"));
    return url;
}

} // namespace

Result<Options> Options::read(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("The inbox for people who sell over WhatsApp."));
    const QCommandLineOption help = parser.addHelpOption();
    const QCommandLineOption version = parser.addVersionOption();
    const QCommandLineOption database(QStringLiteral("database"), QStringLiteral("The store."), QStringLiteral("URL"));
    const QCommandLineOption relay(
        QStringLiteral("relay"), QStringLiteral("The relay, ws://HOST:PORT."), QStringLiteral("URL"));
    const QCommandLineOption email(QStringLiteral("email"), QStringLiteral("Who signs in."), QStringLiteral("EMAIL"));
    const QCommandLineOption password(QStringLiteral("password-stdin"),
        QStringLiteral("Sign in with the password from stdin, up to the first newline."));
    const QCommandLineOption language(
        QStringLiteral("language"), QStringLiteral("en, ar or ru; else the desktop's."), QStringLiteral("LANGUAGE"));
    const QCommandLineOption theme(
        QStringLiteral("theme"), QStringLiteral("light, dark or auto."), QStringLiteral("THEME"));
    parser.addOptions({database, relay, email, password, language, theme});

    parser.addPositionalArgument(
        QStringLiteral("link"), QStringLiteral("An invitation: conversure://join?…"), QStringLiteral("[LINK]"));

    if (!parser.parse(arguments))
        return failure(ErrorKind::Invalid, QStringLiteral("usage"), parser.errorText());
    if (parser.isSet(help))
        return failure(ErrorKind::Invalid, QStringLiteral("help"), parser.helpText());
    if (parser.isSet(version))
        return failure(
            ErrorKind::Invalid, QStringLiteral("help"), QStringLiteral("conversure " CONVERSURE_VERSION "\n"));
    const auto mode = themeOf(parser.value(theme));
    CONVERSURE_TRY(mode);

    Options options;
    options.database = parser.value(database);
    options.relay = liveUrl(parser.value(relay));
    options.joinLink = parser.positionalArguments().value(0);
    options.email = parser.value(email);
    options.passwordFromStdin = parser.isSet(password);
    options.language = parser.value(language);
    options.theme = *mode;
    options.dataFolder =
        qEnvironmentVariable("CONVERSURE_DATA_DIR", QStandardPaths::writableLocation(QStandardPaths::AppDataLocation));
    options.useKeychain = qEnvironmentVariable("CONVERSURE_KEYCHAIN") != QStringLiteral("off");
    options.traceFile = qEnvironmentVariable("CONVERSURE_TRACE");
    return options;
}

} // namespace conversure::clientapp
