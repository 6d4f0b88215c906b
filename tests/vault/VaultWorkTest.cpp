// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "VaultHouse.h"

#include "usecases/ManagePeople.h"
#include "usecases/ManageRelays.h"
#include "usecases/RecoverKeys.h"
#include "usecases/RenewVault.h"
#include "vault/CompanyPins.h"
#include "vault/PasswordKeys.h"
#include "vault/Signing.h"
#include "vault/StoreRelays.h"

#include <QSignalSpy>
#include <QTemporaryDir>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// What an admin does with the company's keys from the client, down to the store.
class VaultWorkTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<VaultHouse> m_house;
    Connection m_admin;
    QTemporaryDir m_folder;

    /// A member at a computer of their own.
    struct Seat {
        Seat(VaultHouse &house, const QString &email, const QString &password, const QString &pinsFile)
            : worker(QStringLiteral("test"))
            , desk{worker, sql(), pinsFile}
        {
            MUST(house.admin().run("delete from conversure.sign_in_buckets"));
            Connection door = house.database().door();
            const auto in =
                MUST(vault::signIn(door, house.database().doorUrl(), email, password, QStringLiteral("seat")));
            Connection device = MUST(Connection::open(in.database, QStringLiteral("test")));
            record = std::make_shared<const vault::DeviceRecord>(vault::DeviceRecord{in.company, in.user, email,
                in.name, in.userRole, in.companyName, in.database, in.token,
                MUST(vault::openMemberKeys(device, sql().query(QStringLiteral("member_keys")), in.wrapKey))});
            worker.setTarget(in.database);
        }
        Worker worker;
        usecases::MemberDesk desk;
        std::shared_ptr<const vault::DeviceRecord> record;
    };

    Seat sit(const Member &member) { return Seat(*m_house, member.email, member.password, pinsFile()); }
    QString pinsFile() const { return m_folder.filePath(QStringLiteral("companies.json")); }

    /// The relay's keys, known to the store as when it serves.
    Holder registerRelay(const QString &name)
    {
        Holder relay(vault::KeyHolder::Kind::Relay);
        Connection db = m_house->database().relay();
        MUST(RelayStore(db).registerRelay(relay.who.id, name, relay.keys.boxPublic, relay.keys.signPublic));
        return relay;
    }

    static QString fingerprintOf(const Holder &relay)
    {
        return vault::fingerprintOf(relay.keys.boxPublic, relay.keys.signPublic);
    }

    /// "name" of each, with a star where it is authorized.
    QString relaysOf(const QList<RelayRow> &rows)
    {
        QStringList said;
        for (const RelayRow &row : rows)
            said << row.name + (row.isAuthorized ? QStringLiteral("*") : QString());
        said.sort();
        return said.join(u' ');
    }

    QString listing(usecases::ManageRelays &relays, const Seat &seat)
    {
        QString said;
        const auto a = connect(&relays, &usecases::ManageRelays::listed, this,
            [&](const QList<RelayRow> &rows) { said = QStringLiteral("(%1)").arg(relaysOf(rows)); });
        const auto b =
            connect(&relays, &usecases::ManageRelays::listFailed, this, [&](const Error &error) { said = error.code; });
        relays.list(seat.record);
        const bool came = QTest::qWaitFor([&] { return !said.isEmpty(); }, 20'000);
        disconnect(a);
        disconnect(b);
        return came ? said : QStringLiteral("nothing");
    }

    QString authorizing(
        usecases::ManageRelays &relays, const Seat &seat, const Holder &relay, const QString &fingerprint)
    {
        QString said;
        const auto a = connect(&relays, &usecases::ManageRelays::authorized, this,
            [&](const QUuid &id) { said = id == relay.who.id ? QStringLiteral("done") : QStringLiteral("another"); });
        const auto b =
            connect(&relays, &usecases::ManageRelays::failed, this, [&](const Error &error) { said = error.code; });
        relays.authorize(seat.record, relay.who.id, fingerprint);
        const bool came = QTest::qWaitFor([&] { return !said.isEmpty(); }, 20'000);
        disconnect(a);
        disconnect(b);
        return came ? said : QStringLiteral("nothing");
    }

    QString recovering(usecases::RecoverKeys &recover, const Seat &seat, const QString &code)
    {
        QString said;
        const auto a =
            connect(&recover, &usecases::RecoverKeys::recovered, this, [&] { said = QStringLiteral("recovered"); });
        const auto b =
            connect(&recover, &usecases::RecoverKeys::failed, this, [&](const Error &error) { said = error.code; });
        recover.run(seat.record, code);
        const bool came = QTest::qWaitFor([&] { return !said.isEmpty(); }, 20'000);
        disconnect(a);
        disconnect(b);
        return came ? said : QStringLiteral("nothing");
    }

    /// As the relay itself reads the company's vault.
    QString seenBy(const Holder &relay, CompanyId company)
    {
        Connection db = m_house->database().relay();
        const auto document =
            MUST(db.call(QLatin1StringView("relay.company_vault"), {param(company.value), param(relay.who.id)}));
        const auto vault = vault::openCompanyVault(company.value, relay.who, relay.keys, document.object(0, 0), {});
        return !vault ? vault.error().code : vault->isWaiting() ? QStringLiteral("waiting") : QStringLiteral("open");
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_house = std::make_unique<VaultHouse>();
        m_admin = m_house->admin();
    }

    /// A company that was founded in a client receives once an admin has compared a relay's fingerprint.
    void aRelayIsAuthorizedByItsFingerprint()
    {
        const VaultHouse::Firm firm = m_house->firm();
        const Holder east = registerRelay(QStringLiteral("east"));
        const Holder west = registerRelay(QStringLiteral("west"));
        Seat seat = sit(firm.admin);
        usecases::ManageRelays relays(seat.desk);
        QCOMPARE(seenBy(east, firm.admin.company), QStringLiteral("waiting"));
        QCOMPARE(listing(relays, seat), QStringLiteral("(east west)"));
        QCOMPARE(authorizing(relays, seat, east, QStringLiteral("QX7D K2RF")), QStringLiteral("relay:format"));
        QCOMPARE(authorizing(relays, seat, east, fingerprintOf(west)), QStringLiteral("relay:fingerprint"));
        QCOMPARE(authorizing(relays, seat, Holder(vault::KeyHolder::Kind::Relay), fingerprintOf(east)),
            QStringLiteral("CV003"));
        QCOMPARE(listing(relays, seat), QStringLiteral("(east west)"));
        QCOMPARE(authorizing(relays, seat, east, fingerprintOf(east).toLower()), QStringLiteral("done"));
        QCOMPARE(listing(relays, seat), QStringLiteral("(east* west)"));
        QCOMPARE(seenBy(east, firm.admin.company), QStringLiteral("open"));
        QCOMPARE(seenBy(west, firm.admin.company), QStringLiteral("waiting"));

        // The store cannot say so by itself: a signed word about other keys is none about these.
        MUST(m_admin.run("update conversure.relays set sign_public = $2 where relay_id = $1::uuid",
            {param(east.who.id), bytes(QByteArray(32, 'x'))}));
        QCOMPARE(listing(relays, seat), QStringLiteral("(east west)"));
        MUST(m_admin.run("delete from conversure.relays"));
    }

    void agentsAuthorizeNoRelay()
    {
        const VaultHouse::Firm firm = m_house->firm();
        const Holder relay = registerRelay(QStringLiteral("east"));
        Seat seat = sit(firm.agent);
        usecases::ManageRelays relays(seat.desk);
        QCOMPARE(listing(relays, seat), QStringLiteral("CV002"));
        QCOMPARE(authorizing(relays, seat, relay, fingerprintOf(relay)), QStringLiteral("CV002"));
        QCOMPARE(seenBy(relay, firm.admin.company), QStringLiteral("waiting"));
        MUST(m_admin.run("delete from conversure.relays"));
    }

    void theRecoveryCodeIsTypedByHand()
    {
        const VaultHouse::Firm firm = m_house->firm();
        // A new password and new keys by the operator's command, where no relay has a part in the vault.
        const vault::KeyPair keys = vault::KeyPair::generate();
        Connection door = m_house->database().door();
        const auto stretch =
            MUST(vault::StretchParams::fromJson(MUST(door.call(QLatin1StringView("api.sign_in_params"))).object(0, 0)));
        const auto password =
            MUST(vault::stretchPassword(QStringLiteral("another password"), firm.admin.email, stretch));
        Connection relay = m_house->database().relay();
        MUST(relay.call(QLatin1StringView("relay.reset_user"),
            {param(firm.admin.company.value), param(firm.admin.user.value), param(password.proof),
                bytes(keys.boxPublic), bytes(keys.signPublic), bytes(vault::wrapKeys(keys, password.wrap))}));
        Seat seat(*m_house, firm.admin.email, QStringLiteral("another password"), pinsFile());
        usecases::ManageRelays relays(seat.desk);
        QCOMPARE(listing(relays, seat), QStringLiteral("vault:waiting"));

        usecases::RecoverKeys recover(seat.desk);
        QCOMPARE(recovering(recover, seat, QStringLiteral("not a code")), QStringLiteral("recovery:format"));
        QCOMPARE(recovering(recover, seat, vault::RecoveryCode::generate().text()), QStringLiteral("recovery:code"));
        QCOMPARE(
            recovering(recover, seat, firm.recoveryCode.toLower().replace(u'-', u' ')), QStringLiteral("recovered"));
        QCOMPARE(listing(relays, seat), QStringLiteral("()"));
        QCOMPARE(vault::CompanyPins(pinsFile()).of(firm.admin.company.value).rootKey, firm.admin.pins.rootKey);
    }

    /// After somebody has gone: what they had is handed over, what they may know is listed, and the key is another one.
    void whatIsDueAfterSomebodyHasGone()
    {
        VaultHouse::Firm firm = m_house->firm();
        Member second = m_house->colleague(firm.admin);
        m_house->invite(firm.admin); // an open link
        MUST(m_admin.run("with l as (insert into conversure.leads (company_id, lead_id) values ($1::uuid, $4::uuid) "
                         "returning lead_id) insert into conversure.conversations (company_id, conversation_id, "
                         "lead_id, number_id, assignee_id, last_message_at) select $1::uuid, gen_random_uuid(), "
                         "lead_id, $2::uuid, $3::uuid, now() from l",
            {param(firm.admin.company.value), param(firm.number.value), param(firm.agent.user.value), param(newId())}));
        Seat seat = sit(firm.admin);
        usecases::ManagePeople people(seat.desk);
        QSignalSpy deactivated(&people, &usecases::ManagePeople::deactivated);
        QSignalSpy listed(&people, &usecases::ManagePeople::listed);
        QSignalSpy handed(&people, &usecases::ManagePeople::handedOver);
        people.deactivate(firm.agent.user);
        QTRY_COMPARE(deactivated.size(), 1);
        QCOMPARE(deactivated.at(0).at(1).toInt(), 1);
        const auto left = [&] {
            people.list(firm.admin.user);
            if (!listed.wait(20'000))
                return -1;
            for (const PersonRow &row : listed.last().at(0).value<QList<PersonRow>>()) {
                if (row.id == firm.agent.user)
                    return row.openConversations;
            }
            return -1;
        };
        QCOMPARE(left(), 1);
        people.handOver(firm.agent.user, second.user);
        QTRY_COMPARE(handed.size(), 1);
        QCOMPARE(handed.at(0).at(1).value<UserId>(), second.user);
        QCOMPARE(handed.at(0).at(2).toInt(), 1);
        QCOMPARE(left(), 0);

        usecases::RenewVault renew(seat.desk);
        QSignalSpy tokens(&renew, &usecases::RenewVault::listed);
        renew.list();
        QTRY_COMPARE(tokens.size(), 1);
        const auto rows = tokens.at(0).at(0).value<QList<TokenRow>>();
        QCOMPARE(rows.size(), 1);
        QCOMPARE(rows.at(0).label, QStringLiteral("Sales"));
        QCOMPARE(rows.at(0).kinds, QStringList{QStringLiteral("access_token")});

        QSignalSpy renewed(&renew, &usecases::RenewVault::keyRenewed);
        QSignalSpy failed(&renew, &usecases::RenewVault::failed);
        renew.renewKey(seat.record);
        QTRY_VERIFY(!renewed.isEmpty() || !failed.isEmpty());
        QCOMPARE(renewed.size(), 1);
        QCOMPARE(renewed.at(0).at(0).toInt(), 3); // the admin, the colleague who stays, the recovery code
        QCOMPARE(renewed.at(0).at(1).toInt(), 1);
        QCOMPARE(MUST(m_admin.run("select count(*) from conversure.vault_keys where recipient_id = $1::uuid",
                          {param(firm.agent.user.value)}))
                     .number(0, 0),
            0);
        QCOMPARE(second.sees(), QStringLiteral("access_token=EAAG"));
        // What this computer has seen by it, the store cannot take back.
        QVERIFY(vault::CompanyPins(pinsFile()).of(firm.admin.company.value).manifestVersion
            > firm.admin.pins.manifestVersion);
    }

    void agentsRenewNoKey()
    {
        const VaultHouse::Firm firm = m_house->firm();
        Seat seat = sit(firm.agent);
        usecases::RenewVault renew(seat.desk);
        QString said;
        connect(&renew, &usecases::RenewVault::failed, this, [&said](const Error &error) { said = error.code; });
        renew.renewKey(seat.record);
        QTRY_VERIFY(!said.isEmpty());
        QCOMPARE(firm.agent.sees(), QStringLiteral("access_token=EAAG"));
        QVERIFY2(said == QStringLiteral("CV002") || said.startsWith(QStringLiteral("vault:")), qPrintable(said));
    }
};

CONVERSURE_TEST(VaultWorkTest)
#include "VaultWorkTest.moc"
