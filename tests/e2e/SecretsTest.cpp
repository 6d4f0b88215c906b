// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Bureau.h"
#include "Dump.h"
#include "Ear.h"
#include "KeyringBus.h"
#include "Needles.h"
#include "TestMain.h"

#include "vault/Base32.h"
#include "vault/DeviceRecord.h"
#include "vault/Invitation.h"
#include "vault/PassphraseFile.h"
#include "vault/PasswordKeys.h"
#include "vault/RecoveryCode.h"
#include "vault/RelayKey.h"

#include <QDir>
#include <QSettings>

using namespace conversure;
using namespace conversure::test;

/// Everything that accounts, keys and numbers are used for happens once, at the real programs; then all that these have
/// written, logged, pushed, shown and left behind is searched for every secret and password that was used.
class SecretsTest : public QObject
{
    Q_OBJECT

    static constexpr int patience = Bureau::patience;
    static inline const QString door = QStringLiteral("door's password"); // in every client; no secret there
    static inline const QString lead = QStringLiteral("971502223344");

    Bureau m_bureau;
    KeyringBus m_bus;
    std::unique_ptr<ClientProgram> m_anna; ///< The founder's; keeps her sign-in in the desktop's keyring.
    ClientProgram m_laptop{m_bureau.place("laptop")}; ///< Hers as well, and keeps nothing.
    ClientProgram m_boris{m_bureau.place("boris")}; ///< Keeps it in a file under a passphrase.
    ClientProgram m_other{m_bureau.place("other")}; ///< The same person, who has lost the password.
    std::unique_ptr<Ear> m_ear;
    Needles m_needles;
    QByteArray m_screens; ///< What clients said, now and then.
    QByteArray m_errors; ///< What calls that failed said.
    QByteArray m_inFile; ///< The colleague's session, as the file last had it.

    Person m_founder{
        QStringLiteral("Anna"), QStringLiteral("anna@example.com"), QStringLiteral("seven plums on a kite")};
    Person m_colleague{
        QStringLiteral("Boris"), QStringLiteral("boris@example.com"), QStringLiteral("a slow train to Fez")};
    const QString m_passphrase = QStringLiteral("a heron at the harbour");

    void look(ClientProgram &client) { m_screens += client.said().join(u'\n').toUtf8() + '\n'; }

    template <class T>
    void note(const Result<T> &outcome)
    {
        QVERIFY(!outcome);
        m_errors += outcome.error().code.toUtf8() + ' ' + outcome.error().message.toUtf8() + ' '
            + QJsonDocument(outcome.error().detail).toJson() + '\n';
    }

    void hideKeys(const QString &whose, const vault::KeyPair &keys)
    {
        m_needles.hide(whose, keys.boxPrivate.bytes());
        m_needles.hide(whose, keys.signPrivate.bytes().left(32));
    }

    void hideCode(const QString &which, const QByteArray &code)
    {
        m_needles.hide(which, code);
        m_needles.hide(which, vault::codeText(code));
        m_needles.hide(which, vault::toBase32(code));
        m_needles.hide(which, vault::toBase32(code).toLower());
    }

    void hidePassword(const QString &whose, const Person &person)
    {
        store::Connection connection = m_bureau.database.door();
        const auto stretch = MUST(vault::StretchParams::fromJson(
            MUST(connection.call(QLatin1StringView("api.sign_in_params"))).object(0, 0)));
        const auto keys = MUST(vault::stretchPassword(person.password, person.email, stretch));
        m_needles.hide(whose, person.password);
        m_needles.hide(whose + QStringLiteral(": proof"), keys.proof);
        m_needles.hide(whose + QStringLiteral(": proof"),
            QByteArray::fromBase64(keys.proof.toLatin1(), QByteArray::Base64UrlEncoding));
        m_needles.hide(whose + QStringLiteral(": wrap key"), keys.wrap.bytes());
    }

    void hideInvitation(const QString &which, const QString &text)
    {
        const auto link = vault::InvitationLink::parse(text);
        QVERIFY2(link, qPrintable(text));
        hideCode(which, link->code);
        const auto keys = vault::keysOfCode(vault::Secret(link->code));
        m_needles.hide(which + QStringLiteral(": lookup"), keys.lookup);
        m_needles.hide(which + QStringLiteral(": auth"), keys.auth.bytes());
        m_needles.hide(which + QStringLiteral(": data"), keys.data.bytes());
    }

