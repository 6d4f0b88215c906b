// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ClientTest.h"

#include "Agency.h"
#include "TestMain.h"

#include "ClientApp.h"

#include <QAbstractItemView>
#include <QAccessible>
#include <QApplication>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>

#include <algorithm>
#include <cstdio>

using namespace conversure;
using namespace conversure::test;

namespace {

/// The widgets of the client, found as a person with a screen reader finds them: by name.
class Desk
{
public:
    template <class Widget = QWidget>
    static Widget *find(const QString &name)
    {
        for (QWidget *widget : QApplication::allWidgets()) {
            auto *typed = qobject_cast<Widget *>(widget);
            if (typed && widget->isVisible() && spokenName(widget) == name)
                return typed;
        }
        return nullptr;
    }

    static QString spokenName(QWidget *widget)
    {
        QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(widget);
        return interface ? interface->text(QAccessible::Name) : QString();
    }

    static QString connection()
    {
        QWidget *indicator = find(QStringLiteral("Connection"));
        QAccessibleInterface *interface = indicator ? QAccessible::queryAccessibleInterface(indicator) : nullptr;
        if (!interface)
            return {};
        const QString value = interface->text(QAccessible::Value);
        return value.isEmpty() ? interface->text(QAccessible::Description) : value;
    }

    static QStringList rows()
    {
        QStringList texts;
        if (auto *list = find<QAbstractItemView>(QStringLiteral("Conversations"))) {
            for (int row = 0; row < list->model()->rowCount(); ++row)
                texts << list->model()->index(row, 0).data(Qt::AccessibleTextRole).toString();
        }
        return texts;
    }

    static QStringList bubbles()
    {
        QStringList texts;
        QWidget *chat = find(QStringLiteral("Messages"));
        QAccessibleInterface *interface = chat ? QAccessible::queryAccessibleInterface(chat) : nullptr;
        for (int i = 0; interface && i < interface->childCount(); ++i)
            texts << interface->child(i)->text(QAccessible::Name);
        return texts;
    }

    static bool hasBubble(const QString &text, const QString &ending)
    {
        const QStringList all = bubbles();
        return std::any_of(all.begin(), all.end(),
            [&](const QString &bubble) { return bubble.contains(text) && bubble.endsWith(ending); });
    }

