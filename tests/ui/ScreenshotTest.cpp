// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "UiWorld.h"
#include "ui/inbox/Composer.h"
#include "ui/inbox/InboxPage.h"
#include "ui/shell/MainWindow.h"

#include <QApplication>
#include <QDir>
#include <QPlainTextEdit>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>

using namespace conversure;
using namespace conversure::test;

namespace {

struct DemoRow {
    const char *name;
    const char *preview;
    int minutesAgo;
    int unread;
    Direction direction;
    MessageStatus status;
    ContentType type = ContentType::Text;
};

constexpr auto in = Direction::Inbound;
constexpr auto out = Direction::Outbound;

const DemoRow demoRows[] = {
    {"Layla Haddad", "هل يمكننا زيارة الشقة غداً؟ 🙏", 2, 2, in, MessageStatus::Received},
    {"Omar Al Mansoori", "Perfect, see you at 5 👍", 14, 0, in, MessageStatus::Received},
    {"Екатерина Волкова", "Пришлите, пожалуйста, планировку и стоимость обслуживания", 26, 1, in,
        MessageStatus::Received},
    {"Daniel Whitmore", "I have sent the floor plan and the payment schedule for both towers", 41, 0, out,
        MessageStatus::Read},
    {"فاطمة الزهراء", "شكراً جزيلاً", 63, 0, in, MessageStatus::Received},
    {"Priya Nair", "Photo", 95, 3, in, MessageStatus::Received, ContentType::Image},
    {"+971 50 ••• ••33", "Is this still available?", 1246, 1, in, MessageStatus::Received},
    {"Алексей Смирнов", "Спасибо! Тогда договорились на четверг", 1388, 0, out, MessageStatus::Delivered},
    {"Sofia Marchetti", "The viewing is confirmed for Thursday at 10:30", 1500, 0, out, MessageStatus::Failed},
    {"Hamad bin Rashid Al Falasi", "ما هو السعر النهائي؟", 2100, 0, in, MessageStatus::Received},
    {"Grace Okafor", "We would like to make an offer", 2900, 0, in, MessageStatus::Received},
    {"Lukas Brandt", "Voice message", 4200, 0, in, MessageStatus::Received, ContentType::Audio},
    {"Mei Tanaka", "Let me check with the owner and come back to you", 5800, 0, out, MessageStatus::Sent},
    {"نور عبد الله", "تمام، بانتظار العقد", 12000, 0, in, MessageStatus::Received},
    {"Carlos Mendes", "Thank you for your time", 23000, 0, in, MessageStatus::Received},
};

LeadRow demoLead()
{
    LeadRow lead;
    lead.id = idOf<LeadId>(2, 1);
    lead.rev = 1;
    lead.name = QStringLiteral("Layla Haddad");
    lead.maskedPhone = QStringLiteral("+971 50 ••• ••33");
    lead.status = QStringLiteral("VIEWING_SCHEDULED");
    lead.language = QStringLiteral("ar");
    lead.source = QStringLiteral("Bayut");
    lead.budget = QStringLiteral("2,400,000 AED");
    lead.propertyType = QStringLiteral("Apartment");
    lead.location = QStringLiteral("Dubai Marina, near the tram");
    lead.bedrooms = QStringLiteral("2");
    return lead;
}

void fillList(UiWorld &world)
{
    QList<feed::Change> page{demoLead()};
    int n = 0;
    for (const DemoRow &demo : demoRows) {
        ConversationRow row =
            world.conversation(++n, QString::fromUtf8(demo.name), QString::fromUtf8(demo.preview), demo.minutesAgo);
        row.inboundSeq = demo.unread;
        row.lastDirection = demo.direction;
        row.lastStatus = demo.status;
        row.lastContentType = demo.type;
        page << row;
    }
    world.inbox.applyConversationPage(page, true);
    world.inbox.setDraft(conversationId(11), QStringLiteral("Thank you! I will bring the offer form to"));
}

void fillChat(UiWorld &world)
{
    int n = 0;
    QList<MessageRow> rows;
    const auto say = [&](const char *text, Direction direction, int minutesAgo,
                         MessageStatus status = MessageStatus::Read) {
        MessageRow row = world.message(++n, 1, QString::fromUtf8(text), direction, minutesAgo);
        if (direction == out) {
            row.status = status;
            row.authorName = QStringLiteral("Sara");
        }
        rows << row;
    };
    say("Hello, I saw the two-bedroom on Bayut. Is it still available?", in, 1500);
    say("Hello Layla! Yes, it is. The owner asks 2,400,000 AED and it is vacant on transfer. Here is the listing with "
        "all "
        "photos and the floor plan: https://www.example.com/listing/DM-20417?ref=wa",
        out, 1494);
    say("Which floor?", in, 1490);
    say("And is there a parking space?", in, 1489);
    say("The 21st, with one space on P3.", out, 1480);
    say("مرحباً سارة، شكراً على المعلومات. هل الشقة مطلة على البحر؟ وما هي رسوم الخدمة السنوية تقريباً؟", in, 61);
    say("نعم، إطلالة كاملة على البحر 🌊", out, 55);
    say("الرسوم حوالي 18,500 درهم سنوياً", out, 54, MessageStatus::Delivered);
    say("Добрый день! Муж спрашивает, можно ли приехать с детьми?", in, 30);
    say("Конечно 😊", out, 24, MessageStatus::Delivered);
    say("I will send the location in a moment.", out, 23, MessageStatus::Failed);
    rows.last().errorCode = QStringLiteral("net:timeout");
    say("هل يمكننا زيارة الشقة غداً؟ 🙏", in, 3);
    say("شكراً لك", in, 2);
    world.addPage(1, rows, true);
}

} // namespace

