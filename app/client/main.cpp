// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ClientApp.h"
#include "Language.h"
#include "Options.h"

#include "ui/widgets/Fonts.h"
#include "ui/widgets/Resources.h"

#include <QApplication>

#include <cstdio>
#include <cstring>
#include <sys/stat.h>

namespace {

/// Every user of the computer may list what its programs were started with, and an invitation's link holds its code.
void blotOut(const QString &link, int argc, char **argv)
{
    for (int i = 1; i < argc && !link.isEmpty(); ++i) {
        if (QString::fromLocal8Bit(argv[i]) == link)
            std::memset(argv[i], 'x', std::strlen(argv[i]));
    }
}

} // namespace

int main(int argc, char **argv)
{
    ::umask(0077); // settings and journal are this person's alone
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("conversure"));
    QApplication::setApplicationDisplayName(QStringLiteral("Conversure"));
    QApplication::setOrganizationName(QString());
    QApplication::setApplicationVersion(QStringLiteral(CONVERSURE_VERSION));

    const auto options = conversure::clientapp::Options::read(app.arguments());
    if (!options) {
        const bool asked = options.error().code == QStringLiteral("help");
        std::fprintf(asked ? stdout : stderr, "%s\n", qPrintable(options.error().message));
        return asked ? 0 : 2;
    }
    blotOut(options->joinLink, argc, argv);
    conversure::ui::initResources();
    conversure::clientapp::applyLanguage(app, options->language);
    conversure::ui::applyFonts();

    auto library = conversure::store::SqlLibrary::load();
    if (!library) {
        std::fprintf(stderr, "conversure: %s\n", qPrintable(library.error().message));
        return 1;
    }
    conversure::clientapp::ClientApp client(*options, std::move(*library));
    client.show();
    return QApplication::exec();
}
