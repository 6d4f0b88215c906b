// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "TemplateRows.h"
#include "UiWorld.h"
#include "ui/inbox/ClosedPanel.h"
#include "ui/inbox/Composer.h"
#include "ui/inbox/ComposerEdit.h"
#include "ui/inbox/ComposerStrip.h"
#include "ui/inbox/TemplateCard.h"
#include "ui/inbox/TemplatePicker.h"
#include "ui/widgets/StatusNote.h"

#include <QAccessible>
#include <QApplication>
#include <QPushButton>
#include <QSignalSpy>
#include <QTimer>

using namespace conversure;
using namespace conversure::test;

namespace {

constexpr Microseconds second = 1'000'000;
constexpr Microseconds minute = 60 * second;

} // namespace

/// What is written with, while the service window is open, closes, and opens again.
class ServiceWindowTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<UiWorld> m_world;
    std::unique_ptr<ui::Composer> m_composer;
    ui::ComposerEdit *m_edit = nullptr;
    ui::ClosedPanel *m_closed = nullptr;
    ui::TemplatePicker *m_picker = nullptr;
    QTimer *m_tick = nullptr;
    qint64 m_rev = 1'000;

    ConversationRow talk(Microseconds left)
    {
        ConversationRow row = m_world->conversation(1, QStringLiteral("Layla Haddad"), QStringLiteral("Hello"), 5);
        row.rev = ++m_rev;
        row.windowUntil = m_world->clock.nowMs() * 1000 + left;
        return row;
    }

    void setLeft(Microseconds left) { m_world->inbox.apply({talk(left)}); }

    ui::StatusNote *note(const char *name) const
    {
        return m_composer->findChild<ui::StatusNote *>(QLatin1StringView(name));
    }

    /// Time goes on by what the strip waits for, as if it had waited.
    void letTimePass(qint64 ms)
    {
        m_world->clock.advance(ms);
        m_tick->start(0);
        QTRY_VERIFY(!m_tick->isActive() || m_tick->interval() > 0);
    }

    QStringList cards() const
    {
        QStringList names;
        const auto all = m_closed->findChildren<ui::TemplateCard *>();
        for (const ui::TemplateCard *card : all) {
            if (card->isVisible())
                names << card->text();
        }
        return names;
    }

