// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "TemplateRows.h"
#include "UiWorld.h"
#include "ui/inbox/ChatView.h"
#include "ui/inbox/Composer.h"
#include "ui/inbox/ComposerEdit.h"
#include "ui/inbox/InboxPage.h"
#include "ui/shell/MainWindow.h"

#include <QApplication>
#include <QDir>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>

using namespace conversure;
using namespace conversure::test;

namespace {

constexpr Microseconds minute = 60'000'000;

LeadRow layla()
{
    LeadRow lead;
    lead.id = idOf<LeadId>(2, 1);
    lead.rev = 1;
    lead.name = QStringLiteral("Layla Haddad");
    lead.maskedPhone = QStringLiteral("+971 50 ••• ••33");
    lead.status = QStringLiteral("VIEWING_SCHEDULED");
    lead.language = QStringLiteral("en");
    lead.source = QStringLiteral("Bayut");
    lead.budget = QStringLiteral("2,400,000 AED");
    lead.propertyType = QStringLiteral("Apartment");
    lead.location = QStringLiteral("Dubai Marina");
    lead.bedrooms = QStringLiteral("2");
    return lead;
}

} // namespace

/// Renders what is written with, in all its states, into the directory CONVERSURE_SCREENSHOTS names, for eyes.
class ComposerScreenshotTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_settingsFolder;
    std::unique_ptr<UiWorld> m_world;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<ui::MainWindow> m_window;
    QString m_name;
    qint64 m_rev = 1000;

    void shoot(const QString &state)
    {
        for (int layer = 0; layer < 8; ++layer) // what is inside tells what is around it, one after the other
            QTest::qWait(0);
        const QString folder = qEnvironmentVariable("CONVERSURE_SCREENSHOTS");
        const QPixmap picture = m_window->grab();
        QVERIFY(!picture.isNull());
        if (folder.isEmpty())
            return;
        QDir().mkpath(folder);
        QVERIFY(picture.save(QDir(folder).filePath(QStringLiteral("%1-%2.png").arg(m_name, state))));
    }

    /// The first conversation, with so many minutes of its window left.
    ConversationRow talk(int minutesLeft)
    {
        ConversationRow row =
            m_world->conversation(1, QStringLiteral("Layla Haddad"), QStringLiteral("Which floor?"), 2);
        row.rev = ++m_rev;
        row.windowUntil = m_world->noon() + minutesLeft * minute;
        return row;
    }

    void fill()
    {
        QList<feed::Change> page{layla(), talk(1400)};
        for (int n = 2; n <= 8; ++n)
            page << m_world->conversation(
                n, QStringLiteral("Lead %1").arg(n), QStringLiteral("Is it still free?"), 300 * n);
        m_world->inbox.applyConversationPage(page, true);
        m_world->inbox.applyTemplates(allTemplates());
        m_world->compose.setWriter(QStringLiteral("Sara Khan"), QStringLiteral("Marina Homes"));
    }

    MessageRow own(int n, const QString &text, int minutesAgo, MessageStatus status)
    {
        MessageRow row = m_world->message(n, 1, text, Direction::Outbound, minutesAgo);
        row.status = status;
        row.authorName = QStringLiteral("Sara");
        return row;
    }

    void chat()
    {
        QList<MessageRow> rows;
        MessageRow made = own(1,
            QStringLiteral(
                "Your viewing in Dubai Marina\nHello Layla, this is Sara Khan of Marina Homes. We look forward to "
                "showing you the apartment on Thursday at 17:30.\nPlease bring your Emirates ID for the security "
                "desk.\nMarina Homes, ORN 12345"),
            190, MessageStatus::Read);
        made.contentType = ContentType::Template;
        made.templateName = QStringLiteral("viewing_reminder");
        MessageRow arabic =
            own(2, QStringLiteral("موعد المعاينة\nمرحباً ليلى، نذكّرك بموعد معاينة الشقة يوم الخميس.\nمارينا هومز"), 180,
                MessageStatus::Delivered);
        arabic.contentType = ContentType::Template;
        arabic.templateName = QStringLiteral("viewing_reminder");
        MessageRow twice = own(4, QStringLiteral("The parking space is on P3."), 60, MessageStatus::Delivered);
        twice.sentTwice = true;
        MessageRow failed = own(5, QStringLiteral("A new tower opens in Dubai Marina."), 30, MessageStatus::Failed);
        failed.errorCode = QStringLiteral("meta:131049");
        failed.errorDetail = {{QStringLiteral("class"), QStringLiteral("marketing_cap")},
            {QStringLiteral("retry_at"), m_world->noon() + 1410 * minute}};
        MessageRow again = own(6, QStringLiteral("I will send the location in a moment."), 20, MessageStatus::Failed);
        again.errorCode = QStringLiteral("net:refused");
        const MessageRow unknown = own(7, QStringLiteral("The viewing is on Thursday at 17:30, tower B, 21st floor."),
            4, MessageStatus::Unconfirmed);
        rows << made << arabic << m_world->message(3, 1, QStringLiteral("Which floor?"), Direction::Inbound, 120)
             << twice << failed << again << unknown;
        m_world->addPage(1, rows, true);
    }

    void limits(qint64 number, qint64 agent)
    {
        const Microseconds midnight = m_world->noon() + 12 * 60 * minute;
        m_world->compose.setLimits(
            conversationId(1), {m_world->noon(), SendQuota{20, number, midnight}, SendQuota{50, agent, midnight}});
    }

    QPushButton *button(const QString &text) const
    {
        const auto all = m_window->findChildren<QPushButton *>();
        for (QPushButton *button : all) {
            if (button->text() == text && button->isVisible())
                return button;
        }
        return nullptr;
    }

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom)); }
    void cleanupTestCase() { QLocale::setDefault(QLocale::c()); }

    void composer_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<bool>("rightToLeft");
        QTest::newRow("light") << false << false;
        QTest::newRow("dark") << true << false;
        QTest::newRow("light-rtl") << false << true;
        QTest::newRow("dark-rtl") << true << true;
    }

    void composer()
    {
        QFETCH(bool, dark);
        QFETCH(bool, rightToLeft);
        m_name = QString::fromLatin1(QTest::currentDataTag());
        m_world = std::make_unique<UiWorld>();
        m_settings = std::make_unique<QSettings>(m_settingsFolder.filePath(m_name), QSettings::IniFormat);
        m_settings->setValue(QStringLiteral("appearance/theme"), dark ? 2 : 1);
        QApplication::setLayoutDirection(rightToLeft ? Qt::RightToLeft : Qt::LeftToRight);
        fill();
        m_window = std::make_unique<ui::MainWindow>(m_world->models(), m_world->connection, *m_settings);
        m_window->resize(1280, 800);
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_window->showInbox(QStringLiteral("Sara Khan"), QStringLiteral("Marina Homes"));
        m_window->inbox().openConversation(conversationId(1));
        chat();

        limits(12, 3);
        shoot(QStringLiteral("open"));
        m_world->inbox.apply({talk(192)});
        limits(17, 3);
        shoot(QStringLiteral("closing"));
        limits(12, 50);
        shoot(QStringLiteral("limit-used"));
        limits(12, 3);

        QTest::mouseClick(m_window->inbox().chat().viewport(), Qt::LeftButton, {}, questionButton());
        shoot(QStringLiteral("question"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape); // it waits for no other
        QVERIFY(m_window->inbox().askInSpiteOf(messageId(6)));
        shoot(QStringLiteral("question-earlier"));
        button(QStringLiteral("Cancel"))->click(); // whoever writes keeps the focus

        auto *edit = m_window->findChild<ui::ComposerEdit *>();
        edit->setPlainText(QStringLiteral("Shall I keep the two-bedroom with the sea view for you until Friday?"));
        m_world->inbox.apply({talk(-192)});
        shoot(QStringLiteral("closed"));

        QTest::keyClick(m_window.get(), Qt::Key_T, Qt::ControlModifier);
        shoot(QStringLiteral("templates"));
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("offer"));
        shoot(QStringLiteral("templates-paused"));
        QApplication::focusWidget()->setProperty("text", QStringLiteral("xyz"));
        shoot(QStringLiteral("templates-none"));
        QApplication::focusWidget()->setProperty("text", QStringLiteral("viewing english"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        shoot(QStringLiteral("fields"));
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("Thursday at 17:30"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("DM-20417"));
        shoot(QStringLiteral("fields-complete"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        QApplication::focusWidget()->setProperty("text", QStringLiteral("العربية"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        shoot(QStringLiteral("fields-arabic"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        QApplication::focusWidget()->setProperty("text", QStringLiteral("brochure"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        shoot(QStringLiteral("fields-picture"));
        m_window->resize(900, 700);
        shoot(QStringLiteral("fields-narrow"));
        m_window->resize(460, 700);
        shoot(QStringLiteral("fields-phone"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        shoot(QStringLiteral("templates-phone"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        shoot(QStringLiteral("closed-phone"));
        m_window->resize(900, 700);
        shoot(QStringLiteral("closed-narrow"));
        m_window->resize(1280, 800);

        QVERIFY(button(QStringLiteral("Stop marketing…")));
        button(QStringLiteral("Stop marketing…"))->click();
        shoot(QStringLiteral("stop-marketing"));
        ConversationRow out = talk(900);
        out.optedOut = QStringLiteral("word");
        m_world->inbox.apply({out});
        shoot(QStringLiteral("opted-out"));
        button(QStringLiteral("Allow marketing again…"))->click();
        shoot(QStringLiteral("lift"));
        out = talk(900);
        out.optedOut = QStringLiteral("provider");
        m_world->inbox.apply({out});
        shoot(QStringLiteral("opted-out-provider"));
        m_window.reset();
        QApplication::setLayoutDirection(Qt::LeftToRight);
        ui::applyTheme(ui::ThemeMode::Light);
    }

private:
    QPoint questionButton() const
    {
        ui::ChatView &view = m_window->inbox().chat();
        const QRect bubble = view.bubbleRect(view.messageCount() - 1);
        const bool rightToLeft = view.layoutDirection() == Qt::RightToLeft;
        return QPoint(rightToLeft ? bubble.right() - 40 : bubble.left() + 40, bubble.bottom() - 20);
    }
};

CONVERSURE_TEST(ComposerScreenshotTest)
#include "ComposerScreenshotTest.moc"