/// Renders the window with realistic content into the directory CONVERSURE_SCREENSHOTS names, for eyes.
class ScreenshotTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_settingsFolder;

    static void shoot(QWidget &window, const QString &name)
    {
        const QString folder = qEnvironmentVariable("CONVERSURE_SCREENSHOTS");
        const QPixmap picture = window.grab();
        QVERIFY(!picture.isNull());
        if (folder.isEmpty())
            return;
        QDir().mkpath(folder);
        QVERIFY(picture.save(QDir(folder).filePath(name + QStringLiteral(".png"))));
    }

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom)); }
    void cleanupTestCase() { QLocale::setDefault(QLocale::c()); }

    void window_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<bool>("rightToLeft");
        QTest::newRow("light") << false << false;
        QTest::newRow("dark") << true << false;
        QTest::newRow("light-rtl") << false << true;
        QTest::newRow("dark-rtl") << true << true;
    }

    void window()
    {
        QFETCH(bool, dark);
        QFETCH(bool, rightToLeft);
        const QString name = QString::fromLatin1(QTest::currentDataTag());
        UiWorld world;
        QSettings settings(m_settingsFolder.filePath(name), QSettings::IniFormat);
        settings.setValue(QStringLiteral("appearance/theme"), dark ? 2 : 1);
        QApplication::setLayoutDirection(rightToLeft ? Qt::RightToLeft : Qt::LeftToRight);
        fillList(world);
        {
            ui::MainWindow window(world.models(), world.connection, settings);
            window.resize(1280, 800);
            window.show();
            using Opening = ui::OpeningPage::State;
            window.showOpening(Opening::KeyringWaits);
            shoot(window, name + QStringLiteral("-keyring-waits"));
            window.showOpening(Opening::KeyringLocked);
            shoot(window, name + QStringLiteral("-keyring-locked"));
            window.showOpening(Opening::KeyringDenied);
            shoot(window, name + QStringLiteral("-keyring-denied"));
            window.showOpening(Opening::StoreAway);
            shoot(window, name + QStringLiteral("-opening-away"));
            window.showSignIn();
            shoot(window, name + QStringLiteral("-signin"));
            window.showSignIn(QStringLiteral("Email or password is wrong. Check both and try again."));
            shoot(window, name + QStringLiteral("-signin-error"));
            window.showInbox(QStringLiteral("Sara Khan"), QStringLiteral("Marina Homes"));
            QTest::qWait(0);
            shoot(window, name + QStringLiteral("-nothing-open"));
            window.inbox().openConversation(conversationId(1));
            shoot(window, name + QStringLiteral("-loading"));
            fillChat(world);
            QTest::qWait(0);
            shoot(window, name);
            window.restoreText(conversationId(1),
                QStringLiteral("The viewing is tomorrow at 17:30.\nShall I send the location?"),
                QStringLiteral("Today's limit of 20 new leads for this number is reached. Send it tomorrow or choose "
                               "another number."));
            window.setRemembering(ui::Remembering::Nowhere);
            auto *patience = window.findChild<QTimer *>(QStringLiteral("connectionPatience"));
            QVERIFY(patience);
            patience->setInterval(0);
            auto *bar = window.findChild<QWidget *>(QStringLiteral("connectionBar"));
            world.inbox.setConnection(state::Connection::RelayAway);
            QTRY_VERIFY(bar->isVisible());
            shoot(window, name + QStringLiteral("-relay-away"));
            world.inbox.setConnection(state::Connection::StoreAway);
            QTest::qWait(0);
            shoot(window, name + QStringLiteral("-store-away"));
            world.inbox.setConnection(state::Connection::Offline);
            QTest::qWait(0);
            shoot(window, name + QStringLiteral("-refused"));
            window.resize(900, 700);
            QTest::qWait(0);
            shoot(window, name + QStringLiteral("-narrow"));
            window.inbox().toggleLeadPanel();
            QTest::qWait(0);
            shoot(window, name + QStringLiteral("-narrow-lead"));
            window.resize(600, 700);
            QTest::qWait(0);
            shoot(window, name + QStringLiteral("-stacked"));
        }
        QApplication::setLayoutDirection(Qt::LeftToRight);
        ui::applyTheme(ui::ThemeMode::Light);
    }
};

CONVERSURE_TEST(ScreenshotTest)
#include "ScreenshotTest.moc"