    void hideDevice(const QString &whose, const vault::DeviceRecord &record, const QByteArray &computer)
    {
        m_needles.hide(whose + QStringLiteral(" device's password"), QUrl(record.database).password());
        m_needles.hide(whose + QStringLiteral(" token"), record.token);
        m_needles.hide(whose + QStringLiteral(" token"), record.token.section(u'.', 1));
        m_needles.hide(whose + QStringLiteral(" computer's secret"), computer);
        m_needles.hide(whose + QStringLiteral(" computer's secret"),
            QByteArray::fromBase64(computer, QByteArray::Base64UrlEncoding));
        hideKeys(whose + QStringLiteral(" keys"), record.keys);
    }

    static QString profileOf(const ClientProgram &client)
    {
        const QSettings settings(client.dataFolder() + QStringLiteral("/settings.ini"), QSettings::IniFormat);
        return settings.value(QStringLiteral("profile/id")).toString();
    }

    /// What the founder's client keeps in the keyring under this name.
    QByteArray fromKeyring(const char *name) const
    {
        const QByteArray answer = m_bus.run(QCoreApplication::applicationFilePath(),
            {QStringLiteral("--keychain"), QStringLiteral("read"), QString::fromLatin1(name) + profileOf(*m_anna)});
        return answer.startsWith("value ") ? answer.mid(6) : QByteArray();
    }

    void hideWhatTheKeyringHas()
    {
        QTRY_COMPARE_WITH_TIMEOUT(m_bus.entries(), 2, patience);
        const auto record = vault::DeviceRecord::fromBytes(vault::Secret(fromKeyring("session ")));
        QVERIFY(record);
        hideDevice(QStringLiteral("Anna's"), *record, fromKeyring("computer "));
    }

    /// What the colleague's client keeps in its file, by name; it is written a moment after the dialog says so.
    QHash<QString, QByteArray> fromFile()
    {
        vault::PassphraseFile file(m_boris.dataFolder() + QStringLiteral("/secrets.box"));
        QHash<QString, QByteArray> kept;
        int answers = 0;
        file.unlock(m_passphrase, this, [&](const Result<void> &) { ++answers; });
        for (const QString &name : {QStringLiteral("session "), QStringLiteral("computer ")})
            file.read(name + profileOf(m_boris), this, [&, name](const Result<std::optional<vault::Secret>> &value) {
                if (value && *value)
                    kept.insert(name, (*value)->bytes());
                ++answers;
            });
        return QTest::qWaitFor([&] { return answers == 3; }, patience) ? kept : QHash<QString, QByteArray>();
    }

    /// Of the session that is another one than at the last call.
    void hideWhatTheFileHas()
    {
        const QByteArray last = m_inFile;
        QHash<QString, QByteArray> kept;
        const auto isNew = [&] {
            kept = fromFile();
            m_inFile = kept.value(QStringLiteral("session "));
            return kept.size() == 2 && m_inFile != last;
        };
        QVERIFY(QTest::qWaitFor(isNew, patience));
        const auto record = vault::DeviceRecord::fromBytes(vault::Secret(m_inFile));
        QVERIFY(record);
        hideDevice(QStringLiteral("Boris's"), *record, kept.value(QStringLiteral("computer ")));
    }

    void startAll()
    {
        m_bureau.relay.keepLog(m_bureau.place("relay.log"));
        m_bureau.sandbox.keepLog(m_bureau.place("sandbox.log"));
        QVERIFY(m_bureau.relay.start());
        m_bureau.setRegistration("open");
        m_needles.hide(QStringLiteral("keyring's password"), QStringLiteral("the keyring's own words"));
        QVERIFY(m_bus.start());
        QVERIFY(m_bus.startKeyring("the keyring's own words"));
        m_anna = std::make_unique<ClientProgram>(m_bureau.place("anna"), m_bus.environment());
        m_needles.hide(door, QUrl(m_bureau.database.doorUrl()).password());
        m_needles.hide("relay's password", QUrl(m_bureau.database.relayUrl()).password());
        m_needles.hide("administrator's password", QUrl(m_bureau.database.adminUrl()).password());
        m_needles.hide("access token", m_bureau.agency.accessToken);
        m_needles.hide("app secret", m_bureau.agency.appSecret);
        m_needles.hide("verify token", m_bureau.agency.verifyToken);
        m_needles.hide("passphrase", m_passphrase);
        hidePassword(QStringLiteral("founder's password"), m_founder);
        hidePassword(QStringLiteral("colleague's password"), m_colleague);
    }

