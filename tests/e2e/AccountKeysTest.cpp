// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Agency.h"
#include "Hands.h"
#include "TestMain.h"

#include "ClientApp.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QLabel>

using namespace conversure;
using namespace conversure::test;

/// An admin's dialogs about people and keys, from the menu to the store and back: the whole client in this process.
class AccountKeysTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_state;
    QTemporaryDir m_data;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<RelayProgram> m_relay;
    std::unique_ptr<Agency> m_agency;
    std::unique_ptr<clientapp::ClientApp> m_client;
    QString m_boss;

    static constexpr int patience = 30'000;
    static inline const QString password = QStringLiteral("the boss's own words");

    static ui::MainWindow &window()
    {
        for (QWidget *widget : QApplication::topLevelWidgets()) {
            if (auto *found = qobject_cast<ui::MainWindow *>(widget))
                return *found;
        }
        qFatal("no window");
    }

    static bool says(const QString &part)
    {
        const auto labels = window().findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(),
            [&part](const QLabel *label) { return label->isVisible() && label->text().contains(part); });
    }

    static QStringList rows(const QString &list)
    {
        QStringList texts;
        if (auto *view = named<QAbstractItemView>(window(), list)) {
            for (int row = 0; row < view->model()->rowCount(); ++row)
                texts << view->model()->index(row, 0).data(Qt::AccessibleTextRole).toString();
        }
        return texts;
    }

    static void choose(const QString &list, const QString &beginning)
    {
        const QStringList all = rows(list);
        auto *view = named<QAbstractItemView>(window(), list);
        for (int row = 0; row < all.size(); ++row) {
            if (all.at(row).startsWith(beginning))
                view->setCurrentIndex(view->model()->index(row, 0));
        }
    }

    void start(const QString &link = {})
    {
        clientapp::Options options;
        options.joinLink = link;
        options.database = m_database->doorUrl();
        options.relay = m_relay->live();
        options.dataFolder = m_data.path();
        options.theme = ui::ThemeMode::Light;
        options.useKeychain = false;
        MUST(m_database->admin().run("delete from conversure.sign_in_buckets"));
        m_client = std::make_unique<clientapp::ClientApp>(options, MUST(store::SqlLibrary::load()));
        m_client->show();
    }

    void signIn()
    {
        start();
        QTRY_VERIFY_WITH_TIMEOUT(line(window(), "Email"), patience);
        type(window(), "Email", m_boss);
        type(window(), "Password", password);
        button(window(), "Sign in")->click();
        QTRY_VERIFY_WITH_TIMEOUT(named<QWidget>(window(), QStringLiteral("Conversations")), patience);
    }

    static void openFromMenu(ui::AccountAction action) { Q_EMIT window().accountActionChosen(action); }

