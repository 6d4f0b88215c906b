// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Language.h"

#include <QApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace conversure::clientapp {

namespace {

QLocale localeOf(const QString &language)
{
    // The territory decides the digits: the UAE writes 1,234, Egypt writes it in Arabic-Indic ones.
    if (language == QStringLiteral("ar"))
        return QLocale(QLocale::Arabic, QLocale::UnitedArabEmirates);
    const QLocale locale = language.isEmpty() ? QLocale::system() : QLocale(language);
    // The locale "C" is for programs: it writes seconds into every time of day.
    return locale.language() == QLocale::C ? QLocale(QLocale::English, QLocale::UnitedKingdom) : locale;
}

void install(QApplication &app, const QLocale &locale, const QString &name, const QString &folder)
{
    auto *translator = new QTranslator(&app);
    if (translator->load(locale, name, QStringLiteral("_"), folder))
        QApplication::installTranslator(translator);
}

} // namespace

void applyLanguage(QApplication &app, const QString &language)
{
    const QLocale locale = localeOf(language);
    QLocale::setDefault(locale);
    install(app, locale, QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    install(app, locale, QStringLiteral("conversure"), QStringLiteral(":/conversure/translations"));
    QApplication::setLayoutDirection(locale.textDirection());
}

} // namespace conversure::clientapp