    void found()
    {
        QVERIFY(m_anna->start(m_bureau.addresses()));
        Bureau::fillFounding(*m_anna, m_founder, QStringLiteral("Marina Homes"));
        look(*m_anna);
        QTRY_VERIFY_WITH_TIMEOUT(!m_anna->text(QStringLiteral("Recovery code")).isEmpty(), patience);
        const QString text = m_anna->text(QStringLiteral("Recovery code"));
        hideCode(QStringLiteral("recovery code"), *vault::fromBase32(text, vault::codeSize));
        hideKeys(QStringLiteral("recovery keys"), vault::RecoveryCode::parse(text)->keys());
        // It is shown here, and nothing else is.
        QCOMPARE(m_needles.foundIn(m_anna->said().join(u'\n').toUtf8()).join(u' '), QStringLiteral("recovery code"));
        Bureau::keepCode(*m_anna);
        look(*m_anna);
        hideWhatTheKeyringHas();

        m_bureau.addNumber(m_founder);
        const auto key = MUST(vault::RelayKey::load(m_bureau.place("relay/relay.key")));
        hideKeys(QStringLiteral("relay's keys"), key.keys);
        QCOMPARE(m_anna->close(), 0);
        QVERIFY(m_anna->start()); // with what the keyring has
        QTRY_VERIFY_WITH_TIMEOUT(m_anna->sees(QStringLiteral("Conversations")), patience);
    }

    void receive()
    {
        QCOMPARE(m_bureau.shakeHands(QStringLiteral("a token of nobody's number")), 403);
        m_bureau.sandbox.leadWrites(lead, QStringLiteral("Omar"), QStringLiteral("a message that may be seen"));
        QTRY_COMPARE_WITH_TIMEOUT(m_anna->rows().size(), 1, patience);
        const QByteArray body = m_bureau.agency.textDelivery(
            lead, QStringLiteral("wamid.forged"), QStringLiteral("a message that nobody signed"));
        QCOMPARE(m_bureau.deliver(body, "sha256=" + QByteArray(64, '0')), 401);
        QCOMPARE(m_bureau.deliver(body, {}), 401);
        QCOMPARE(m_bureau.deliver("{ nonsense", m_bureau.agency.sign("{ nonsense")), 400);
    }

    void inviteAndJoin()
    {
        QString link;
        Bureau::invite(*m_anna, m_colleague.name, &link);
        hideInvitation(QStringLiteral("invitation"), link);
        QCOMPARE(m_needles.without({door}).foundIn(m_anna->said().join(u'\n').toUtf8()).join(u' '),
            QStringLiteral("invitation"));
        QVERIFY(m_anna->press(QStringLiteral("Close")));
        look(*m_anna);
        QVERIFY(m_boris.start({QStringLiteral("--database"), m_bureau.database.doorUrl()}));
        Bureau::join(m_boris, link, m_colleague);
        look(m_boris);
        QVERIFY(m_boris.press(QStringLiteral("Asks for the password at each start")));
        QVERIFY(m_boris.type(QStringLiteral("Passphrase"), m_passphrase));
        QVERIFY(m_boris.type(QStringLiteral("Repeat the passphrase"), m_passphrase));
        look(m_boris);
        QVERIFY(m_boris.press(QStringLiteral("Keep it in the file")));
        QVERIFY(m_boris.press(QStringLiteral("Close")));
        hideWhatTheFileHas();
    }

