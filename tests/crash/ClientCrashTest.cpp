// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Audit.h"
#include "House.h"
#include "TestMain.h"

using namespace conversure;
using namespace conversure::crash_test;
using namespace Qt::StringLiterals;

/// A client is killed at every step of sending and started again, at once or when its lease is over. Whatever that was,
/// store, journal and the sandbox's record agree afterwards.
class ClientCrashTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<House> m_house;

    static std::unique_ptr<Child> start(QJsonObject orders, const QString &deadlyStep = {})
    {
        orders.insert(u"kill"_s, deadlyStep);
        return std::make_unique<Child>(u"--client"_s, orders);
    }

    static Wire::Treatment treatmentFor(const QString &step)
    {
        if (step == u"wire:half"_s)
            return Wire::Treatment::Half;
        return step == u"wire:whole"_s ? Wire::Treatment::Whole : Wire::Treatment::Pass;
    }

    /// Those of the wire are killed from here, all others by themselves.
    void endLives(const QList<Typed> &texts, const QString &step)
    {
        const Wire::Treatment treatment = treatmentFor(step);
        m_house->wire.treat(treatment);
        Children children;
        for (const Typed &typed : texts)
            children.push_back(start(m_house->clientOrders(typed.folder, {typed}), step));
        if (treatment != Wire::Treatment::Pass) {
            QVERIFY(comesTrue([&] { return m_house->wire.caught() == texts.size(); }));
            for (const auto &child : children)
                child->kill();
        }
        QVERIFY(areAll(children, &Child::wasKilled));
        m_house->wire.treat(Wire::Treatment::Pass);
    }

    /// What the next lives send comes behind in the same conversation, so it says when all before it is done.
    QList<Typed> restart(const QList<Typed> &texts)
    {
        QList<Typed> next;
        Children children;
        for (const Typed &typed : texts) {
            next << m_house->nextTyped(typed, m_house->newText(u"next"_s));
            children.push_back(start(m_house->clientOrders(typed.folder, {next.last()})));
        }
        if (!areAll(children, &Child::hasDone))
            QTest::qFail("a client does not come to its end", __FILE__, __LINE__);
        return next;
    }

    Typed newTyped(const QString &what, bool late)
    {
        return m_house->newTyped(m_house->newText(what, late), m_house->newFolder());
    }

    void hearTheRest()
    {
        QVERIFY(comesTrue([&] { return m_house->isQuiet(); }));
        QVERIFY(m_house->tellLate());
        QVERIFY(comesTrue([&] { return m_house->isQuiet(); }));
    }

private Q_SLOTS:
    void initTestCase() { m_house = std::make_unique<House>(House::SentBy::Client); }
    void cleanupTestCase() { m_house.reset(); }

    void aClientMayBeKilledAtAnyStep_data()
    {
        QTest::addColumn<QString>("step");
        QTest::addColumn<QString>("atOnce");
        QTest::addColumn<QString>("whenLeasesAreOver");
        const auto row = [](const char *name, const char *step, const char *atOnce, const char *later) {
            QTest::newRow(name) << QString::fromLatin1(step) << QString::fromLatin1(atOnce)
                                << QString::fromLatin1(later);
        };
        // Accepted by the sandbox how often, and what becomes of it.
        row("typed", "after:typed", "1 read", "1 read");
        row("reserved in the store", "after:reserve", "1 read", "0 failed"); // others were told "unconfirmed"
        row("reserved", "after:reserved", "1 read", "0 failed");
        row("posting written", "after:posting", "0 unconfirmed", "0 unconfirmed");
        row("request half written", "wire:half", "0 unconfirmed", "0 unconfirmed");
        row("request written", "wire:whole", "1 read", "1 read");
        row("answer received", "after:post", "1 read", "1 read");
        row("answered written", "after:answered", "1 read", "1 read");
        row("before confirm", "before:record", "1 read", "1 read");
        row("after confirm", "after:record", "1 read", "1 read");
    }

    void aClientMayBeKilledAtAnyStep()
    {
        QFETCH(QString, step);
        QFETCH(QString, atOnce);
        QFETCH(QString, whenLeasesAreOver);
        QList<Typed> texts;
        QList<Typed> next;
        QStringList ends;
        const QList<int> sizes = portions();
        for (const int size : sizes) {
            QList<Typed> soon;
            QList<Typed> later;
            for (int i = 0; i < size; ++i) {
                const qsizetype life = ends.size(); // of four, two are started again at once, and two hear late
                const Typed typed = newTyped(QString::fromLatin1(QTest::currentDataTag()), life % 4 < 2);
                (life % 2 == 0 ? soon : later) << typed;
                ends << (life % 2 == 0 ? atOnce : whenLeasesAreOver);
                texts << typed;
            }
            endLives(soon + later, step);
            next << restart(soon);
            m_house->passLeases();
            m_house->endLeases();
            next << restart(later);
            if (QTest::currentTestFailed())
                return;
        }
        hearTheRest();
        QCOMPARE(complaints(*m_house).join(u'\n'), QString());
        QCOMPARE(endsOf(*m_house, texts), ends);
        QCOMPARE(endsOf(*m_house, next), QStringList(next.size(), u"1 read"_s));
    }

    /// The provider has one of them, and says nothing about it.
    void onlyAPersonsWordSendsAgain()
    {
        const Typed came = newTyped(u"came"_s, true);
        const Typed lost = newTyped(u"lost"_s, false);
        const QList<Typed> both{came, lost};
        endLives({came}, u"wire:whole"_s);
        endLives({lost}, u"wire:half"_s);
        m_house->passLeases();
        m_house->endLeases();
        restart(both);
        restart(both);
        QVERIFY(comesTrue([&] { return m_house->isQuiet(); }));
        QCOMPARE(complaints(*m_house).join(u'\n'), QString());
        QCOMPARE(endsOf(*m_house, both), (QStringList{u"1 unconfirmed"_s, u"0 unconfirmed"_s}));

        Children children;
        for (const Typed &typed : both) {
            m_house->noteResend(typed);
            QJsonObject orders = m_house->clientOrders(typed.folder, {});
            orders.insert(u"again"_s, QJsonArray{typed.toJson()});
            children.push_back(start(orders));
        }
        QVERIFY(areAll(children, &Child::hasDone));
        QVERIFY(comesTrue([&] { return m_house->isQuiet(); }));
        QCOMPARE(complaints(*m_house).join(u'\n'), QString());
        QCOMPARE(endsOf(*m_house, both), (QStringList{u"2 sent"_s, u"1 read"_s}));

        const auto isKnownTwice = [&] {
            return m_house->text("select earlier_accepted::text from conversure.messages where message_id = $1::uuid",
                {store::param(came.message.value)});
        };
        QCOMPARE(isKnownTwice(), u"false"_s);
        const QList<Acceptance> tries = readRecord(m_house->recordFile()).of(came);
        QVERIFY(m_house->tell(tries[0], u"delivered"_s));
        QVERIFY(comesTrue([&] { return m_house->isQuiet(); }));
        QCOMPARE(complaints(*m_house).join(u'\n'), QString());
        QCOMPARE(isKnownTwice(), u"true"_s);
    }
};

CONVERSURE_TEST(ClientCrashTest)
#include "ClientCrashTest.moc"
