// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "UiWorld.h"
#include "ui/inbox/ConversationDelegate.h"
#include "ui/inbox/ConversationList.h"

#include <QAccessible>
#include <QApplication>
#include <QImage>
#include <QMouseEvent>
#include <QScrollBar>
#include <QSignalSpy>

using namespace conversure;
using namespace conversure::test;

class ConversationListTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<UiWorld> m_world;
    std::unique_ptr<ui::ConversationList> m_list;

    void movePointer(const QPoint &point)
    {
        QMouseEvent move(
            QEvent::MouseMove, point, m_list->viewport()->mapToGlobal(point), Qt::NoButton, Qt::NoButton, {});
        QApplication::sendEvent(m_list->viewport(), &move);
    }

    void leave()
    {
        QEvent event(QEvent::Leave);
        QApplication::sendEvent(m_list->viewport(), &event);
    }

    QString nameAt(int row) const { return m_world->conversations.index(row).data().toString(); }

    void bump(int n)
    {
        ConversationRow row =
            m_world->conversation(n, QStringLiteral("Lead %1").arg(n), QStringLiteral("New text"), -1);
        row.inboundSeq = 1;
        m_world->addConversation(row);
    }

private Q_SLOTS:
    void init()
    {
        m_world = std::make_unique<UiWorld>();
        m_world->addConversations(30);
        m_list = std::make_unique<ui::ConversationList>(m_world->conversations);
        m_list->resize(320, 600);
        m_list->show();
        m_list->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_list.get()));
    }

    void cleanup()
    {
        m_list.reset();
        m_world.reset();
    }

    void aNewMessageMovesTheRowUp()
    {
        bump(5);
        QCOMPARE(nameAt(0), QStringLiteral("Lead 5"));
    }

    void nothingJumpsUnderTheMouse()
    {
        movePointer({100, 100});
        movePointer({100, 102});
        bump(5);
        QCOMPARE(nameAt(0), QStringLiteral("Lead 1"));
        QCOMPARE(nameAt(1), QStringLiteral("Lead 2"));
        leave();
        QCOMPARE(nameAt(0), QStringLiteral("Lead 5"));
    }

    void aPointerThatRestsLetsGo()
    {
        auto *rest = m_list->findChild<QTimer *>(QStringLiteral("pointerRest"));
        QVERIFY(rest->interval() >= 30'000);
        rest->setInterval(50);
        movePointer({100, 100});
        bump(5);
        QCOMPARE(nameAt(0), QStringLiteral("Lead 1"));
        QTRY_COMPARE(nameAt(0), QStringLiteral("Lead 5"));
    }

    void anotherWindowLetsGo()
    {
        movePointer({100, 100});
        bump(5);
        QCOMPARE(nameAt(0), QStringLiteral("Lead 1"));
        QWidget other;
        other.show();
        other.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&other));
        QTRY_COMPARE(nameAt(0), QStringLiteral("Lead 5"));
    }

    void aPressHoldsForAMoment()
    {
        QTest::mouseClick(m_list->viewport(), Qt::LeftButton, {}, {100, 100});
        leave();
        bump(5);
        QCOMPARE(nameAt(0), QStringLiteral("Lead 1"));
        QTRY_COMPARE(nameAt(0), QStringLiteral("Lead 5"));
    }

    void theKeyboardBeginsAtTheFirstRow()
    {
        QCOMPARE(m_list->currentIndex().row(), 0);
        QVERIFY(m_list->selectionModel()->selectedIndexes().isEmpty());
        QVERIFY(m_list->selected().isNull());
    }

    void theToolTipNamesTheNumber()
    {
        const QString tip = ui::ConversationDelegate::toolTipText(m_world->conversations.index(0));
        QCOMPARE(tip, QStringLiteral("<qt>Lead 1<br>Marina sales</qt>"));
    }

    void aPressedButtonHolds()
    {
        QTest::mousePress(m_list->viewport(), Qt::LeftButton, {}, {100, 100});
        bump(5);
        QCOMPARE(nameAt(0), QStringLiteral("Lead 1"));
        QTest::mouseRelease(m_list->viewport(), Qt::LeftButton, {}, {100, 100});
        QCOMPARE(m_list->selected(), conversationId(2));
    }

    void aClickOpens()
    {
        QSignalSpy opened(m_list.get(), &ui::ConversationList::conversationActivated);
        QTest::mouseClick(m_list->viewport(), Qt::LeftButton, {}, {100, 68 * 3 + 20});
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened.at(0).at(0).value<ConversationId>(), conversationId(4));
    }

    void arrowsMoveAndEnterOpens()
    {
        QSignalSpy opened(m_list.get(), &ui::ConversationList::conversationActivated);
        m_list->setFocus();
        m_list->setCurrentIndex(m_world->conversations.index(0));
        QTest::keyClick(m_list.get(), Qt::Key_Down);
        QTest::keyClick(m_list.get(), Qt::Key_Down);
        QVERIFY(opened.isEmpty());
        QTest::keyClick(m_list.get(), Qt::Key_Return);
        QCOMPARE(opened.size(), 1);
        QCOMPARE(m_list->selected(), conversationId(3));
    }

    void neighboursAndUnreadNeighbours()
    {
        QSignalSpy opened(m_list.get(), &ui::ConversationList::conversationActivated);
        m_list->openNeighbour(1, false);
        QCOMPARE(m_list->selected(), conversationId(1));
        m_list->openNeighbour(1, false);
        QCOMPARE(m_list->selected(), conversationId(2));
        m_list->openNeighbour(-1, false);
        QCOMPARE(m_list->selected(), conversationId(1));
        ConversationRow row = m_world->conversation(7, QStringLiteral("Lead 7"), QStringLiteral("?"), 7);
        row.inboundSeq = 2;
        m_world->addConversation(row);
        m_list->openNeighbour(1, true);
        QCOMPARE(m_list->selected(), conversationId(7));
        QCOMPARE(opened.size(), 4);
    }

    void theSelectionFollowsItsConversation()
    {
        m_list->select(conversationId(5));
        bump(9);
        const QModelIndexList selected = m_list->selectionModel()->selectedIndexes();
        QCOMPARE(selected.size(), 1);
        QCOMPARE(selected.first().data().toString(), QStringLiteral("Lead 5"));
    }

    void screenReadersHearWholeSentences()
    {
        bump(5);
        QAccessibleInterface *list = QAccessible::queryAccessibleInterface(m_list.get());
        QCOMPARE(list->text(QAccessible::Name), QStringLiteral("Conversations"));
        QAccessibleInterface *row = list->child(0);
        QVERIFY(row);
        const QString sentence = row->text(QAccessible::Name);
        QVERIFY2(sentence.startsWith(QStringLiteral("Lead 5, 1 unread")), qPrintable(sentence));
    }

    void theWindowChipIsShort()
    {
        constexpr qint64 minute = 60LL * 1'000'000;
        const qint64 now = m_world->noon();
        QCOMPARE(ui::windowChipText(0, now), QString());
        QCOMPARE(ui::windowChipText(now + 300 * minute, now), QString());
        QCOMPARE(ui::windowChipText(now + 190 * minute, now), QStringLiteral("3 h"));
        QCOMPARE(ui::windowChipText(now + 41 * minute, now), QStringLiteral("41 min"));
        QCOMPARE(ui::windowChipText(now + minute / 2, now), QStringLiteral("1 min"));
        QCOMPARE(ui::windowChipText(now - 2 * minute, now), QString());
    }

    void aRowLooksTheSameFromTheCache()
    {
        const QImage first = m_list->viewport()->grab().toImage();
        QCOMPARE(m_list->viewport()->grab().toImage(), first);
        bump(30);
        QVERIFY(m_list->viewport()->grab().toImage() != first);
    }
};

CONVERSURE_TEST(ConversationListTest)
#include "ConversationListTest.moc"
