// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "UiWorld.h"
#include "ui/account/SignInPage.h"
#include "ui/inbox/ChatView.h"
#include "ui/inbox/Composer.h"
#include "ui/inbox/ComposerEdit.h"
#include "ui/inbox/ConversationList.h"
#include "ui/inbox/InboxPage.h"
#include "ui/inbox/LeadPanel.h"
#include "ui/shell/ActionTable.h"
#include "ui/shell/ConnectionIndicator.h"
#include "ui/shell/HelpSheet.h"
#include "ui/shell/MainWindow.h"
#include "ui/widgets/ElidedLabel.h"
#include "ui/widgets/NoticeBar.h"

#include <QAccessible>
#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QScreen>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>

using namespace conversure;
using namespace conversure::test;

class MainWindowTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<UiWorld> m_world;
    std::unique_ptr<ui::MainWindow> m_window;

    void makeWindow()
    {
        m_window = std::make_unique<ui::MainWindow>(m_world->models(), m_world->connection, *m_settings);
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        activate(); // shortcuts belong to the active window
    }

    void showInbox()
    {
        m_world->addConversations(10);
        m_window->showInbox(QStringLiteral("Sara"), QStringLiteral("Marina Homes"));
    }

    void activate()
    {
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }

    ui::LeadPanel *panel() const { return m_window->findChild<ui::LeadPanel *>(); }
    ui::ComposerEdit *edit() const { return m_window->findChild<ui::ComposerEdit *>(); }