    void send()
    {
        Bureau::send(*m_anna, QStringLiteral("an answer that may be seen"));
        Bureau::send(m_boris, QStringLiteral("another that may be seen"));
        QTRY_VERIFY_WITH_TIMEOUT(
            m_anna->hasBubble(QStringLiteral("another that may be seen"), QStringLiteral("read")), patience);
        // Once more with the relay's hands, which then holds the token, too.
        MUST(m_bureau.database.admin().script("update conversure.company_settings set send_via = 'relay'"));
        Bureau::send(m_boris, QStringLiteral("sent by the relay"));
        QTRY_VERIFY_WITH_TIMEOUT(
            m_anna->hasBubble(QStringLiteral("sent by the relay"), QStringLiteral("read")), patience);
        QCOMPARE(m_bureau.sandbox.acceptedTexts().count(QStringLiteral("sent by the relay")), 1);
        store::Connection admin = m_bureau.database.admin();
        const auto jobs = [&] {
            return MUST(admin.run("select count(*) from conversure.jobs where kind = 'send' and state = 'done'"))
                .number(0, 0);
        };
        QTRY_COMPARE_WITH_TIMEOUT(jobs(), 1, patience);
        look(*m_anna);
        look(m_boris);
    }

    void changePassword()
    {
        QVERIFY(m_laptop.start(m_bureau.addresses()));
        const Person guess{m_founder.name, m_founder.email, QStringLiteral("what somebody guessed")};
        hidePassword(QStringLiteral("wrong password"), guess);
        Bureau::fillSignIn(m_laptop, guess);
        look(m_laptop);
        QTRY_VERIFY_WITH_TIMEOUT(m_laptop.says(QStringLiteral("do not match")), patience);
        look(m_laptop);
        m_bureau.forgetTries();
        Bureau::signIn(m_laptop, m_founder);
        const QString before = m_founder.password;
        m_founder.password = QStringLiteral("eight pears in a boat");
        hidePassword(QStringLiteral("founder's second password"), m_founder);
        Bureau::openDialog(*m_anna, "Change password…");
        Bureau::fillPasswordChange(*m_anna, guess.password, m_founder.password);
        QTRY_VERIFY_WITH_TIMEOUT(
            m_anna->below(QStringLiteral("Password now")).contains(QStringLiteral("not your password")), patience);
        look(*m_anna);
        m_bureau.forgetTries();
        Bureau::fillPasswordChange(*m_anna, before, m_founder.password);
        QTRY_VERIFY_WITH_TIMEOUT(m_anna->says(QStringLiteral("Your password is changed.")), patience);
        look(*m_anna);
        QVERIFY(m_anna->press(QStringLiteral("Close")));
        QTRY_VERIFY_WITH_TIMEOUT(m_laptop.says(QStringLiteral("Your session has ended.")), patience);
        Bureau::signIn(m_laptop, m_founder);
        look(m_laptop);
    }

    void resetPassword()
    {
        QString link;
        Bureau::inviteReset(*m_anna, m_colleague.name, &link);
        hideInvitation(QStringLiteral("reset"), link);
        QVERIFY(m_anna->press(QStringLiteral("Close")));
        m_colleague.password = QStringLiteral("the fast ferry back");
        hidePassword(QStringLiteral("colleague's second password"), m_colleague);
        QVERIFY(m_other.start(m_bureau.addresses()));
        Bureau::resetPassword(m_other, link, m_colleague.password);
        QTRY_VERIFY_WITH_TIMEOUT(m_boris.says(QStringLiteral("Your session has ended.")), patience);
        look(m_other);
        look(m_boris);
        Bureau::signIn(m_boris, m_colleague);
        hideWhatTheFileHas();
        // Once more, by the same link: refused.
        QVERIFY(m_other.press(QStringLiteral("Account")));
        QVERIFY(m_other.choose(QStringLiteral("Sign out")));
        Bureau::pasteLink(m_other, link);
        QTRY_VERIFY_WITH_TIMEOUT(
            m_other.below(QStringLiteral("Invitation link")).contains(QStringLiteral("used already")), patience);
    }

