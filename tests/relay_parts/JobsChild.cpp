// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "JobsChild.h"

#include "JobsHouse.h"

#include <QCoreApplication>
#include <QTimer>

#include <unistd.h>

namespace conversure::relay::jobs_test {

std::optional<int> childOf(const QStringList &arguments)
{
    if (arguments.size() != 8 || arguments[1] != u"--jobs-until"_s)
        return std::nullopt;
    const QByteArray step = arguments[2].toLatin1();
    Relays relays(arguments[3]);
    relays.setNumbers({numberAt(
        arguments[7].toUShort(), CompanyId::fromText(arguments[4]), NumberId::fromText(arguments[5]), arguments[6])});
    const auto jobs = relays.start([&step](const char *reached) {
        if (step == reached)
            ::_exit(diedAtStep);
    });
    QTimer::singleShot(20'000, QCoreApplication::instance(), [] { ::_exit(3); }); // the step was never reached
    return QCoreApplication::exec();
}

} // namespace conversure::relay::jobs_test