private Q_SLOTS:
    void initTestCase()
    {
        m_database = std::make_unique<Database>();
        m_relay = std::make_unique<RelayProgram>(m_database->relayUrl(), m_state.path());
        QVERIFY(m_relay->start());
        m_agency = std::make_unique<Agency>(*m_relay, QStringLiteral("Marina Homes"));
        m_boss = QStringLiteral("boss.of.%1@example.com").arg(m_agency->phoneNumberId);
        const QJsonObject made =
            m_relay->command({QStringLiteral("create-user"), QStringLiteral("--company"),
                                 m_agency->company.toString(QUuid::WithoutBraces), QStringLiteral("--email"), m_boss,
                                 QStringLiteral("--name"), QStringLiteral("Boss"), QStringLiteral("--role"),
                                 QStringLiteral("COMPANY_ADMIN"), QStringLiteral("--password-stdin")},
                password.toUtf8() + '\n');
        QCOMPARE(made[QStringLiteral("exit")].toInt(), 0);
        const QByteArray delivery = m_agency->textDelivery(
            QStringLiteral("971500000077"), QStringLiteral("wamid.keys"), QStringLiteral("Is it still free?"));
        QNetworkAccessManager network;
        QTRY_COMPARE_WITH_TIMEOUT(
            post(network, m_relay->http(QStringLiteral("/api/webhooks/whatsapp")), delivery, m_agency->sign(delivery)),
            200, patience);
        store::Connection admin = m_database->admin();
        QTRY_COMPARE(MUST(admin.run("update conversure.conversations c set assignee_id = u.user_id from "
                                    "conversure.users u where u.company_id = c.company_id and u.role = 'AGENT'"))
                         .affected(),
            1);
    }

    void cleanup() { m_client.reset(); }

    void theRelayIsListedWithItsFingerprint()
    {
        signIn();
        openFromMenu(ui::AccountAction::Relays);
        QTRY_COMPARE_WITH_TIMEOUT(rows(QStringLiteral("Relays")).size(), 1, patience);
        // The company's founder: its key is the root.
        QVERIFY2(rows(QStringLiteral("Relays")).first().contains(QStringLiteral("Authorized")),
            qPrintable(rows(QStringLiteral("Relays")).first()));
        const QString fingerprint =
            m_relay->command({QStringLiteral("key"), QStringLiteral("show")})[QStringLiteral("fingerprint")].toString();
        QVERIFY(!fingerprint.isEmpty());
        QVERIFY(rows(QStringLiteral("Relays")).first().contains(fingerprint));
    }

    void whoHasGoneLeavesNothingBehind()
    {
        signIn();
        openFromMenu(ui::AccountAction::People);
        QTRY_COMPARE_WITH_TIMEOUT(rows(QStringLiteral("People")).size(), 2, patience);
        choose(QStringLiteral("People"), QStringLiteral("Agent"));
        button(window(), "Deactivate…")->click();
        button(window(), "Deactivate")->click();
        // The tokens that the agent may have read come by themselves.
        QTRY_COMPARE_WITH_TIMEOUT(rows(QStringLiteral("Tokens to renew")).size(), 1, patience);
        const QString tokens = rows(QStringLiteral("Tokens to renew")).first();
        QVERIFY2(tokens.contains(QStringLiteral("Sales")) && tokens.contains(QStringLiteral("access token")),
            qPrintable(tokens));
        QVERIFY(says(QStringLiteral("Agent may have read these")));
        button(window(), "Renew the data key")->click();
        QTRY_VERIFY_WITH_TIMEOUT(says(QStringLiteral("The company has a new data key.")), patience);
        store::Connection admin = m_database->admin();
        QCOMPARE(MUST(admin.run("select max(key_version) from conversure.vault_manifests")).number(0, 0), 2);
        QWidget *tokensList = named<QAbstractItemView>(window(), QStringLiteral("Tokens to renew"));
        tokensList->window()->close();

        QTRY_VERIFY_WITH_TIMEOUT(named<QComboBox>(window(), QStringLiteral("Give to")), patience);
        auto *heirs = named<QComboBox>(window(), QStringLiteral("Give to"));
        heirs->setCurrentIndex(heirs->findText(QStringLiteral("Boss")));
        button(window(), "Hand over")->click();
        QTRY_VERIFY_WITH_TIMEOUT(says(QStringLiteral("One open conversation went from Agent to Boss.")), patience);
        QTRY_VERIFY_WITH_TIMEOUT(!named<QComboBox>(window(), QStringLiteral("Give to")), patience);
        QCOMPARE(MUST(admin.run("select u.name from conversure.conversations c join conversure.users u on "
                                "u.company_id = c.company_id and u.user_id = c.assignee_id"))
                     .text(0, 0),
            QStringLiteral("Boss"));
    }

    /// The account is there, but its first sign-in has to wait: for as long as the page says.
    void whoJoinsAndHasToWaitSeesTheTimeLeft()
    {
        signIn();
        openFromMenu(ui::AccountAction::Invite);
        QTRY_VERIFY_WITH_TIMEOUT(line(window(), "Name"), patience);
        type(window(), "Name", QStringLiteral("Omar"));
        button(window(), "Create the link")->click();
        QTRY_VERIFY_WITH_TIMEOUT(line(window(), "Link"), patience);
        const QString link = line(window(), "Link")->text();
        m_client.reset();

        const QString email = QStringLiteral("omar.of.%1@example.com").arg(m_agency->phoneNumberId);
        start(link);
        QTRY_VERIFY_WITH_TIMEOUT(line(window(), "Your name"), patience);
        type(window(), "Email", email);
        type(window(), "Password", QStringLiteral("omar's own words"));
        type(window(), "Repeat the password", QStringLiteral("omar's own words"));
        MUST(m_database->admin().run(
            "insert into conversure.sign_in_buckets (kind, key, tries, since, last_at, next_at) select 'account', "
            "encode(sha256(convert_to($1, 'UTF8')), 'hex'), 9, at, at, at + interval '299 s' from conversure.now() at",
            {store::param(email)}));
        button(window(), "Join")->click();
        QTRY_VERIFY_WITH_TIMEOUT(says(QStringLiteral("Too many attempts. Try again in 4:")), patience);
        QCOMPARE(line(window(), "Email")->text(), email);
        QVERIFY(!button(window(), "Sign in")->isEnabled());
    }

    void whoWaitsForKeysMayUseTheRecoveryCode()
    {
        store::Connection admin = m_database->admin();
        MUST(admin.run("update conversure.key_signatures k set retired_at = now() from conversure.users u where "
                       "u.company_id = k.company_id and u.user_id = k.subject_id and u.name = 'Boss'"));
        MUST(admin.run("delete from conversure.vault_keys v using conversure.users u where u.company_id = v.company_id "
                       "and u.user_id = v.recipient_id and u.name = 'Boss'"));
        signIn();
        QTRY_VERIFY_WITH_TIMEOUT(says(QStringLiteral("use the recovery code")), patience);
        openFromMenu(ui::AccountAction::Relays);
        QTRY_VERIFY_WITH_TIMEOUT(
            says(QStringLiteral("another admin of your company has to open Conversure")), patience);
        named<QWidget>(window(), QStringLiteral("Fingerprint from its operator"))->window()->close();
        openFromMenu(ui::AccountAction::Recovery);
        QTRY_VERIFY_WITH_TIMEOUT(line(window(), "Recovery code"), patience);
        type(window(), "Recovery code", QStringLiteral("nonsense"));
        button(window(), "Use the code")->click();
        QTRY_VERIFY_WITH_TIMEOUT(says(QStringLiteral("This is not a recovery code.")), patience);
        type(window(), "Recovery code", QString(26, u'A'));
        button(window(), "Use the code")->click();
        // A company of the command line has none.
        QTRY_VERIFY_WITH_TIMEOUT(says(QStringLiteral("Your company has no recovery code.")), patience);
    }
};

CONVERSURE_TEST(AccountKeysTest)
#include "AccountKeysTest.moc"
