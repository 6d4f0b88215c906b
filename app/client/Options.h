// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Result.h"
#include "ui/widgets/Theme.h"

#include <QString>
#include <QStringList>
#include <QUrl>

namespace conversure::clientapp {

/// What the command line and the environment say. Empty: not said.
struct Options {
    QString database; ///< The store as anybody may reach it (role conversure_door).
    QUrl relay; ///< ws://HOST:PORT, with or without /live
    QString joinLink; ///< conversure://join?…, as a desktop hands it over.
    QString email;
    bool passwordFromStdin = false;
    QString language; ///< "ar", "ru", "en"
    std::optional<ui::ThemeMode> theme;
    QString dataFolder; ///< All that the client writes: CONVERSURE_DATA_DIR, else the desktop's place for it.
    bool useKeychain = true; ///< CONVERSURE_KEYCHAIN=off: nothing is read from the desktop's keychain or written to it.
    QString traceFile; ///< CONVERSURE_TRACE

    /// Fails with kind Invalid and a sentence; for --help and --version with code "help" and the text to print.
    static Result<Options> read(const QStringList &arguments);
};

} // namespace conversure::clientapp
