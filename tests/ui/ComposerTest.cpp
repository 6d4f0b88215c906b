// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "UiWorld.h"
#include "ui/inbox/Composer.h"
#include "ui/inbox/ComposerEdit.h"
#include "ui/widgets/NoticeBar.h"

#include <QApplication>
#include <QInputMethodEvent>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTimer>

using namespace conversure;
using namespace conversure::test;

class ComposerTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<UiWorld> m_world;
    std::unique_ptr<ui::Composer> m_composer;
    ui::ComposerEdit *m_edit = nullptr;
    QPushButton *m_send = nullptr;
    ui::NoticeBar *m_error = nullptr;

    void type(const QString &text) { m_edit->insertPlainText(text); }

private Q_SLOTS:
    void init()
    {
        m_composer.reset(); // before the models it shows
        m_world = std::make_unique<UiWorld>();
        m_composer = std::make_unique<ui::Composer>(m_world->compose);
        m_composer->resize(600, 100);
        m_composer->show();
        m_edit = m_composer->findChild<ui::ComposerEdit *>();
        m_send = m_composer->findChild<QPushButton *>(QStringLiteral("send"));
        m_error = m_composer->findChild<ui::NoticeBar *>();
        m_composer->setConversation(conversationId(1), {});
    }

    void namesForScreenReaders()
    {
        QCOMPARE(m_edit->accessibleName(), QStringLiteral("Message"));
        QCOMPARE(m_send->text(), QStringLiteral("Send"));
    }

    void enterSends_data()
    {
        QTest::addColumn<Qt::KeyboardModifiers>("modifiers");
        QTest::addColumn<bool>("sends");
        QTest::newRow("Enter") << Qt::KeyboardModifiers(Qt::NoModifier) << true;
        QTest::newRow("Ctrl+Enter") << Qt::KeyboardModifiers(Qt::ControlModifier) << true;
        QTest::newRow("Shift+Enter") << Qt::KeyboardModifiers(Qt::ShiftModifier) << false;
    }

    void enterSends()
    {
        QFETCH(Qt::KeyboardModifiers, modifiers);
        QFETCH(bool, sends);
        QSignalSpy sent(m_composer.get(), &ui::Composer::sendRequested);
        type(QStringLiteral("Hello"));
        QTest::keyClick(m_edit, Qt::Key_Return, modifiers);
        QCOMPARE(sent.size(), sends ? 1 : 0);
        QCOMPARE(m_edit->toPlainText(), sends ? QString() : QStringLiteral("Hello\n"));
        if (sends) {
            QCOMPARE(sent.at(0).at(0).value<ConversationId>(), conversationId(1));
            QCOMPARE(sent.at(0).at(1).toString(), QStringLiteral("Hello"));
        }
    }

    void enterThatEndsACompositionDoesNotSend()
    {
        QSignalSpy sent(m_composer.get(), &ui::Composer::sendRequested);
        type(QStringLiteral("x"));
        QInputMethodEvent composing(QStringLiteral("に"), {});
        QApplication::sendEvent(m_edit, &composing);
        QTest::keyClick(m_edit, Qt::Key_Return);
        QVERIFY(sent.isEmpty());
        QInputMethodEvent done;
        QApplication::sendEvent(m_edit, &done);
        QTest::keyClick(m_edit, Qt::Key_Return);
        QCOMPARE(sent.size(), 1);
    }

    void blankIsNotSent()
    {
        QSignalSpy sent(m_composer.get(), &ui::Composer::sendRequested);
        type(QStringLiteral("  \n "));
        QVERIFY(!m_send->isEnabled());
        QTest::keyClick(m_edit, Qt::Key_Return);
        QVERIFY(sent.isEmpty());
    }

    void aTextStaysWithItsConversation()
    {
        QSignalSpy sent(m_composer.get(), &ui::Composer::sendRequested);
        QSignalSpy drafts(m_composer.get(), &ui::Composer::draftChanged);
        type(QStringLiteral("For one"));
        m_composer->setConversation(conversationId(2), QStringLiteral("Draft of two"));
        QCOMPARE(drafts.size(), 1);
        QCOMPARE(drafts.at(0).at(0).value<ConversationId>(), conversationId(1));
        QCOMPARE(drafts.at(0).at(1).toString(), QStringLiteral("For one"));
        QCOMPARE(m_edit->toPlainText(), QStringLiteral("Draft of two"));
        m_send->click();
        QCOMPARE(sent.at(0).at(0).value<ConversationId>(), conversationId(2));
        QCOMPARE(sent.at(0).at(1).toString(), QStringLiteral("Draft of two"));
        m_composer->setConversation(conversationId(1), QStringLiteral("something stale"));
        QCOMPARE(m_edit->toPlainText(), QStringLiteral("For one"));
    }

    void draftsAreReportedAfterAPause()
    {
        QSignalSpy drafts(m_composer.get(), &ui::Composer::draftChanged);
        type(QStringLiteral("a"));
        type(QStringLiteral("b"));
        QVERIFY(drafts.isEmpty());
        QTRY_COMPARE(drafts.size(), 1);
        QCOMPARE(drafts.at(0).at(1).toString(), QStringLiteral("ab"));
    }

    void whoNeverPausesIsSavedToo()
    {
        QSignalSpy drafts(m_composer.get(), &ui::Composer::draftChanged);
        QTimer keys;
        connect(&keys, &QTimer::timeout, this, [this] { type(QStringLiteral("a")); });
        keys.start(20);
        QTRY_VERIFY(!drafts.isEmpty());
    }

    void leavingTheFieldSavesTheDraft()
    {
        QSignalSpy drafts(m_composer.get(), &ui::Composer::draftChanged);
        type(QStringLiteral("a"));
        QFocusEvent away(QEvent::FocusOut);
        QApplication::sendEvent(m_edit, &away);
        QCOMPARE(drafts.size(), 1);
    }

    void aSentTextLeavesNoDraft()
    {
        QSignalSpy drafts(m_composer.get(), &ui::Composer::draftChanged);
        type(QStringLiteral("Hello"));
        m_send->click();
        QCOMPARE(drafts.size(), 1);
        QCOMPARE(drafts.at(0).at(1).toString(), QString());
    }

    void aRefusedTextComesBack()
    {
        type(QStringLiteral("Typed since"));
        m_composer->restoreText(conversationId(1), QStringLiteral("Refused"), QStringLiteral("The limit is reached."));
        QCOMPARE(m_edit->toPlainText(), QStringLiteral("Refused\nTyped since"));
        QCOMPARE(m_error->sentence(), QStringLiteral("The limit is reached."));
        QVERIFY(m_error->isVisible());
    }

    void aTextRefusedElsewhereWaitsThere()
    {
        QSignalSpy drafts(m_composer.get(), &ui::Composer::draftChanged);
        m_composer->restoreText(conversationId(2), QStringLiteral("Refused"), QStringLiteral("The limit is reached."));
        QCOMPARE(m_edit->toPlainText(), QString());
        QVERIFY(!m_error->isVisible());
        QCOMPARE(drafts.at(0).at(0).value<ConversationId>(), conversationId(2));
        m_composer->setConversation(conversationId(2), {});
        QCOMPARE(m_edit->toPlainText(), QStringLiteral("Refused"));
        QVERIFY(m_error->isVisible());
    }

    void aRefusalDuringSendIsNotLost()
    {
        connect(m_composer.get(), &ui::Composer::sendRequested, m_composer.get(),
            [this](ConversationId id, const QString &text) {
                m_composer->restoreText(id, text, QStringLiteral("Refused at once."));
            });
        QSignalSpy drafts(m_composer.get(), &ui::Composer::draftChanged);
        type(QStringLiteral("Hello"));
        m_send->click();
        QCOMPARE(m_edit->toPlainText(), QStringLiteral("Hello"));
        QCOMPARE(drafts.last().at(1).toString(), QStringLiteral("Hello"));
    }

    void aLateDraftDoesNotReplaceWhatIsTyped()
    {
        type(QStringLiteral("Newer"));
        m_composer->setDraft(conversationId(1), QStringLiteral("Older"));
        QCOMPARE(m_edit->toPlainText(), QStringLiteral("Newer"));
    }

    void longTextsAreCountedAndRefused()
    {
        auto *counter = m_composer->findChild<QLabel *>(QStringLiteral("counter"));
        type(QString(3500, u'x'));
        QVERIFY(!counter->isVisible());
        type(QStringLiteral("y"));
        QVERIFY(counter->isVisible());
        QVERIFY(m_send->isEnabled());
        type(QString(596, u'x'));
        QCOMPARE(m_edit->toPlainText().size(), 4097);
        QVERIFY(!m_send->isEnabled());
        QSignalSpy sent(m_composer.get(), &ui::Composer::sendRequested);
        QTest::keyClick(m_edit, Qt::Key_Return);
        QVERIFY(sent.isEmpty());
    }

    void growsFromTwoToEightLines()
    {
        const int two = m_edit->sizeHint().height();
        for (int line = 0; line < 4; ++line)
            type(QStringLiteral("line\n"));
        const int five = m_edit->sizeHint().height();
        QCOMPARE(five - two, 3 * m_edit->fontMetrics().lineSpacing());
        for (int line = 0; line < 20; ++line)
            type(QStringLiteral("line\n"));
        QCOMPARE(m_edit->sizeHint().height() - two, 6 * m_edit->fontMetrics().lineSpacing());
    }

    void directionFollowsTheText()
    {
        type(QStringLiteral("مرحباً"));
        QCOMPARE(m_edit->document()->defaultTextOption().textDirection(), Qt::RightToLeft);
        QVERIFY(m_edit->cursorRect().left() > m_edit->viewport()->width() / 2);
        m_edit->setPlainText(QStringLiteral("Hello"));
        QCOMPARE(m_edit->document()->defaultTextOption().textDirection(), Qt::LeftToRight);
    }

    void saysWhyNothingCanBeWritten()
    {
        m_composer->setDisabledReason(QStringLiteral("The lead has stopped messages."));
        QVERIFY(!m_edit->isVisible());
        QVERIFY(!m_send->isVisible());
        m_composer->setDisabledReason({});
        QVERIFY(m_edit->isVisible());
    }

    void offlineTheButtonQueues()
    {
        m_composer->setOffline(true);
        QCOMPARE(m_send->text(), QStringLiteral("Queue"));
        QCOMPARE(m_send->accessibleName(), QStringLiteral("Send"));
        m_composer->setOffline(false);
        QCOMPARE(m_send->text(), QStringLiteral("Send"));
    }
};

CONVERSURE_TEST(ComposerTest)
#include "ComposerTest.moc"
