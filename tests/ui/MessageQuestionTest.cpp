// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "TemplateRows.h"
#include "UiWorld.h"
#include "ui/inbox/ChatView.h"
#include "ui/inbox/Composer.h"
#include "ui/inbox/ComposerEdit.h"
#include "ui/inbox/ConsentSection.h"
#include "ui/inbox/InboxPage.h"
#include "ui/inbox/MessageQuestion.h"
#include "ui/inbox/TemplatePicker.h"
#include "ui/shell/MainWindow.h"

#include <QAccessible>
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace conversure;
using namespace conversure::test;

/// What is asked before something happens that cannot be taken back, and where the answers go.
class MessageQuestionTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<UiWorld> m_world;
    std::unique_ptr<ui::MainWindow> m_window;
    MessageRow m_mine;

    MessageRow &change(MessageStatus status, const char *code = "")
    {
        m_mine.rev += 1;
        m_mine.status = status;
        m_mine.errorCode = QLatin1StringView(code);
        m_world->add(m_mine);
        return m_mine;
    }

    ui::ChatView &chat() const { return m_window->inbox().chat(); }
    ui::MessageQuestion *question() const { return m_window->findChild<ui::MessageQuestion *>(); }
    ui::ConsentSection *consent() const { return m_window->findChild<ui::ConsentSection *>(); }

    static QPushButton *button(const QWidget *in, const char *text)
    {
        const auto all = in->findChildren<QPushButton *>();
        for (QPushButton *button : all) {
            if (button->isVisible() && button->text() == QString::fromUtf8(text))
                return button;
        }
        return nullptr;
    }

    static QString texts(const QWidget *in)
    {
        QStringList all;
        const auto labels = in->findChildren<QLabel *>();
        for (const QLabel *label : labels) {
            if (label->isVisible())
                all << label->text();
        }
        return all.join(u'\n');
    }

    void setOptedOut(const char *who)
    {
        ConversationRow row = m_world->conversation(1, QStringLiteral("Lead 1"), QStringLiteral("Hello"), 1);
        row.optedOut = QLatin1StringView(who);
        m_world->inbox.apply({row});
    }