    /// Calls that fail carry secrets, too, and failures are what programs log.
    void fail()
    {
        store::Connection stranger = m_bureau.database.door();
        const auto in = MUST(vault::signIn(stranger, m_bureau.database.doorUrl(), m_founder.email, m_founder.password,
            QStringLiteral("script"), vault::newDeviceSecret()));
        store::Connection device = MUST(store::Connection::open(in.database, QStringLiteral("test")));
        const vault::KeyPair keys =
            MUST(vault::openMemberKeys(device, sql().query(QStringLiteral("member_keys")), in.wrapKey));
        m_needles.hide(
            "data key", MUST((vault::VaultDesk{device, sql(), in.company, keys, {}}.open())).dataKey.bytes());
        m_needles.hide("script's token", in.token);
        m_needles.hide("script's password", QUrl(in.database).password());
        const QString lease = QString::fromLatin1(vault::Secret::random(24).bytes().toHex());
        m_needles.hide("lease secret", lease);
        note(device.call(QLatin1StringView("api.confirm_send"),
            {store::param(newId()), store::param(lease), store::param(QStringLiteral("x"))}));
        note(device.run("select api.renew_lease('x', '" + lease.toUtf8() + "')"));
        note(device.run("select '" + in.token.toUtf8() + "' from nowhere"));
        note(stranger.call(QLatin1StringView("api.sign_in_finish"),
            {store::param(QString(48, u'0')), store::param(QStringLiteral("x")), store::param(QStringLiteral("x"))}));
        note(vault::signIn(stranger, m_bureau.database.doorUrl(), m_founder.email,
            QStringLiteral("what somebody guessed"), QStringLiteral("script")));
        note(store::Connection::open(store::Connection::urlWithUser(in.database, QUrl(in.database).userName(),
                                         QStringLiteral("what somebody guessed")),
            QStringLiteral("test")));
        m_ear = std::make_unique<Ear>(m_bureau.relay.live());
        m_ear->hello(in.token);
        QTRY_COMPARE_WITH_TIMEOUT(m_ear->kinds.value(0), QStringLiteral("welcome"), patience);
        m_bureau.sandbox.leadWrites(lead, QStringLiteral("Omar"), QStringLiteral("one more that may be seen"));
        QTRY_COMPARE_WITH_TIMEOUT(m_ear->texts(QStringLiteral("one more that may be seen")), 1, patience);
    }

    QByteArray feed() const
    {
        const auto rows = MUST(m_bureau.database.admin().run("select f::text from conversure.change_feed f"));
        QByteArray out;
        for (int row = 0; row < rows.count(); ++row)
            out += rows.raw(row, 0) + '\n';
        return out;
    }

    QString foundIn(const QByteArray &haystack) const { return m_needles.foundIn(haystack).join(u' '); }

private Q_SLOTS:
    void initTestCase()
    {
        for (const auto step :
            {&SecretsTest::startAll, &SecretsTest::found, &SecretsTest::receive, &SecretsTest::inviteAndJoin,
                &SecretsTest::send, &SecretsTest::changePassword, &SecretsTest::resetPassword, &SecretsTest::fail}) {
            (this->*step)();
            if (QTest::currentTestFailed())
                return;
        }
        QVERIFY(m_needles.count() > 60);
    }

    void theStoreAndItsLogHoldNone()
    {
        const QByteArray dump = dumpAs(m_bureau.database.adminUrl());
        QVERIFY2(dump.contains("another that may be seen"), dump.left(600).constData());
        QCOMPARE(foundIn(dump), QString());
        const QByteArray log = serverLog(m_bureau.database);
        QVERIFY(log.contains("ERROR:"));
        QCOMPARE(foundIn(log), QString());
    }

    void theFeedHoldsNone()
    {
        const QByteArray all = feed();
        QVERIFY(all.contains("an answer that may be seen"));
        QCOMPARE(foundIn(all), QString());
        QVERIFY(m_ear->everything.contains("one more that may be seen"));
        QCOMPARE(foundIn(m_ear->everything), QString());
    }

    void whatClientsKeepHoldsNone()
    {
        for (ClientProgram *client : {m_anna.get(), &m_laptop, &m_boris, &m_other}) {
            const QStringList kept = QDir(client->dataFolder()).entryList(QDir::Files);
            for (const char *name : {"settings.ini", "companies.json"})
                QVERIFY2(kept.contains(QString::fromLatin1(name)), qPrintable(kept.join(u' ')));
            if (client != &m_other) // which is signed out
                QVERIFY2(!kept.filter(QStringLiteral("sqlite-wal")).isEmpty(), qPrintable(kept.join(u' ')));
            const QString folder = QFileInfo(client->dataFolder()).path(); // with trace and output
            QVERIFY(QFileInfo(client->traceFile()).size() > 0);
            QCOMPARE(m_needles.without({door}).foundBelow(folder).join(u'\n'), QString());
        }
        QVERIFY(QFile::exists(m_boris.dataFolder() + QStringLiteral("/secrets.box")));
        QVERIFY(!QDir(m_bus.folder()).isEmpty());
        QCOMPARE(m_needles.foundBelow(m_bus.folder()).join(u'\n'), QString());
    }

