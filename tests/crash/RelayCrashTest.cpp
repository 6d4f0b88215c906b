// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Audit.h"
#include "House.h"
#include "TestMain.h"

using namespace conversure;
using namespace conversure::crash_test;
using namespace Qt::StringLiterals;

/// A relay that sends what clients have left to it is killed at every step, and another one goes on: that is always the
/// real program, which brings the provider's statuses as well.
class RelayCrashTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<House> m_house;

    /// The relay's part that does jobs dies by itself; each takes one of the jobs first.
    void endJobs(const QString &step, qsizetype count)
    {
        QJsonObject orders = m_house->relayOrders();
        orders.insert(u"kill"_s, step);
        Children children;
        for (qsizetype i = 0; i < count; ++i)
            children.push_back(std::make_unique<Child>(u"--relay"_s, orders));
        QVERIFY(areAll(children, &Child::wasKilled));
        m_house->passLeases();
        QVERIFY(m_house->relay.start());
    }

    QList<Typed> leave(int count)
    {
        QList<Typed> texts;
        for (int i = 0; i < count; ++i) {
            const bool late = i % 2 == 0;
            texts << m_house->leave(m_house->newText(QString::fromLatin1(QTest::currentDataTag()), late));
        }
        return texts;
    }

    /// The other relay brings to an end what was begun.
    void goOn()
    {
        QVERIFY(comesTrue([&] { return m_house->isQuiet(); }));
        QVERIFY(m_house->tellLate());
        QVERIFY(comesTrue([&] { return m_house->isQuiet(); }));
        m_house->endLeases();
        m_house->relay.kill();
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_house = std::make_unique<House>(House::SentBy::Relay);
        m_house->relay.kill();
    }

    void cleanupTestCase() { m_house.reset(); }

    void itsJobsMayBeKilledAtAnyStep_data()
    {
        QTest::addColumn<QString>("step");
        QTest::addColumn<QString>("end");
        const auto row = [](const char *name, const char *step, const char *end) {
            QTest::newRow(name) << QString::fromLatin1(step) << QString::fromLatin1(end);
        };
        row("job claimed", "before:reserve", "1 read");
        row("lease taken", "after:reserve", "1 read");
        row("posting marked", "after:posting", "0 unconfirmed");
        row("answer received", "after:post", "1 read");
        row("before confirm", "before:record", "1 read");
        row("after confirm", "after:record", "1 read");
        row("before the job's end", "after:removed", "1 read");
    }

    void itsJobsMayBeKilledAtAnyStep()
    {
        QFETCH(QString, step);
        QFETCH(QString, end);
        QList<Typed> texts;
        const QList<int> sizes = portions();
        for (const int size : sizes) {
            texts << leave(size);
            endJobs(step, size);
            goOn();
            if (QTest::currentTestFailed())
                return;
        }
        QCOMPARE(complaints(*m_house).join(u'\n'), QString());
        QCOMPARE(endsOf(*m_house, texts), QStringList(texts.size(), end));
    }

    void theProgramMayBeKilledOnTheWire_data()
    {
        QTest::addColumn<Wire::Treatment>("treatment");
        QTest::addColumn<QString>("end");
        QTest::newRow("request half written") << Wire::Treatment::Half << u"0 unconfirmed"_s;
        QTest::newRow("request written") << Wire::Treatment::Whole << u"1 read"_s;
    }

    void theProgramMayBeKilledOnTheWire()
    {
        QFETCH(Wire::Treatment, treatment);
        QFETCH(QString, end);
        QList<Typed> texts;
        const QList<int> sizes = portions();
        for (const int size : sizes) {
            QVERIFY(m_house->relay.start());
            m_house->wire.treat(treatment);
            texts << leave(size);
            QVERIFY(comesTrue([&] { return m_house->wire.caught() == size; }));
            m_house->relay.kill();
            m_house->wire.treat(Wire::Treatment::Pass);
            QVERIFY(m_house->relay.start());
            m_house->passLeases();
            goOn();
            if (QTest::currentTestFailed())
                return;
        }
        QCOMPARE(complaints(*m_house).join(u'\n'), QString());
        QCOMPARE(endsOf(*m_house, texts), QStringList(texts.size(), end));
    }
};

CONVERSURE_TEST(RelayCrashTest)
#include "RelayCrashTest.moc"