private Q_SLOTS:
    void init()
    {
        m_settings = std::make_unique<QSettings>(
            m_folder.filePath(QString::fromLatin1(QTest::currentTestFunction())), QSettings::IniFormat);
        m_world = std::make_unique<UiWorld>();
        makeWindow();
    }

    void cleanup()
    {
        m_window.reset();
        m_world.reset();
        ui::applyTheme(ui::ThemeMode::Light);
    }

    void beginsWithSignIn()
    {
        QVERIFY(m_window->signInPage().isVisible());
        QVERIFY(!m_window->inbox().isVisible());
        QSignalSpy wanted(m_window.get(), &ui::MainWindow::signInRequested);
        Q_EMIT m_window->signInPage().signInRequested(QStringLiteral("a"), QStringLiteral("b"));
        QCOMPARE(wanted.size(), 1);
    }

    void openingShowsAndTells()
    {
        showInbox();
        QSignalSpy opened(m_window.get(), &ui::MainWindow::conversationOpened);
        QTest::keyClick(m_window.get(), Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened.at(0).at(0).value<ConversationId>(), conversationId(1));
        QCOMPARE(m_world->messages.conversation(), conversationId(1));
        QVERIFY(m_window->inbox().chat().isVisible());
        QTest::keyClick(m_window.get(), Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(m_world->messages.conversation(), conversationId(2));
    }

    void aTypedTextBecomesASendOfTheOpenConversation()
    {
        showInbox();
        QSignalSpy sent(m_window.get(), &ui::MainWindow::sendRequested);
        m_window->inbox().openConversation(conversationId(3));
        QTest::keyClicks(edit(), QStringLiteral("Hello"));
        QTest::keyClick(edit(), Qt::Key_Return);
        QCOMPARE(sent.size(), 1);
        QCOMPARE(sent.at(0).at(0).value<ConversationId>(), conversationId(3));
        QCOMPARE(sent.at(0).at(1).toString(), QStringLiteral("Hello"));
    }

    void whatIWriteBringsMeToTheEnd()
    {
        showInbox();
        m_window->inbox().openConversation(conversationId(1));
        m_world->addPage(1, m_world->someMessages(1, 1001, 1100), true);
        QTest::keyClick(&m_window->inbox().chat(), Qt::Key_Home);
        QVERIFY(!m_window->inbox().chat().isAtEnd());
        QTest::keyClicks(edit(), QStringLiteral("Hello"));
        QTest::keyClick(edit(), Qt::Key_Return);
        QVERIFY(m_window->inbox().chat().isAtEnd());
    }

    void seenMeansActiveAndAtTheEndForAMoment()
    {
        showInbox();
        QSignalSpy seen(m_window.get(), &ui::MainWindow::conversationSeen);
        m_window->inbox().openConversation(conversationId(1));
        QVERIFY(seen.isEmpty());
        m_world->addPage(1, m_world->someMessages(1, 1001, 1100), true);
        QVERIFY(seen.isEmpty());
        QTRY_COMPARE(seen.size(), 1);
        QCOMPARE(seen.at(0).at(0).value<ConversationId>(), conversationId(1));
        m_world->add(m_world->message(5000, 1, QStringLiteral("New"), Direction::Inbound, 0));
        QCOMPARE(seen.size(), 2);
        QTest::keyClick(&m_window->inbox().chat(), Qt::Key_Home);
        m_world->add(m_world->message(5001, 1, QStringLiteral("Newer"), Direction::Inbound, 0));
        QCOMPARE(seen.size(), 2); // it came below what is on the screen
    }

    void theTitleCountsWhoWaits()
    {
        showInbox();
        QCOMPARE(m_window->windowTitle(), QStringLiteral("Conversure"));
        ConversationRow row = m_world->conversation(4, QStringLiteral("Lead 4"), QStringLiteral("?"), 0);
        row.inboundSeq = 3;
        m_world->addConversation(row);
        QTRY_COMPARE(m_window->windowTitle(), QStringLiteral("(1) Conversure"));
    }

    void theConnectionIsNamedAndItsTextIsTheState()
    {
        auto *indicator = m_window->findChild<ui::ConnectionIndicator *>();
        QAccessibleInterface *seen = QAccessible::queryAccessibleInterface(indicator);
        QCOMPARE(seen->text(QAccessible::Name), QStringLiteral("Connection"));
        QVERIFY(seen->textInterface());
        QCOMPARE(seen->textInterface()->text(0, 99), QStringLiteral("Connected"));
        m_world->inbox.setConnection(state::Connection::StoreAway);
        QCOMPARE(seen->textInterface()->text(0, 99), m_world->connection.text());
        QVERIFY(m_world->connection.text() != QStringLiteral("Connected"));
        QVERIFY(!seen->text(QAccessible::Description).isEmpty());
    }

    void offlineTheButtonQueues()
    {
        showInbox();
        m_window->inbox().openConversation(conversationId(1));
        auto *send = m_window->inbox().composer().findChild<QPushButton *>(QStringLiteral("send"));
        QCOMPARE(send->text(), QStringLiteral("Send"));
        m_world->inbox.setConnection(state::Connection::Offline);
        QCOMPARE(send->text(), QStringLiteral("Queue"));
    }

    void thePanesFollowTheWidth()
    {
        showInbox();
        m_window->inbox().openConversation(conversationId(1));
        QTRY_COMPARE(m_window->inbox().list().parentWidget()->width(), 320);
        QTRY_COMPARE(panel()->width(), 300);
        m_window->resize(1000, 700);
        QTRY_VERIFY(!panel()->isVisible());
        QTest::keyClick(m_window.get(), Qt::Key_F4);
        QVERIFY(panel()->isVisible());
        m_window->resize(700, 700);
        QTRY_VERIFY(!m_window->inbox().list().isVisible());
        QVERIFY(m_window->inbox().chat().isVisible());
        m_window->inbox().openConversation({});
        QVERIFY(m_window->inbox().list().isVisible());
        QVERIFY(!m_window->inbox().chat().isVisible());
    }

    void f6GoesRoundThePanes()
    {
        showInbox();
        m_window->inbox().openConversation(conversationId(1));
        m_window->inbox().list().setFocus();
        QTest::keyClick(m_window.get(), Qt::Key_F6);
        QCOMPARE(QApplication::focusWidget(), &m_window->inbox().chat());
        QTest::keyClick(m_window.get(), Qt::Key_F6);
        QCOMPARE(QApplication::focusWidget(), edit());
        QTest::keyClick(m_window.get(), Qt::Key_F6, Qt::ShiftModifier);
        QCOMPARE(QApplication::focusWidget(), &m_window->inbox().chat());
    }

    void signingOutForgets()
    {
        showInbox();
        m_window->inbox().openConversation(conversationId(1));
        QTest::keyClicks(edit(), QStringLiteral("Hello"));
        m_window->showSignIn(QStringLiteral("You were signed out."));
        QVERIFY(m_window->signInPage().isVisible());
        QVERIFY(m_world->messages.conversation().isNull());
        QVERIFY(edit()->toPlainText().isEmpty());
    }

    void aNoticeReplacesTheOneBefore()
    {
        showInbox();
        const auto bars = m_window->findChildren<ui::NoticeBar *>(QStringLiteral("notice"));
        QCOMPARE(bars.size(), 1);
        m_window->showNotice(QStringLiteral("One"));
        m_window->showNotice(QStringLiteral("Two"));
        QVERIFY(bars.first()->isVisible());
        QCOMPARE(bars.first()->sentence(), QStringLiteral("Two"));
        bars.first()->findChild<QToolButton *>()->click();
        QVERIFY(!bars.first()->isVisible());
    }

    void aLongInterruptionIsExplained()
    {
        auto *bar = m_window->findChild<ui::NoticeBar *>(QStringLiteral("connectionBar"));
        auto *patience = m_window->findChild<QTimer *>(QStringLiteral("connectionPatience"));
        m_world->inbox.setConnection(state::Connection::Offline);
        QVERIFY(!patience->isActive()); // on the sign-in page nobody asks
        showInbox();
        QCOMPARE(patience->remainingTime() > 0, true);
        QVERIFY(bar->isHidden());
        patience->start(0);
        QTRY_VERIFY(bar->isVisible());
        QCOMPARE(bar->sentence(), m_world->connection.explanation());
        QVERIFY(!bar->findChild<QToolButton *>()->isVisible());
        m_window->showNotice(QStringLiteral("One"));
        QVERIFY(bar->isVisible());
        m_world->inbox.setConnection(state::Connection::RelayAway);
        QCOMPARE(bar->sentence(), m_world->connection.explanation());
        m_world->inbox.setConnection(state::Connection::Connected);
        QVERIFY(bar->isHidden());
        QVERIFY(m_window->findChild<ui::NoticeBar *>(QStringLiteral("notice"))->isVisible());
    }

    void onTheSignInPageTheInboxDoesNothing()
    {
        auto *indicator = m_window->findChild<ui::ConnectionIndicator *>();
        QVERIFY(!indicator->isVisible());
        m_window->setEmail(QStringLiteral("sara@example.com"));
        const QWidget *password = QApplication::focusWidget();
        QTest::keyClick(m_window.get(), Qt::Key_Escape);
        QTest::keyClick(m_window.get(), Qt::Key_F6);
        QCOMPARE(QApplication::focusWidget(), password);
        showInbox();
        QVERIFY(indicator->isVisible());
        m_window->showSignIn();
        QVERIFY(!indicator->isVisible());
    }

    void theFirstWindowFitsTheScreen()
    {
        QSettings empty(m_folder.filePath(QStringLiteral("empty")), QSettings::IniFormat);
        const ui::MainWindow window(m_world->models(), m_world->connection, empty);
        const QSize room = window.screen()->availableSize();
        QCOMPARE(window.size(), QSize(1280, 800).boundedTo(room - QSize(16, 48)));
    }

    void theLeadOverTheChatGoesFirst()
    {
        showInbox();
        m_window->resize(1000, 700);
        m_window->inbox().openConversation(conversationId(1));
        QTest::keyClick(m_window.get(), Qt::Key_F4);
        QVERIFY(panel()->isVisible());
        panel()->setFocus();
        QTest::keyClick(m_window.get(), Qt::Key_Escape);
        QVERIFY(!panel()->isVisible());
        QCOMPARE(QApplication::focusWidget(), edit());
        QTest::keyClick(m_window.get(), Qt::Key_F4);
        m_window->inbox().openConversation(conversationId(2));
        QVERIFY(!panel()->isVisible());
        QTest::keyClick(m_window.get(), Qt::Key_Escape);
        QCOMPARE(QApplication::focusWidget(), &m_window->inbox().list());
        m_window->resize(700, 700);
        QTRY_VERIFY(!m_window->inbox().list().isVisible());
        QCOMPARE(QApplication::focusWidget(), edit());
    }

    void aConversationThatIsGoneCannotBeWrittenTo()
    {
        showInbox();
        m_window->inbox().openConversation(conversationId(1));
        m_world->addPage(1, m_world->someMessages(1, 1001, 1010), true);
        QVERIFY(edit()->isVisible());
        m_world->inbox.apply({feed::Gone{feed::Gone::Kind::Conversation, conversationId(1).value, 1'000'000}});
        QVERIFY(!edit()->isVisible());
        QVERIFY(m_window->inbox().conversation().isNull());
        const auto says = [&](const char *sentence) {
            const auto labels = m_window->inbox().findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) {
                return label->isVisible() && label->text() == QLatin1StringView(sentence);
            });
        };
        QVERIFY(says("This conversation was given to somebody else."));
        m_window->inbox().openConversation(conversationId(2));
        QVERIFY(edit()->isVisible());
        m_window->inbox().openConversation({});
        QVERIFY(says("No conversation is open"));
    }

    void labelsAreStaticText()
    {
        showInbox();
        m_window->inbox().openConversation(conversationId(1));
        const auto labels = m_window->findChildren<ui::ElidedLabel *>();
        QVERIFY(!labels.isEmpty());
        for (ui::ElidedLabel *label : labels) {
            QAccessibleInterface *seen = QAccessible::queryAccessibleInterface(label);
            QCOMPARE(seen->role(), QAccessible::StaticText);
            QCOMPARE(seen->text(QAccessible::Name), label->text());
        }
    }

    void everyShortcutIsInTheHelpAndUsedOnce()
    {
        QSet<QKeySequence> keys;
        for (const ui::ActionDescription &action : ui::actionDescriptions()) {
            const QKeySequence key = QKeySequence::fromString(QString::fromLatin1(action.shortcut));
            QVERIFY2(!key.isEmpty() && !keys.contains(key), action.shortcut);
            keys << key;
        }
        QTest::keyClick(m_window.get(), Qt::Key_F1);
        const auto sheets = m_window->findChildren<ui::HelpSheet *>();
        QCOMPARE(sheets.size(), 1);
        QVERIFY(sheets.first()->isVisible());
        QVERIFY(!sheets.first()->isModal());
        ui::applyTheme(ui::ThemeMode::Dark);
        QCoreApplication::processEvents();
        const auto labels = sheets.first()->findChildren<QLabel *>();
        QCOMPARE(labels.at(1)->palette().color(QPalette::WindowText), ui::Theme::of(m_window->palette()).muted);
    }

    void geometryAndAppearanceAreKept()
    {
        m_settings->setValue(QStringLiteral("appearance/theme"), 2);
        m_window->resize(1100, 700);
        m_window->close();
        m_window.reset();
        m_window = std::make_unique<ui::MainWindow>(m_world->models(), m_world->connection, *m_settings);
        m_window->show();
        QCOMPARE(m_window->size(), QSize(1100, 700));
        QVERIFY(ui::Theme::of(m_window->palette()).dark);
    }

    void everyControlHasAName()
    {
        showInbox();
        m_window->inbox().openConversation(conversationId(1));
        const auto widgets = m_window->findChildren<QWidget *>();
        for (QWidget *widget : widgets) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() || qobject_cast<QScrollBar *>(widget))
                continue;
            QAccessibleInterface *seen = QAccessible::queryAccessibleInterface(widget);
            QVERIFY(seen);
            QVERIFY2(!seen->text(QAccessible::Name).isEmpty(), widget->metaObject()->className());
        }
    }
};

CONVERSURE_TEST(MainWindowTest)
#include "MainWindowTest.moc"
