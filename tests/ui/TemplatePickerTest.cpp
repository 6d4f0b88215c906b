// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "TemplateRows.h"
#include "UiWorld.h"
#include "ui/inbox/Composer.h"
#include "ui/inbox/ComposerEdit.h"
#include "ui/inbox/TemplateForm.h"
#include "ui/inbox/TemplateList.h"
#include "ui/inbox/TemplatePicker.h"
#include "ui/inbox/TemplatePreview.h"

#include <QAccessible>
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QToolButton>

using namespace conversure;
using namespace conversure::test;

/// Templates from the open composer, by keyboard.
class TemplatePickerTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<UiWorld> m_world;
    std::unique_ptr<ui::Composer> m_composer;
    ui::TemplatePicker *m_picker = nullptr;

    static void key(Qt::Key key) { QTest::keyClick(QApplication::focusWidget(), key); }
    static void type(const QString &text) { QTest::keyClicks(QApplication::focusWidget(), text); }

    template <class Widget>
    Widget *named(const QString &name) const
    {
        const auto all = m_composer->findChildren<Widget *>();
        for (Widget *widget : all) {
            if (widget->isVisible() && widget->accessibleName() == name)
                return widget;
        }
        return nullptr;
    }

    QLineEdit *field(const char *label) const { return named<QLineEdit>(QString::fromUtf8(label)); }
    QString preview() const
    {
        return named<ui::TemplatePreview>(QStringLiteral("Template preview"))->accessibleDescription();
    }
    QPushButton *send() const { return named<QPushButton>(QStringLiteral("Send template")); }
    bool says(const QString &words) const
    {
        const auto labels = m_picker->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(),
            [&](const QLabel *label) { return label->isVisible() && label->text().contains(words); });
    }

    /// Opens the list and takes what the words find.
    void take(const char *words)
    {
        m_composer->openTemplates();
        type(QString::fromUtf8(words));
        key(Qt::Key_Return);
    }

