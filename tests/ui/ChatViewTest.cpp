// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "UiWorld.h"
#include "ui/inbox/ChatView.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QMouseEvent>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QWheelEvent>

using namespace conversure;
using namespace conversure::test;

/// A shown chat over conversation 1.
class ChatViewTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<UiWorld> m_world;
    std::unique_ptr<ui::ChatView> m_view;

    void open(int messages, bool reachedStart = false)
    {
        m_world->addConversations(1);
        m_world->messages.setConversation(conversationId(1));
        if (messages > 0)
            m_world->addPage(1, m_world->someMessages(1, 1001, 1000 + messages), reachedStart);
    }

    QImage picture() const { return m_view->viewport()->grab().toImage(); }

    void wheel(int steps)
    {
        const QPointF center = m_view->viewport()->rect().center();
        QWheelEvent event(center, m_view->viewport()->mapToGlobal(center), {}, {0, 120 * steps}, Qt::NoButton,
            Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(m_view->viewport(), &event);
    }

    void click(const QPoint &point) { QTest::mouseClick(m_view->viewport(), Qt::LeftButton, Qt::NoModifier, point); }

    QAccessibleInterface *accessible() const { return QAccessible::queryAccessibleInterface(m_view.get()); }

private Q_SLOTS:
    void init()
    {
        m_world = std::make_unique<UiWorld>();
        m_view = std::make_unique<ui::ChatView>(m_world->messages);
        m_view->resize(700, 500);
        m_view->show();
        m_view->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_view.get()));
    }

    void cleanup()
    {
        m_view.reset();
        m_world.reset();
    }

    void beginsAtTheEnd()
    {
        open(200);
        QVERIFY(m_view->isAtEnd());
        QVERIFY(!m_view->bubbleRect(199).isEmpty());
        QVERIFY(m_view->bubbleRect(0).isEmpty());
    }

    void nothingMovesWhenOlderMessagesArrive()
    {
        open(200);
        wheel(10);
        QVERIFY(!m_view->isAtEnd());
        const QImage before = picture();
        m_world->addPage(1, m_world->someMessages(1, 901, 1000), false);
        QCOMPARE(m_world->messages.rowCount(), 300);
        QCOMPARE(picture(), before);
    }

    void nothingMovesWhenAMessageArrivesBelow()
    {
        open(200);
        wheel(10);
        const QImage before = picture().copy(0, 0, 700, 420); // above the button that tells of it
        m_world->add(m_world->message(5000, 1, QStringLiteral("New"), Direction::Inbound, 0));
        QCOMPARE(picture().copy(0, 0, 700, 420), before);
        auto *pill = m_view->findChild<QPushButton *>();
        QVERIFY(pill->isVisible());
        QTest::mouseClick(pill, Qt::LeftButton);
        QVERIFY(m_view->isAtEnd());
        QVERIFY(!pill->isVisible());
    }

    void theEndStaysInViewOnAppendAndResize()
    {
        open(200);
        m_world->add(m_world->message(5000, 1, QStringLiteral("New"), Direction::Inbound, 0));
        QVERIFY(m_view->isAtEnd());
        QVERIFY(!m_view->bubbleRect(200).isEmpty());
        m_view->resize(480, 400);
        QVERIFY(m_view->isAtEnd());
        QCOMPARE(m_view->bubbleRect(200).bottom() + 1, m_view->viewport()->height() - 16);
    }

    void whatAColleagueWritesMovesNothing()
    {
        open(200);
        wheel(10);
        const QImage before = picture();
        m_world->add(m_world->message(5000, 1, QStringLiteral("Theirs"), Direction::Outbound, 0));
        QVERIFY(!m_view->isAtEnd());
        QCOMPARE(picture(), before);
        m_view->goToEnd();
        m_world->add(m_world->message(5001, 1, QStringLiteral("More"), Direction::Outbound, 0));
        QVERIFY(m_view->isAtEnd());
    }

    void anInboundMessageAmongOthersIsNoticed()
    {
        open(200);
        wheel(10);
        QSignalSpy inbound(m_view.get(), &ui::ChatView::inboundAppended);
        m_world->inbox.apply({m_world->message(5000, 1, QStringLiteral("In"), Direction::Inbound, 0),
            m_world->message(5001, 1, QStringLiteral("Out"), Direction::Outbound, 0)});
        QCOMPARE(inbound.size(), 1);
        QVERIFY(m_view->findChild<QPushButton *>()->isVisible());
    }

    void screenReadersHearOfAFailureAndCanRetry()
    {
        open(60, true);
        MessageRow mine = m_world->message(5000, 1, QStringLiteral("See you"), Direction::Outbound, 0);
        m_world->add(mine);
        QAccessibleInterface *newest = accessible()->child(60);
        QVERIFY(!newest->actionInterface());
        mine.rev = 1'000'000;
        mine.status = MessageStatus::Failed;
        mine.errorCode = QStringLiteral("net:timeout");
        m_world->add(mine);
        QVERIFY(!newest->text(QAccessible::Description).isEmpty());
        QVERIFY(newest->actionInterface());
        QCOMPARE(newest->actionInterface()->actionNames(), QStringList{QStringLiteral("Try again")});
        QSignalSpy retries(m_view.get(), &ui::ChatView::actionRequested);
        newest->actionInterface()->doAction(QStringLiteral("Try again"));
        QCOMPARE(retries.size(), 1);
        QCOMPARE(retries.at(0).at(0).value<MessageId>(), messageId(5000));
    }

    void theWheelMovesByItsDistance()
    {
        open(300);
        for (int step = 0; step < 60; ++step) {
            int row = 299;
            while (m_view->bubbleRect(row).isEmpty() || m_view->bubbleRect(row).top() > 300)
                --row;
            const QRect before = m_view->bubbleRect(row);
            wheel(1);
            QCOMPARE(m_view->bubbleRect(row).top(), before.top() + 60);
        }
    }

    void scrollingPaintsWhatAFullRepaintWould()
    {
        open(200);
        wheel(3);
        wheel(-1);
        wheel(5);
        const QImage scrolled = picture();
        m_view->viewport()->update();
        QCOMPARE(picture(), scrolled);
    }

    void ofTenThousandMessagesBothEndsAreNear()
    {
        open(10'000);
        m_view->verticalScrollBar()->setValue(0);
        QVERIFY(!m_view->bubbleRect(0).isEmpty());
        QTest::keyClick(m_view.get(), Qt::Key_End);
        QVERIFY(m_view->isAtEnd());
        QVERIFY(!m_view->bubbleRect(9'999).isEmpty());
    }

    void asksForOlderOnesNearTheStart()
    {
        QSignalSpy wanted(m_view.get(), &ui::ChatView::olderWanted);
        open(100);
        QVERIFY(wanted.isEmpty());
        m_view->verticalScrollBar()->setValue(0);
        QTRY_COMPARE(wanted.size(), 1);
        m_world->addPage(1, m_world->someMessages(1, 951, 1000), true);
        m_view->verticalScrollBar()->setValue(0);
        QTest::keyClick(m_view.get(), Qt::Key_Home);
        QCOMPARE(wanted.size(), 1); // the start has been reached
    }

    void keysWalkThroughTheMessages()
    {
        open(50, true);
        m_view->setFocus();
        QTest::keyClick(m_view.get(), Qt::Key_Up);
        QCOMPARE(m_view->currentRow(), 49);
        for (int i = 0; i < 30; ++i)
            QTest::keyClick(m_view.get(), Qt::Key_Up);
        QCOMPARE(m_view->currentRow(), 19);
        QVERIFY(m_view->viewport()->rect().contains(m_view->bubbleRect(19)));
        QTest::keyClick(m_view.get(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(
            QApplication::clipboard()->text(), m_world->messages.index(19).data(models::MessageListModel::TextRole));
    }

    void pageKeysAndHomeAndEnd()
    {
        open(200, true);
        QTest::keyClick(m_view.get(), Qt::Key_PageUp);
        QVERIFY(!m_view->isAtEnd());
        QTest::keyClick(m_view.get(), Qt::Key_PageDown);
        QVERIFY(m_view->isAtEnd());
        QTest::keyClick(m_view.get(), Qt::Key_Home);
        QVERIFY(!m_view->bubbleRect(0).isEmpty());
    }

    void selectionRunsAcrossMessages()
    {
        open(50, true);
        const QRect first = m_view->bubbleRect(48);
        const QRect last = m_view->bubbleRect(49);
        QTest::mousePress(m_view->viewport(), Qt::LeftButton, {}, QPoint(first.left() + 12, first.top() + 12));
        QMouseEvent move(QEvent::MouseMove, QPointF(last.right() - 2, last.bottom() - 2),
            m_view->viewport()->mapToGlobal(QPointF(last.bottomRight())), Qt::NoButton, Qt::LeftButton, {});
        QApplication::sendEvent(m_view->viewport(), &move);
        QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, {}, last.bottomRight());
        const QString expected = m_world->messages.index(48).data(models::MessageListModel::TextRole).toString() + u'\n'
            + m_world->messages.index(49).data(models::MessageListModel::TextRole).toString();
        QCOMPARE(m_view->selectedText(), expected);
        // The selection belongs to the messages, not to the places.
        m_world->addPage(1, m_world->someMessages(1, 951, 1000), true);
        QCOMPARE(m_view->selectedText(), expected);
    }

    void aLinkOpensByMouseAndKeyboard()
    {
        open(3, true);
        m_world->add(m_world->message(5000, 1, QStringLiteral("https://example.com/listing"), Direction::Inbound, 0));
        QSignalSpy opened(m_view.get(), &ui::ChatView::linkActivated);
        const QRect bubble = m_view->bubbleRect(3);
        click(QPoint(bubble.left() + 40, bubble.top() + 16));
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened.at(0).at(0).toUrl(), QUrl(QStringLiteral("https://example.com/listing")));
        m_view->setFocus();
        QTest::keyClick(m_view.get(), Qt::Key_Up);
        QTest::keyClick(m_view.get(), Qt::Key_Tab);
        QTest::keyClick(m_view.get(), Qt::Key_Return);
        QCOMPARE(opened.size(), 2);
    }

    void aFailedMessageCanBeTriedAgain()
    {
        open(3, true);
        MessageRow failed = m_world->message(5000, 1, QStringLiteral("Mine"), Direction::Outbound, 0);
        failed.status = MessageStatus::Failed;
        failed.errorCode = QStringLiteral("net:timeout");
        m_world->add(failed);
        QVERIFY(m_world->messages.index(3).data(models::MessageListModel::CanRetryRole).toBool());
        QSignalSpy retry(m_view.get(), &ui::ChatView::actionRequested);
        m_view->setFocus();
        QTest::keyClick(m_view.get(), Qt::Key_Up);
        QTest::keyClick(m_view.get(), Qt::Key_Return);
        QCOMPARE(retry.size(), 1);
        QCOMPARE(retry.at(0).at(0).value<MessageId>(), messageId(5000));
        const QRect bubble = m_view->bubbleRect(3);
        click(QPoint(bubble.left() + 30, bubble.bottom() - 20));
        QCOMPARE(retry.size(), 2);
    }

    void aRefusedEchoGoesAgain()
    {
        open(3, true);
        MessageRow echo = m_world->message(5000, 1, QStringLiteral("Mine"), Direction::Outbound, 0);
        echo.rev = 0;
        m_world->add(echo);
        QCOMPARE(m_view->messageCount(), 4);
        m_world->inbox.withdrawEcho(messageId(5000));
        QCOMPARE(m_view->messageCount(), 3);
        QVERIFY(m_view->isAtEnd());
        picture();
    }

    void screenReadersSeeEveryMessage()
    {
        open(60, true);
        QAccessibleInterface *list = accessible();
        QVERIFY(list);
        QCOMPARE(list->role(), QAccessible::List);
        QCOMPARE(list->text(QAccessible::Name), QStringLiteral("Messages"));
        QCOMPARE(list->childCount(), 60);
        MessageRow mine = m_world->message(5000, 1, QStringLiteral("See you at five"), Direction::Outbound, 0);
        mine.status = MessageStatus::Delivered;
        m_world->add(mine);
        QCOMPARE(list->childCount(), 61);
        QAccessibleInterface *newest = list->child(60);
        QVERIFY(newest->text(QAccessible::Name).contains(QStringLiteral("See you at five")));
        QVERIFY(newest->text(QAccessible::Name).endsWith(QStringLiteral("delivered")));
        QVERIFY(!newest->state().offscreen);
        QVERIFY(list->child(0)->state().offscreen);
        QCOMPARE(newest->parent(), list);
        QCOMPARE(list->indexOfChild(newest), 60);
        const QRect rect = newest->rect();
        QCOMPARE(list->childAt(rect.center().x(), rect.center().y()), newest);
    }

    void everyStateHasAFace()
    {
        m_world->addConversations(1);
        const QImage nothing = picture();
        m_world->messages.setConversation(conversationId(1));
        const QImage loading = picture();
        QVERIFY(loading != nothing);
        m_world->addPage(1, {}, true);
        const QImage empty = picture();
        QVERIFY(empty != loading);
        QVERIFY(empty != nothing);
    }
};

CONVERSURE_TEST(ChatViewTest)
#include "ChatViewTest.moc"
