// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "models/ConnectionModel.h"
#include "state/Inbox.h"

#include <QSignalSpy>

using namespace conversure;
using models::ConnectionModel;
using state::Connection;

class ConnectionModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyStateIsSaid_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("level");
        using Level = ConnectionModel::Level;
        QTest::newRow("connecting") << int(Connection::Connecting) << QStringLiteral("Connecting") << int(Level::Busy);
        QTest::newRow("connected") << int(Connection::Connected) << QStringLiteral("Connected") << int(Level::Good);
        QTest::newRow("relay away") << int(Connection::RelayAway) << QStringLiteral("Relay away")
                                    << int(Level::Warning);
        QTest::newRow("store away") << int(Connection::StoreAway) << QStringLiteral("Store away") << int(Level::Bad);
        QTest::newRow("offline") << int(Connection::Offline) << QStringLiteral("Offline") << int(Level::Bad);
    }

    void everyStateIsSaid()
    {
        QFETCH(int, state);
        QFETCH(QString, text);
        QFETCH(int, level);
        state::Inbox inbox;
        const ConnectionModel model(inbox);
        inbox.setConnection(static_cast<Connection>(state));
        QCOMPARE(model.text(), text);
        QCOMPARE(int(model.level()), level);
        QVERIFY(model.explanation().endsWith(u'.'));
        QVERIFY(model.explanation() != text);
    }

    void changesAreToldOnce()
    {
        state::Inbox inbox;
        const ConnectionModel model(inbox);
        QSignalSpy changed(&model, &ConnectionModel::changed);
        inbox.setConnection(Connection::Connecting);
        QCOMPARE(changed.size(), 0);
        inbox.setConnection(Connection::Offline);
        inbox.setConnection(Connection::Offline);
        QCOMPARE(changed.size(), 1);
    }
};

CONVERSURE_TEST(ConnectionModelTest)
#include "ConnectionModelTest.moc"
