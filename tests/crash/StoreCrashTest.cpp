// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Audit.h"
#include "House.h"
#include "TestMain.h"

#include <csignal>

using namespace conversure;
using namespace conversure::crash_test;
using namespace Qt::StringLiterals;

/// PostgreSQL is killed while clients and relay are sending, and started again. They recover by themselves, within the
/// lease: all of it is sent, once.
class StoreCrashTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<House> m_house;
    int m_deaths = 0;

    /// In turn with all of its processes at once, and its first one alone.
    void killStore() { m_house->killStore(++m_deaths % 2 == 1 ? SIGQUIT : SIGKILL); }

    /// What one desktop sends: two conversations, two texts each.
    QList<Typed> newTexts(const QString &folder)
    {
        const QString what = QString::fromLatin1(QTest::currentDataTag());
        const Typed one = m_house->newTyped(m_house->newText(what), folder);
        const Typed two = m_house->newTyped(m_house->newText(what), folder);
        return {
            one, two, m_house->nextTyped(one, m_house->newText(what)), m_house->nextTyped(two, m_house->newText(what))};
    }

    qsizetype accepted() const { return readRecord(m_house->recordFile()).accepted.size(); }

    /// Until the moment in which the store is to die.
    bool hasBegun(const Children &children, const QString &step, qsizetype acceptedBefore) const
    {
        if (step.isEmpty())
            return accepted() > acceptedBefore + 2;
        return std::all_of(children.begin(), children.end(), [](const auto &child) { return child->hasPaused(); });
    }

private Q_SLOTS:
    void initTestCase() { m_house = std::make_unique<House>(House::SentBy::Client); }
    void cleanupTestCase() { m_house.reset(); }

    void theStoreMayDieWhileClientsSend_data()
    {
        QTest::addColumn<QString>("step");
        QTest::newRow("somewhere") << QString();
        QTest::newRow("before reserving") << u"before:reserve"_s;
        QTest::newRow("reserved") << u"after:reserve"_s;
        QTest::newRow("posting written") << u"after:posting"_s;
        QTest::newRow("answered written") << u"before:record"_s;
        QTest::newRow("after confirm") << u"after:record"_s;
    }

    void theStoreMayDieWhileClientsSend()
    {
        QFETCH(QString, step);
        QList<Typed> texts;
        const QList<int> sizes = portions();
        for (const int size : sizes) {
            const qsizetype before = accepted();
            Children children;
            for (int i = 0; i < size; ++i) {
                const QList<Typed> mine = newTexts(m_house->newFolder());
                QJsonObject orders = m_house->clientOrders(mine[0].folder, mine);
                orders.insert(u"pause"_s, step);
                children.push_back(std::make_unique<Child>(u"--client"_s, orders));
                texts << mine;
            }
            QVERIFY(comesTrue([&] { return hasBegun(children, step, before); }));
            killStore();
            for (const auto &child : children)
                child->goOn();
            m_house->startStore();
            QVERIFY(areAll(children, &Child::hasDone));
        }
        QVERIFY(comesTrue([&] { return m_house->isQuiet(); }));
        QCOMPARE(complaints(*m_house).join(u'\n'), QString());
        QCOMPARE(endsOf(*m_house, texts), QStringList(texts.size(), u"1 read"_s));
    }

    void theStoreMayDieWhileARelaySends()
    {
        m_house->sendBy(House::SentBy::Relay);
        QList<Typed> texts;
        const QList<int> sizes = portions();
        for (const int size : sizes) {
            m_house->wire.treat(Wire::Treatment::Whole);
            for (int i = 0; i < size; ++i)
                texts << m_house->leave(m_house->newText(u"by the relay"_s));
            QVERIFY(comesTrue([&] { return m_house->wire.caught() == size; }));
            killStore();
            m_house->wire.letGo();
            m_house->startStore();
            QVERIFY(comesTrue([&] { return m_house->isQuiet(); }));
        }
        QCOMPARE(complaints(*m_house).join(u'\n'), QString());
        QCOMPARE(endsOf(*m_house, texts), QStringList(texts.size(), u"1 read"_s));
    }
};

CONVERSURE_TEST(StoreCrashTest)
#include "StoreCrashTest.moc"
