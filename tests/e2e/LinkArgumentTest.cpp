// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>
#include <QtTest>

using namespace conversure;

/// The code of an invitation does not stay in the process list when a desktop hands the link over.
class LinkArgumentTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theCodeIsBlottedOut()
    {
        const QString code = QStringLiteral("QX7D-K2RF-MB3A-6YTC-N4WE-ZP5H-VJ");
        QTemporaryDir data;
        QProcess client;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
        environment.insert(QStringLiteral("CONVERSURE_DATA_DIR"), data.path());
        environment.insert(QStringLiteral("CONVERSURE_KEYCHAIN"), QStringLiteral("off"));
        client.setProcessEnvironment(environment);
        client.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        client.start(QStringLiteral(CONVERSURE_BIN_DIR "/conversure"),
            {QStringLiteral("--theme"), QStringLiteral("light"),
                QStringLiteral("conversure://join?store=localhost/conversure#") + code});
        QVERIFY(client.waitForStarted());
        const auto arguments = [&client] {
            QFile file(QStringLiteral("/proc/%1/cmdline").arg(client.processId()));
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        QTRY_VERIFY_WITH_TIMEOUT(arguments().contains("--theme") && !arguments().contains(code.toLatin1()), 20'000);
        QCOMPARE(client.state(), QProcess::Running);
        client.kill();
        QVERIFY(client.waitForFinished());
    }
};

CONVERSURE_TEST(LinkArgumentTest)
#include "LinkArgumentTest.moc"