    void whatTheRelayKeepsAndLogsHoldsNone()
    {
        const QString state = m_bureau.place("relay");
        QVERIFY(QFile::exists(state + QStringLiteral("/companies.json")));
        QCOMPARE(m_needles.foundBelow(state, {QStringLiteral("relay.key")}).join(u'\n'), QString());
        // That file is the one place for its keys, and holds nothing else.
        QVERIFY(m_needles.foundBelow(state).join(u'\n').endsWith(QStringLiteral("relay.key: relay's keys")));
        QFile log(m_bureau.place("relay.log"));
        QVERIFY(log.open(QIODevice::ReadOnly));
        const QByteArray text = log.readAll() + QJsonDocument(m_bureau.relay.readyLine()).toJson();
        QVERIFY2(text.contains("listening"), text.constData());
        QCOMPARE(foundIn(text), QString());
    }

    void whatTheProviderLogsHoldsNone()
    {
        QFile log(m_bureau.place("sandbox.log"));
        QVERIFY(log.open(QIODevice::ReadOnly));
        QCOMPARE(foundIn(log.readAll()), QString());
        // Its record is what was sent to it: the token is where it belongs, and nothing else came along.
        QFile record(m_bureau.place("record.jsonl"));
        QVERIFY(record.open(QIODevice::ReadOnly));
        QCOMPARE(
            m_needles
                .without({QStringLiteral("access token"), QStringLiteral("app secret"), QStringLiteral("verify token")})
                .foundIn(record.readAll())
                .join(u' '),
            QString());
    }

    void whatIsSaidHoldsNone()
    {
        for (const char *words :
            {"do not match", "not your password", "Your session has ended", "Your password is changed"})
            QVERIFY2(m_screens.contains(words), words);
        QCOMPARE(foundIn(m_screens), QString());
        for (const char *code : {"CV005", "22P02", "42P01", "28P01"})
            QVERIFY2(m_errors.contains(code), m_errors.constData());
        QCOMPARE(foundIn(m_errors), QString());
    }

    /// The proof that all these searches find something.
    void aPlantedSecretIsFound()
    {
        m_bureau.sandbox.leadWrites(lead, QStringLiteral("Omar"),
            QStringLiteral("planted ") + QString::fromLatin1(m_bureau.agency.appSecret.toUtf8().toBase64()));
        QTRY_COMPARE_WITH_TIMEOUT(foundIn(m_ear->everything), QStringLiteral("app secret"), patience);
        QCOMPARE(foundIn(feed()), QStringLiteral("app secret"));
        QCOMPARE(foundIn(dumpAs(m_bureau.database.adminUrl())), QStringLiteral("app secret"));
        QTRY_VERIFY_WITH_TIMEOUT(m_anna->says(QStringLiteral("planted ")), patience);
        QCOMPARE(foundIn(m_anna->said().join(u'\n').toUtf8()), QStringLiteral("app secret"));
        // Typed and not sent: the journal keeps it, in the file or in what is still beside it.
        QVERIFY(m_anna->write(QStringLiteral("planted ") + m_passphrase, false));
        const auto kept = [&] { return m_needles.without({door}).foundBelow(m_anna->dataFolder()).join(u' '); };
        QTRY_VERIFY_WITH_TIMEOUT(kept().endsWith(QStringLiteral(": passphrase")), patience);
        QVERIFY2(kept().contains(QStringLiteral("journal-")), qPrintable(kept()));
        QVERIFY(!m_bureau.database.admin().run("select '" + m_founder.password.toUtf8() + "'::integer"));
        QCOMPARE(foundIn(serverLog(m_bureau.database)), QStringLiteral("founder's second password"));
    }
};

CONVERSURE_TEST(SecretsTest)
#include "SecretsTest.moc"