private Q_SLOTS:
    void init()
    {
        m_composer.reset(); // before the models it shows
        m_world = std::make_unique<UiWorld>();
        LeadRow lead;
        lead.id = idOf<LeadId>(2, 1);
        lead.rev = 1;
        lead.name = QStringLiteral("Layla Haddad");
        lead.location = QStringLiteral("Dubai Marina");
        m_world->inbox.applyConversationPage(
            {m_world->conversation(1, QStringLiteral("Layla Haddad"), QStringLiteral("Hello"), 5), lead}, true);
        m_world->inbox.applyTemplates(allTemplates());
        m_world->compose.setWriter(QStringLiteral("Sara Khan"), QStringLiteral("Marina Homes"));
        m_composer = std::make_unique<ui::Composer>(m_world->compose);
        m_composer->resize(700, 480);
        m_composer->show();
        m_composer->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_composer.get()));
        m_picker = m_composer->findChild<ui::TemplatePicker *>();
        m_world->compose.setConversation(conversationId(1));
        m_composer->setConversation(conversationId(1), {});
    }

    void aButtonBesideTheFieldOpensIt()
    {
        auto *button = named<QToolButton>(QStringLiteral("Choose a template"));
        QVERIFY(button);
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(m_picker->isVisible());
        QCOMPARE(QApplication::focusWidget(), field("Search templates"));
        QAccessibleInterface *list =
            QAccessible::queryAccessibleInterface(named<ui::TemplateList>(QStringLiteral("Templates")));
        QCOMPARE(list->childCount(), 8);
        QVERIFY(
            list->child(0)->text(QAccessible::Name).startsWith(QStringLiteral("documents_missing, English, Utility")));
    }

    void typingFindsAndArrowsWalk()
    {
        m_composer->openTemplates();
        auto *list = named<ui::TemplateList>(QStringLiteral("Templates"));
        QCOMPARE(list->current(), templateId(6));
        key(Qt::Key_Down);
        QCOMPARE(list->current(), templateId(7));
        QCOMPARE(QApplication::focusWidget(), field("Search templates"));
        type(QStringLiteral("viewing arab")); // the language by its English name is unknown here
        QVERIFY(says(QStringLiteral("No template has these words")));
        field("Search templates")->setText(QStringLiteral("العربية"));
        QCOMPARE(list->current(), templateId(3));
        QVERIFY(preview().startsWith(QStringLiteral("موعد المعاينة")));
    }

    void whatCannotBeSentIsNotTaken()
    {
        take("october");
        QVERIFY(!send());
        QVERIFY(says(QStringLiteral("Paused")));
        QVERIFY(!named<QPushButton>(QStringLiteral("Use template"))->isEnabled());
        field("Search templates")->clear();
        type(QStringLiteral("contract"));
        key(Qt::Key_Return);
        QVERIFY(!send());
        QVERIFY(says(QStringLiteral("another number")));
    }

    void fieldsComeFilledFromTheLead()
    {
        take("viewing english");
        QCOMPARE(field("Location")->text(), QStringLiteral("Dubai Marina"));
        QCOMPARE(field("First name")->text(), QStringLiteral("Layla"));
        QCOMPARE(field("Agent name")->text(), QStringLiteral("Sara Khan"));
        QCOMPARE(field("Viewing time")->text(), QString());
        QVERIFY(preview().contains(QStringLiteral("Hello Layla, this is Sara Khan")));
        QVERIFY(preview().contains(QStringLiteral("{{viewing_time}}")));
        QVERIFY(preview().contains(QStringLiteral("Call us")));
    }

    void nothingGoesUntilItIsComplete()
    {
        QSignalSpy sent(m_composer.get(), &ui::Composer::templateSendRequested);
        take("viewing english");
        QVERIFY(!send()->isEnabled());
        QVERIFY(says(QStringLiteral("Still to fill in: Viewing time, Ending of the link of “See the listing”")));
        QCOMPARE(QApplication::focusWidget(), field("Viewing time")); // the first one that is missing
        key(Qt::Key_Return);
        QVERIFY(sent.isEmpty());
        QVERIFY(says(QStringLiteral("This has to be filled in")));
        type(QStringLiteral("Thursday at 17:30"));
        QVERIFY(preview().contains(QStringLiteral("on Thursday at 17:30.")));
        key(Qt::Key_Return);
        QCOMPARE(QApplication::focusWidget(), field("Ending of the link of “See the listing”"));
        type(QStringLiteral("DM-20417"));
        QVERIFY(send()->isEnabled());
        key(Qt::Key_Return);
        QCOMPARE(sent.size(), 1);
        QCOMPARE(sent.at(0).at(0).value<ConversationId>(), conversationId(1));
        QCOMPARE(sent.at(0).at(1).value<TemplateRow>().id, templateId(1));
        const auto values = sent.at(0).at(2).value<TemplateValues>();
        QCOMPARE(
            values.value(QStringLiteral("body"), QStringLiteral("viewing_time")), QStringLiteral("Thursday at 17:30"));
        QCOMPARE(values.value(QStringLiteral("buttons"), QStringLiteral("1")), QStringLiteral("DM-20417"));
        QVERIFY(missingFields(viewingReminder(), values).isEmpty());
        QVERIFY(!m_picker->isVisible());
        QCOMPARE(m_world->compose.templates().recent().first(), templateId(1));
    }

    void tabGoesFromTheLastFieldToWhatIsMissing()
    {
        take("viewing english");
        field("Ending of the link of “See the listing”")->setFocus(Qt::TabFocusReason);
        key(Qt::Key_Tab);
        QCOMPARE(QApplication::focusWidget(), field("Viewing time"));
        type(QStringLiteral("today"));
        key(Qt::Key_Tab);
        type(QStringLiteral("x"));
        key(Qt::Key_Tab);
        QVERIFY(QApplication::focusWidget() != field("Viewing time")); // nothing is missing any more
    }

    void withNothingToFillInTwoKeysSend()
    {
        QSignalSpy sent(m_composer.get(), &ui::Composer::templateSendRequested);
        take("office");
        QVERIFY(says(QStringLiteral("Nothing has to be filled in")));
        QVERIFY(sent.isEmpty());
        QCOMPARE(QApplication::focusWidget(), send());
        key(Qt::Key_Return);
        QCOMPARE(sent.size(), 1);
    }

    void anAddressHasToBeOne()
    {
        take("brochure");
        QLineEdit *address = field("Address of the picture (https)");
        QCOMPARE(QApplication::focusWidget(), address);
        type(QStringLiteral("http://example.com/a.jpg"));
        key(Qt::Key_Tab);
        QVERIFY(says(QStringLiteral("begins with https://")));
        address->setText(QStringLiteral("https://example.com/a.jpg"));
        QVERIFY(!says(QStringLiteral("begins with https://")));
        QVERIFY(preview().startsWith(QStringLiteral("https://example.com/a.jpg")));
    }

    void whatIsKnownIsOfferedInAnyField()
    {
        m_composer->findChild<ui::ComposerEdit *>()->setPlainText(QStringLiteral("your\npassport"));
        take("documents");
        key(Qt::Key_Down);
        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        QVERIFY(menu);
        QVERIFY(menu->actions().first()->text().contains(QStringLiteral("What you typed")));
        menu->actions().first()->trigger();
        menu->close();
        QCOMPARE(field("Text 2")->text(), QStringLiteral("your passport"));
    }

    void theTextThatWentAlongIsGone()
    {
        auto *edit = m_composer->findChild<ui::ComposerEdit *>();
        edit->setPlainText(QStringLiteral("your passport"));
        take("documents");
        type(QStringLiteral("a copy of your passport"));
        key(Qt::Key_Return);
        QCOMPARE(edit->toPlainText(), QStringLiteral("your passport")); // something else was said
        take("documents");
        type(QStringLiteral("your passport"));
        QSignalSpy drafts(m_composer.get(), &ui::Composer::draftChanged);
        key(Qt::Key_Return);
        QCOMPARE(edit->toPlainText(), QString());
        m_composer->flushDraft();
        QCOMPARE(drafts.last().at(1).toString(), QString());
    }

    void escapeGoesBackStepByStep()
    {
        take("viewing english");
        key(Qt::Key_Escape);
        QVERIFY(m_picker->isVisible());
        QCOMPARE(named<ui::TemplateList>(QStringLiteral("Templates"))->current(), templateId(1));
        QCOMPARE(QApplication::focusWidget(), field("Search templates"));
        key(Qt::Key_Escape);
        QVERIFY(!m_picker->isVisible());
        QCOMPARE(QApplication::focusWidget(), m_composer->findChild<ui::ComposerEdit *>());
    }

    void whatWasFilledInIsThereAgain()
    {
        take("viewing english");
        type(QStringLiteral("Thursday"));
        named<QToolButton>(QStringLiteral("Close templates"))->click();
        QVERIFY(!m_picker->isVisible());
        m_composer->openTemplates();
        QCOMPARE(field("Viewing time")->text(), QStringLiteral("Thursday"));
    }

    void aTemplatePausedMeanwhileStopsIt()
    {
        take("office");
        QVERIFY(send()->isEnabled());
        TemplateRow row =
            plainTemplate(8, QStringLiteral("office_closed"), QStringLiteral("en"), QStringLiteral("Closed."));
        row.rev = 2;
        row.status = QStringLiteral("PAUSED");
        m_world->inbox.apply({row});
        QVERIFY(!send()->isEnabled());
        QVERIFY(says(QStringLiteral("Paused")));
        m_world->inbox.apply({feed::Gone{feed::Gone::Kind::Template, templateId(8).value, 3}});
        QVERIFY(!send()->isEnabled());
        QVERIFY(says(QStringLiteral("no longer there")));
    }

    void anEditedTemplateKeepsWhatStillFits()
    {
        take("documents");
        type(QStringLiteral("your passport"));
        TemplateRow row = plainTemplate(6, QStringLiteral("documents_missing"), QStringLiteral("en"),
            QStringLiteral("Dear {{1}}, we need {{2}} until {{3}}."));
        row.rev = 2;
        m_world->inbox.apply({row});
        QCOMPARE(field("Text 2")->text(), QStringLiteral("your passport"));
        QVERIFY(field("Text 3"));
        QVERIFY(!send()->isEnabled());
    }

    void aRefusedTemplateComesBack()
    {
        TemplateValues values;
        values.set(QStringLiteral("body"), QStringLiteral("1"), QStringLiteral("Layla"));
        values.set(QStringLiteral("body"), QStringLiteral("2"), QStringLiteral("the contract"));
        m_composer->restoreTemplate(conversationId(1), templateId(6), values, QStringLiteral("The limit is used up."));
        QVERIFY(m_picker->isVisible());
        QCOMPARE(field("Text 2")->text(), QStringLiteral("the contract"));
        QVERIFY(says(QStringLiteral("The limit is used up.")));
        QVERIFY(send()->isEnabled());
    }

    void offlineItQueues()
    {
        take("office");
        QCOMPARE(send()->text(), QStringLiteral("Send"));
        m_composer->setOffline(true);
        QCOMPARE(send()->text(), QStringLiteral("Queue"));
    }

    void everyControlHasAName()
    {
        const auto check = [this] {
            const auto widgets = m_picker->findChildren<QWidget *>();
            for (QWidget *widget : widgets) {
                if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() || qobject_cast<QScrollBar *>(widget))
                    continue;
                QAccessibleInterface *seen = QAccessible::queryAccessibleInterface(widget);
                QVERIFY2(seen && !seen->text(QAccessible::Name).isEmpty(), widget->metaObject()->className());
            }
        };
        m_composer->openTemplates();
        check();
        type(QStringLiteral("viewing english"));
        key(Qt::Key_Return);
        check();
    }

    void aNarrowOneStandsOnItsHead()
    {
        m_composer->resize(420, 480);
        m_composer->openTemplates();
        auto *list = named<ui::TemplateList>(QStringLiteral("Templates"));
        QTRY_VERIFY(!named<ui::TemplatePreview>(QStringLiteral("Template preview")));
        QVERIFY(list->width() > 380);
        type(QStringLiteral("office"));
        key(Qt::Key_Return);
        auto *shown = named<ui::TemplatePreview>(QStringLiteral("Template preview"));
        QVERIFY(shown);
        const auto *form = m_picker->findChild<ui::TemplateForm *>();
        QTRY_VERIFY(shown->mapTo(m_picker, QPoint()).y() >= form->mapTo(m_picker, QPoint()).y() + form->height());
    }
};

CONVERSURE_TEST(TemplatePickerTest)
#include "TemplatePickerTest.moc"