private Q_SLOTS:
    void init()
    {
        m_composer.reset(); // before the models it shows
        m_world = std::make_unique<UiWorld>();
        m_world->inbox.applyConversationPage({talk(600 * minute)}, true);
        m_world->inbox.applyTemplates(allTemplates());
        m_composer = std::make_unique<ui::Composer>(m_world->compose);
        m_composer->resize(700, 300);
        m_composer->show();
        m_composer->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_composer.get()));
        m_edit = m_composer->findChild<ui::ComposerEdit *>();
        m_closed = m_composer->findChild<ui::ClosedPanel *>();
        m_picker = m_composer->findChild<ui::TemplatePicker *>();
        m_tick = m_composer->findChild<QTimer *>(QStringLiteral("composerTick"));
        m_world->compose.setConversation(conversationId(1));
        m_composer->setConversation(conversationId(1), {});
    }

    void theStripSaysHowLong()
    {
        QCOMPARE(note("windowNote")->text(), QStringLiteral("10 h left to reply"));
        QCOMPARE(note("windowNote")->tone(), ui::StatusNote::Tone::Quiet);
        setLeft(100 * minute);
        QCOMPARE(note("windowNote")->text(), QStringLiteral("1 h 40 min left to reply"));
        QCOMPARE(note("windowNote")->tone(), ui::StatusNote::Tone::Warning);
        QVERIFY(!note("windowNote")->toolTip().isEmpty());
        QAccessibleInterface *seen = QAccessible::queryAccessibleInterface(note("windowNote"));
        QCOMPARE(seen->role(), QAccessible::StaticText);
        QCOMPARE(seen->text(QAccessible::Name), note("windowNote")->text());
    }

    void theStripShowsTheTightestQuota()
    {
        QVERIFY(!note("quotaNote")->isVisible());
        const Microseconds midnight = m_world->noon() + 12 * 60 * minute;
        m_world->compose.setLimits(
            conversationId(1), {m_world->noon(), SendQuota{20, 12, midnight}, SendQuota{50, 50, midnight}});
        QVERIFY(note("quotaNote")->isVisible());
        QCOMPARE(note("quotaNote")->text(), QStringLiteral("You: 50 of 50 today"));
        QCOMPARE(note("quotaNote")->tone(), ui::StatusNote::Tone::Danger);
        QVERIFY(note("quotaNote")->toolTip().contains(QStringLiteral("12 of 20")));
    }

    void theStripSaysThatMarketingIsOver()
    {
        QVERIFY(!note("marketingNote")->isVisible());
        ConversationRow out = talk(600 * minute);
        out.optedOut = QStringLiteral("word");
        m_world->inbox.apply({out});
        QVERIFY(note("marketingNote")->isVisible());
        QVERIFY(!note("marketingNote")->toolTip().isEmpty());
        QVERIFY(m_edit->isVisible()); // answers may go
    }

    void aProviderWithoutAWindowSaysNothing()
    {
        ConversationRow free = talk(-minute);
        free.hasWindow = false;
        m_world->inbox.apply({free});
        QVERIFY(!note("windowNote")->isVisible());
        QVERIFY(m_edit->isVisible());
    }

    void theTimerRunsOnlyWhileSomebodyLooks()
    {
        setLeft(100 * minute);
        QVERIFY(m_tick->isActive());
        QCOMPARE(m_tick->timerType(), Qt::PreciseTimer);
        m_composer->hide();
        QVERIFY(!m_tick->isActive());
        m_world->clock.advance(41 * 60'000);
        m_composer->show();
        QVERIFY(m_tick->isActive());
        QCOMPARE(note("windowNote")->text(), QStringLiteral("59 min left to reply"));
    }

    void atTheSecondTheTemplatesComeAndTheTextIsKept()
    {
        m_edit->setFocus();
        QTest::keyClicks(m_edit, QStringLiteral("Shall I keep it for you?"));
        setLeft(30 * second);
        QCOMPARE(m_tick->interval(), 1'000); // the seconds are counted
        letTimePass(29'000);
        QVERIFY(m_edit->isVisible());
        QCOMPARE(note("windowNote")->text(), QStringLiteral("1 s left to reply"));
        letTimePass(999);
        QVERIFY(m_edit->isVisible());
        letTimePass(1);
        QVERIFY(!m_edit->isVisible());
        QVERIFY(m_closed->isVisible());
        QCOMPARE(m_edit->toPlainText(), QStringLiteral("Shall I keep it for you?"));
        setLeft(24 * 60 * minute);
        QVERIFY(m_edit->isVisible());
        QVERIFY(!m_closed->isVisible());
        QCOMPARE(QApplication::focusWidget(), m_edit);
        QCOMPARE(m_edit->toPlainText(), QStringLiteral("Shall I keep it for you?"));
    }

    /// Whoever goes on typing as the window closes must not press a button by it.
    void whoIsTypingPressesNothing()
    {
        QSignalSpy sent(m_composer.get(), &ui::Composer::templateSendRequested);
        m_edit->setFocus();
        QTest::keyClicks(m_edit, QStringLiteral("Hello"));
        setLeft(0);
        QCOMPARE(QApplication::focusWidget(), m_closed);
        for (const Qt::Key key : {Qt::Key_Space, Qt::Key_Return, Qt::Key_A})
            QTest::keyClick(QApplication::focusWidget(), key);
        QVERIFY(m_closed->isVisible());
        QVERIFY(!m_picker->isVisible());
        QVERIFY(sent.isEmpty());
    }

    void nothingLeavesAClosedWindow()
    {
        QSignalSpy sent(m_composer.get(), &ui::Composer::sendRequested);
        QTest::keyClicks(m_edit, QStringLiteral("Hello"));
        setLeft(0);
        Q_EMIT m_edit->submitted();
        QVERIFY(sent.isEmpty());
        QCOMPARE(m_edit->toPlainText(), QStringLiteral("Hello"));
    }

    void theClosedPanelOffersWhatCanBeSent()
    {
        setLeft(-90 * minute);
        QCOMPARE(cards(),
            (QStringList{QStringLiteral("documents_missing"), QStringLiteral("follow_up"),
                QStringLiteral("new_tower_brochure")}));
        m_world->compose.templates().noteUsed(templateId(8));
        QCOMPARE(cards().first(), QStringLiteral("office_closed"));
        ConversationRow out = talk(-90 * minute);
        out.optedOut = QStringLiteral("word");
        m_world->inbox.apply({out});
        QVERIFY(!cards().contains(QStringLiteral("new_tower_brochure"))); // marketing
        m_composer->resize(460, 300);
        QTRY_COMPARE(cards().size(), 2);
        m_world->inbox.applyTemplates({pausedOffer()});
        QVERIFY(cards().isEmpty());
    }

    void aCardLeadsToItsFields()
    {
        setLeft(-90 * minute);
        auto *card = m_closed->findChild<ui::TemplateCard *>();
        QTest::keyClick(card, Qt::Key_Return);
        QVERIFY(m_picker->isVisible());
        QVERIFY(!m_closed->isVisible());
        QVERIFY(m_picker->isAncestorOf(QApplication::focusWidget()));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape); // to the list
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        QVERIFY(m_closed->isVisible());
    }

    void everyConversationHasItsOwnState()
    {
        ConversationRow other = m_world->conversation(2, QStringLiteral("Omar"), QStringLiteral("Hi"), 9);
        m_world->inbox.apply({other});
        setLeft(-minute);
        m_composer->openTemplates();
        QVERIFY(m_picker->isVisible());
        m_world->compose.setConversation(conversationId(2));
        m_composer->setConversation(conversationId(2), {});
        QVERIFY(m_edit->isVisible());
        QVERIFY(!m_picker->isVisible());
        m_world->compose.setConversation(conversationId(1));
        m_composer->setConversation(conversationId(1), {});
        QVERIFY(m_picker->isVisible());
        m_composer->clear();
        QVERIFY(m_edit->isVisible());
    }

    void aRefusalWithoutATextKeepsTheDraft()
    {
        QTest::keyClicks(m_edit, QStringLiteral("Typed"));
        m_composer->restoreText(conversationId(1), {}, QStringLiteral("Not now."));
        QCOMPARE(m_edit->toPlainText(), QStringLiteral("Typed"));
    }
};

CONVERSURE_TEST(ServiceWindowTest)
#include "ServiceWindowTest.moc"