private Q_SLOTS:
    void init()
    {
        m_window.reset();
        m_settings = std::make_unique<QSettings>(
            m_folder.filePath(QString::fromLatin1(QTest::currentTestFunction())), QSettings::IniFormat);
        m_world = std::make_unique<UiWorld>();
        m_world->addConversations(3);
        LeadRow lead;
        lead.id = idOf<LeadId>(2, 1);
        lead.rev = 1;
        lead.name = QStringLiteral("Lead 1");
        m_world->inbox.apply({lead});
        m_world->inbox.applyTemplates(allTemplates());
        m_window = std::make_unique<ui::MainWindow>(m_world->models(), m_world->connection, *m_settings);
        m_window->resize(1280, 800);
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_window->showInbox(QStringLiteral("Sara"), QStringLiteral("Marina Homes"));
        m_window->inbox().openConversation(conversationId(1));
        m_world->addPage(1, m_world->someMessages(1, 1001, 1003), true);
        m_mine = m_world->message(5000, 1, QStringLiteral("See you at five"), Direction::Outbound, 0);
        m_world->add(m_mine);
    }

    void cleanup() { m_window.reset(); }

    void whatFailedIsTriedAgainAtOnce()
    {
        change(MessageStatus::Failed, "net:refused");
        QSignalSpy retried(m_window.get(), &ui::MainWindow::retryRequested);
        chat().act(3, ui::MessageAction::TryAgain);
        QCOMPARE(retried.size(), 1);
        QCOMPARE(retried.at(0).at(0).value<MessageId>(), messageId(5000));
        QVERIFY(!question()->isVisible());
    }

    void anUnconfirmedOneOffersTwoThings()
    {
        change(MessageStatus::Unconfirmed);
        QAccessibleInterface *list = QAccessible::queryAccessibleInterface(&chat());
        QCOMPARE(list->child(3)->actionInterface()->actionNames(),
            (QStringList{QStringLiteral("Send again"), QStringLiteral("It was not sent")}));
        QVERIFY(!list->child(3)->text(QAccessible::Description).isEmpty());
    }

    void sendingAgainIsAskedFirst()
    {
        change(MessageStatus::Unconfirmed);
        QSignalSpy resent(m_window.get(), &ui::MainWindow::resendConfirmed);
        chat().setFocus();
        QTest::keyClick(&chat(), Qt::Key_Up);
        QTest::keyClick(&chat(), Qt::Key_Tab); // its first button
        QTest::keyClick(&chat(), Qt::Key_Return);
        QVERIFY(question()->isVisible());
        QVERIFY(texts(question()).contains(QStringLiteral("See you at five")));
        QVERIFY(texts(question()).contains(QStringLiteral("twice")));
        QCOMPARE(QApplication::focusWidget(), button(question(), "Cancel"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        QVERIFY(!question()->isVisible());
        QVERIFY(resent.isEmpty());
        QVERIFY(m_window->inbox().conversation() == conversationId(1)); // Esc was meant for the question
        chat().act(3, ui::MessageAction::SendAgain);
        button(question(), "Send again")->click();
        QCOMPARE(resent.size(), 1);
        QVERIFY(!question()->isVisible());
        QVERIFY(m_window->findChild<ui::ComposerEdit *>()->hasFocus());
    }

    void sayingThatItWasNotSentIsAskedFirst()
    {
        change(MessageStatus::Unconfirmed);
        QSignalSpy said(m_window.get(), &ui::MainWindow::notSentSaid);
        chat().act(3, ui::MessageAction::SayNotSent);
        QVERIFY(texts(question()).contains(QStringLiteral("tried again")));
        button(question(), "It was not sent")->click();
        QCOMPARE(said.size(), 1);
        QCOMPARE(said.at(0).at(0).value<MessageId>(), messageId(5000));
    }

    void whatMayHaveArrivedBeforeIsAskedAboutToo()
    {
        change(MessageStatus::Failed, "net:refused");
        QSignalSpy resent(m_window.get(), &ui::MainWindow::resendConfirmed);
        m_window->askInSpiteOf(m_mine.id, m_mine.conversationId, QStringLiteral("On its way already."));
        QVERIFY(texts(question()).contains(QStringLiteral("earlier try")));
        change(MessageStatus::Failed, "not_sent"); // news that change nothing
        QVERIFY(question()->isVisible());
        button(question(), "Send again")->click();
        QCOMPARE(resent.size(), 1);
        QCOMPARE(resent.at(0).at(0).value<MessageId>(), m_mine.id);

        m_window->askInSpiteOf(m_mine.id, m_mine.conversationId, QStringLiteral("On its way already."));
        change(MessageStatus::Read); // it had
        QVERIFY(!question()->isVisible());
        m_window->askInSpiteOf(m_mine.id, m_mine.conversationId, QStringLiteral("On its way already."));
        QVERIFY(!question()->isVisible());
        QVERIFY(texts(&m_window->inbox().composer()).contains(QStringLiteral("On its way already.")));
    }

    void aTickTakesTheQuestionBack()
    {
        change(MessageStatus::Unconfirmed);
        chat().act(3, ui::MessageAction::SendAgain);
        QVERIFY(question()->isVisible());
        change(MessageStatus::Delivered);
        QVERIFY(!question()->isVisible());
    }

    void anotherConversationTakesItBackToo()
    {
        change(MessageStatus::Unconfirmed);
        chat().act(3, ui::MessageAction::SendAgain);
        m_window->inbox().openConversation(conversationId(2));
        QVERIFY(!question()->isVisible());
    }

    void whatCannotBeDoneIsNotAsked()
    {
        change(MessageStatus::Delivered);
        chat().act(3, ui::MessageAction::SendAgain);
        QVERIFY(!question()->isVisible());
    }

    void aClosedWindowLeadsToTheTemplates()
    {
        change(MessageStatus::Failed, "meta:131047");
        QCOMPARE(chat().actions(3), QList<ui::MessageAction>{ui::MessageAction::UseTemplate});
        chat().act(3, ui::MessageAction::UseTemplate);
        QVERIFY(m_window->findChild<ui::TemplatePicker *>()->isVisible());
    }

    void ctrlTOpensTheTemplates()
    {
        QTest::keyClick(m_window.get(), Qt::Key_T, Qt::ControlModifier);
        auto *picker = m_window->findChild<ui::TemplatePicker *>();
        QVERIFY(picker->isVisible());
        QVERIFY(picker->isAncestorOf(QApplication::focusWidget()));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        QVERIFY(!picker->isVisible());
        QVERIFY(m_window->findChild<ui::ComposerEdit *>()->hasFocus());
        QCOMPARE(m_window->inbox().conversation(), conversationId(1));
    }

    void lastUsedTemplatesAreRemembered()
    {
        m_world->compose.templates().noteUsed(templateId(7));
        UiWorld other;
        const ui::MainWindow window(other.models(), other.connection, *m_settings);
        QCOMPARE(other.compose.templates().recent(), QList<TemplateId>{templateId(7)});
    }

    void marketingIsStoppedWithARemark()
    {
        QSignalSpy stopped(m_window.get(), &ui::MainWindow::optOutRequested);
        button(consent(), "Stop marketing…")->click();
        auto *remark = qobject_cast<QLineEdit *>(QApplication::focusWidget());
        QVERIFY(remark);
        QCOMPARE(remark->accessibleName(), QStringLiteral("Remark"));
        QTest::keyClick(remark, Qt::Key_Escape);
        QVERIFY(button(consent(), "Stop marketing…"));
        button(consent(), "Stop marketing…")->click();
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("Told me by phone"));
        button(consent(), "Stop marketing")->click();
        QCOMPARE(stopped.size(), 1);
        QCOMPARE(stopped.at(0).at(0).value<ConversationId>(), conversationId(1));
        QCOMPARE(stopped.at(0).at(1).toString(), QStringLiteral("Told me by phone"));
    }

    void liftingNeedsAReason()
    {
        setOptedOut("word");
        QVERIFY(texts(consent()).contains(QStringLiteral("wrote that marketing should stop")));
        QSignalSpy lifted(m_window.get(), &ui::MainWindow::liftRequested);
        button(consent(), "Allow marketing again…")->click();
        QVERIFY(!button(consent(), "Allow marketing")->isEnabled());
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("  "));
        QVERIFY(!button(consent(), "Allow marketing")->isEnabled());
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("Asked for the brochure"));
        button(consent(), "Allow marketing")->click();
        QCOMPARE(lifted.size(), 1);
        QCOMPARE(lifted.at(0).at(1).toString(), QStringLiteral("Asked for the brochure"));
    }

    void whatTheLeadToldWhatsAppCannotBeLifted()
    {
        setOptedOut("word");
        button(consent(), "Allow marketing again…")->click();
        setOptedOut("provider");
        QVERIFY(!button(consent(), "Allow marketing"));
        QVERIFY(!button(consent(), "Allow marketing again…"));
        QVERIFY(texts(consent()).contains(QStringLiteral("only the lead can allow it again")));
        setOptedOut("");
        QVERIFY(button(consent(), "Stop marketing…"));
    }
};

CONVERSURE_TEST(MessageQuestionTest)
#include "MessageQuestionTest.moc"