    static void signIn(const QString &email, const QString &password)
    {
        // The page comes once the keychain has said that it holds nothing.
        QTRY_VERIFY_WITH_TIMEOUT(find<QLineEdit>(QStringLiteral("Email")), 30'000);
        auto *emailEdit = find<QLineEdit>(QStringLiteral("Email"));
        auto *passwordEdit = find<QLineEdit>(QStringLiteral("Password"));
        QVERIFY(emailEdit && passwordEdit);
        emailEdit->clear();
        QTest::keyClicks(emailEdit, email);
        passwordEdit->clear();
        QTest::keyClicks(passwordEdit, password);
        QTest::keyClick(passwordEdit, Qt::Key_Return);
    }

    static void openRow(int row)
    {
        auto *list = find<QAbstractItemView>(QStringLiteral("Conversations"));
        QVERIFY(list);
        QTest::mouseClick(
            list->viewport(), Qt::LeftButton, {}, list->visualRect(list->model()->index(row, 0)).center());
    }

    static void type(const QString &text)
    {
        auto *editor = find<QPlainTextEdit>(QStringLiteral("Message"));
        QVERIFY(editor);
        QTest::keyClicks(editor, text);
        QTest::keyClick(editor, Qt::Key_Return);
    }
};

std::unique_ptr<clientapp::ClientApp> makeClient(const QString &door, const QUrl &relay, const QString &dataFolder)
{
    clientapp::Options options;
    options.database = door;
    options.relay = relay;
    options.dataFolder = dataFolder;
    options.theme = ui::ThemeMode::Light;
    auto client = std::make_unique<clientapp::ClientApp>(options, MUST(store::SqlLibrary::load()));
    client->show();
    return client;
}

} // namespace

int conversure::test::runTypist(const QStringList &arguments)
{
    const auto client = makeClient(arguments.at(0), QUrl(arguments.at(1)), arguments.at(4));
    Desk::signIn(arguments.at(2), arguments.at(3));
    if (!QTest::qWaitFor([] { return !Desk::rows().isEmpty(); }, 20'000))
        return 3;
    Desk::openRow(0);
    if (!QTest::qWaitFor([] { return !Desk::bubbles().isEmpty(); }, 20'000))
        return 4;
    std::puts("open");
    std::fflush(stdout);
    char line[8] = {};
    if (!std::fgets(line, sizeof line, stdin)) // the test says when
        return 5;
    for (const QString &text : arguments.mid(5)) {
        Desk::type(text);
        if (!QTest::qWaitFor([&] { return Desk::hasBubble(text, {}); }, 20'000))
            return 6;
    }
    std::puts("typed");
    std::fflush(stdout);
    return QApplication::exec();
}

/// The whole client in this process, against real relay, sandbox and PostgreSQL.
class ClientTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_state;
    QTemporaryDir m_data;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<RelayProgram> m_relay;
    std::unique_ptr<SandboxProgram> m_sandbox;
    std::unique_ptr<Agency> m_agency;
    std::unique_ptr<clientapp::ClientApp> m_client;

    static constexpr int patience = 30'000;
    static inline const QString lead = QStringLiteral("971502223344");

    QString statusOf(const QString &text) const
    {
        store::Connection admin = m_database->admin();
        const auto rows = MUST(
            admin.run("select string_agg(status, ',') from conversure.messages where body = $1", {store::param(text)}));
        return rows.text(0, 0);
    }

    void signIn()
    {
        m_client = makeClient(m_database->doorUrl(), m_relay->live(), m_data.path());
        Desk::signIn(m_agency->email, m_agency->password);
        QTRY_VERIFY_WITH_TIMEOUT(!Desk::rows().isEmpty(), patience);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_relay = std::make_unique<RelayProgram>(m_database->relayUrl(), m_state.path());
        QVERIFY(m_relay->start());
        m_sandbox = std::make_unique<SandboxProgram>(m_state.path());
        m_agency = std::make_unique<Agency>(*m_relay, QStringLiteral("Marina Homes"), m_sandbox->baseUrl());
        MUST(m_database->admin().script("update conversure.whatsapp_numbers set daily_limit = 1000"));
        QNetworkAccessManager network;
        QTRY_COMPARE_WITH_TIMEOUT(get(network, m_relay->handshake(m_agency->verifyToken)).first, 200, patience);
        QVERIFY(m_sandbox->start(*m_agency, m_relay->http(QStringLiteral("/api/webhooks/whatsapp")),
            {{QStringLiteral("status_delays_ms"),
                QJsonObject{{QStringLiteral("sent"), 50}, {QStringLiteral("delivered"), 150},
                    {QStringLiteral("read"), 300}}}}));
        m_sandbox->leadWrites(lead, QStringLiteral("Omar"), QStringLiteral("Is the flat free?"));
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(QStringLiteral("Is the flat free?")), QStringLiteral("received"), patience);
    }

    void cleanup() { m_client.reset(); }

    void aWrongPasswordIsOneSentence()
    {
        m_client = makeClient(m_database->doorUrl(), m_relay->live(), m_data.path());
        Desk::signIn(m_agency->email, QStringLiteral("wrong"));
        const auto sentence = [] {
            const QList<QWidget *> widgets = QApplication::allWidgets();
            return std::any_of(widgets.begin(), widgets.end(), [](QWidget *widget) {
                return widget->isVisible() && Desk::spokenName(widget).contains(QStringLiteral("do not match"));
            });
        };
        QTRY_VERIFY_WITH_TIMEOUT(sentence(), patience);
        store::Connection admin = m_database->admin();
        MUST(admin.run("delete from conversure.sign_in_buckets")); // as after the second that it has to wait
        QVERIFY(Desk::find(QStringLiteral("Conversations")) == nullptr);
        const QList<QWidget *> windows = QApplication::topLevelWidgets();
        QCOMPARE(std::count_if(windows.begin(), windows.end(), [](QWidget *widget) { return widget->isVisible(); }), 1);
    }

    void aLeadWritesAndIsAnswered()
    {
        signIn();
        QTRY_VERIFY_WITH_TIMEOUT(!Desk::rows().isEmpty(), patience);
        QTRY_COMPARE_WITH_TIMEOUT(Desk::connection(), QStringLiteral("Connected"), patience);
        QVERIFY2(Desk::rows().first().startsWith(QStringLiteral("Omar, 1 unread")), qPrintable(Desk::rows().first()));

        Desk::openRow(0);
        QTRY_VERIFY_WITH_TIMEOUT(Desk::hasBubble(QStringLiteral("Is the flat free?"), {}), patience);
        Desk::type(QStringLiteral("It is, shall we meet?"));
        QTRY_VERIFY_WITH_TIMEOUT(
            Desk::hasBubble(QStringLiteral("It is, shall we meet?"), QStringLiteral("read")), patience);
        QCOMPARE(m_sandbox->acceptedTexts().count(QStringLiteral("It is, shall we meet?")), 1);
        QCOMPARE(statusOf(QStringLiteral("It is, shall we meet?")), QStringLiteral("read"));

        m_sandbox->leadWrites(lead, QStringLiteral("Omar"), QStringLiteral("Tomorrow at five?"));
        QTRY_VERIFY_WITH_TIMEOUT(Desk::hasBubble(QStringLiteral("Tomorrow at five?"), {}), patience);
    }

    void withoutARelayItAsksTheStore()
    {
        signIn();
        QTRY_COMPARE_WITH_TIMEOUT(Desk::connection(), QStringLiteral("Connected"), patience);
        Desk::openRow(0);
        QTRY_VERIFY_WITH_TIMEOUT(!Desk::bubbles().isEmpty(), patience);
        m_relay->kill();
        QTRY_COMPARE_WITH_TIMEOUT(Desk::connection(), QStringLiteral("Relay away"), patience);
        Desk::type(QStringLiteral("sent without a relay"));
        QTRY_VERIFY_WITH_TIMEOUT(
            Desk::hasBubble(QStringLiteral("sent without a relay"), QStringLiteral("sent")), patience);
        // Another writer of the store is heard by polling.
        store::Connection relay = m_database->relay();
        const QJsonObject event{{QStringLiteral("type"), QStringLiteral("message")},
            {QStringLiteral("company_id"), m_agency->company.toString(QUuid::WithoutBraces)},
            {QStringLiteral("number_id"), m_agency->number.toString(QUuid::WithoutBraces)},
            {QStringLiteral("provider_message_id"), QStringLiteral("wamid.polled")},
            {QStringLiteral("identities"),
                QJsonArray{QJsonObject{{QStringLiteral("kind"), QStringLiteral("phone")},
                    {QStringLiteral("scope"), QString()}, {QStringLiteral("value"), u'+' + lead}}}},
            {QStringLiteral("profile_name"), QStringLiteral("Omar")},
            {QStringLiteral("content_type"), QStringLiteral("TEXT")},
            {QStringLiteral("text"), QStringLiteral("heard by polling")}, {QStringLiteral("timestamp"), 0}};
        MUST(relay.call(QLatin1StringView("relay.apply"), {store::json(QJsonArray{event})}));
        QTRY_VERIFY_WITH_TIMEOUT(Desk::hasBubble(QStringLiteral("heard by polling"), {}), patience);

        QVERIFY(m_relay->start());
        QTRY_COMPARE_WITH_TIMEOUT(Desk::connection(), QStringLiteral("Connected"), 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(
            Desk::hasBubble(QStringLiteral("sent without a relay"), QStringLiteral("read")), 60'000);
    }

    void withoutAStoreItKeepsWhatIsTyped()
    {
        signIn();
        QTRY_COMPARE_WITH_TIMEOUT(Desk::connection(), QStringLiteral("Connected"), patience);
        Desk::openRow(0);
        QTRY_VERIFY_WITH_TIMEOUT(!Desk::bubbles().isEmpty(), patience);
        const qsizetype before = Desk::bubbles().size();
        cluster().stop();
        Desk::type(QStringLiteral("typed while the store is away"));
        QTRY_VERIFY_WITH_TIMEOUT(
            Desk::hasBubble(QStringLiteral("typed while the store is away"), QStringLiteral("queued")), patience);
        QTRY_VERIFY_WITH_TIMEOUT(Desk::connection() == QStringLiteral("Store away"), patience);
        QVERIFY(Desk::bubbles().size() > before);
        MUST(cluster().startServer());
        QTRY_VERIFY_WITH_TIMEOUT(
            Desk::hasBubble(QStringLiteral("typed while the store is away"), QStringLiteral("read")), 60'000);
        QCOMPARE(m_sandbox->acceptedTexts().count(QStringLiteral("typed while the store is away")), 1);
        QTRY_COMPARE_WITH_TIMEOUT(Desk::connection(), QStringLiteral("Connected"), patience);
    }

    void aKilledClientLosesNothingTyped()
    {
        QTemporaryDir data;
        QProcess typist;
        typist.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        typist.start(QCoreApplication::applicationFilePath(),
            {QStringLiteral("--typist"), m_database->doorUrl(), m_relay->live().toString(), m_agency->email,
                m_agency->password, data.path(), QStringLiteral("typed before the kill 1"),
                QStringLiteral("typed before the kill 2")});
        QTRY_VERIFY_WITH_TIMEOUT(typist.canReadLine(), 60'000);
        QCOMPARE(typist.readLine(), QByteArray("open\n"));
        cluster().stop();
        typist.write("go\n");
        QTRY_VERIFY_WITH_TIMEOUT(typist.canReadLine(), 60'000);
        QCOMPARE(typist.readLine(), QByteArray("typed\n"));
        typist.kill();
        typist.waitForFinished();
        MUST(cluster().startServer());

        m_client = makeClient(m_database->doorUrl(), m_relay->live(), data.path());
        Desk::signIn(m_agency->email, m_agency->password);
        QTRY_COMPARE_WITH_TIMEOUT(
            m_sandbox->acceptedTexts().count(QStringLiteral("typed before the kill 2")), 1, 60'000);
        QCOMPARE(m_sandbox->acceptedTexts().count(QStringLiteral("typed before the kill 1")), 1);
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(QStringLiteral("typed before the kill 2")), QStringLiteral("read"), 60'000);
        m_client.reset(); // before its data folder goes
    }

    void signingOutForgets()
    {
        signIn();
        QTRY_VERIFY_WITH_TIMEOUT(!Desk::rows().isEmpty(), patience);
        for (QWidget *widget : QApplication::topLevelWidgets()) {
            if (auto *window = qobject_cast<ui::MainWindow *>(widget))
                Q_EMIT window->signOutRequested();
        }
        QTRY_VERIFY_WITH_TIMEOUT(Desk::find(QStringLiteral("Email")) != nullptr, patience);
        QVERIFY(Desk::find(QStringLiteral("Conversations")) == nullptr);
        store::Connection admin = m_database->admin();
        QTRY_VERIFY_WITH_TIMEOUT(
            MUST(admin.run("select count(*) from conversure.sessions where ended_at is not null")).number(0, 0) > 0,
            patience);
    }
};

CONVERSURE_TEST(ClientTest)
#include "ClientTest.moc"
