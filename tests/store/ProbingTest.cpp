// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Cast.h"
#include "TestMain.h"

#include <QProcess>
#include <QRegularExpression>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// What the server tells about rows that one may not see without showing them: the planner's guesses, plans, sizes,
/// errors.
class ProbingTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Cast> m_cast;
    Connection m_client;

    Connection &admin() { return m_cast->admin; }

    /// How many rows the planner expects of a statement, in the order of the statements. It plans before it looks at
    /// rights, and prints the plan for whoever wants it.
    QStringList guesses(const QList<QByteArray> &statements)
    {
        const Actor &who = m_cast->actor("other's admin");
        QByteArray script = "set session authorization " + admin().identifier(who.role)
            + ";\nset client_min_messages = log; set debug_pretty_print = off; set enable_indexscan = off; set "
              "enable_bitmapscan = off; set debug_print_plan = on;\n";
        for (const QByteArray &statement : statements)
            script += "\\echo -- next\n" + statement + ";\n";
        QProcess psql;
        psql.setProcessChannelMode(QProcess::MergedChannels);
        psql.start(QStringLiteral("psql"), {QStringLiteral("-X"), QStringLiteral("-q"), m_cast->database.adminUrl()});
        psql.write(script);
        psql.closeWriteChannel();
        psql.waitForFinished(60'000);
        QStringList out;
        static const QRegularExpression rows(QStringLiteral(":startup_cost\\s+([0-9.]+)\\s+:total_cost\\s+([0-9.]+)\\s+"
                                                            ":plan_rows\\s+([0-9]+)\\s+:plan_width\\s+([0-9]+)"));
        for (const QString &answer : QString::fromUtf8(psql.readAll()).split(QStringLiteral("-- next\n")).mid(1)) {
            QString guess;
            auto match = rows.globalMatch(answer);
            while (match.hasNext())
                guess += match.next().captured(0).simplified() + u' ';
            out << guess;
        }
        return out;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_cast = std::make_unique<Cast>();
        // Enough of the victim's, and different, for samples worth asking for.
        for (const QByteArray &statement :
            {QByteArray("insert into conversure.messages (company_id, message_id, conversation_id, number_id, "
                        "direction, status, content_type, body, sort_at) select $1::uuid, gen_random_uuid(), "
                        "$2::uuid, $3::uuid, 'INBOUND', 'received', 'TEXT', md5(i::text), now() from "
                        "generate_series(1, 400) i"),
                QByteArray("with k as (select $2::uuid, $3::uuid) insert into conversure.leads (company_id, lead_id, "
                           "name, phone) select $1::uuid, gen_random_uuid(), md5(i::text), '+97150' || 1000000 + i * "
                           "7919 from generate_series(1, 400) i"),
                QByteArray("with k as (select $2::uuid, $3::uuid) insert into conversure.users (company_id, user_id, "
                           "email, name, role) select $1::uuid, gen_random_uuid(), md5(i::text) || '@x.example', 'N', "
                           "'AGENT' from generate_series(1, 400) i"),
                QByteArray(
                    "with k as (select $2::uuid, $3::uuid) insert into conversure.accounts (email_normal, "
                    "company_id, user_id, proof_hash) select u.email, u.company_id, u.user_id, md5(u.email) from "
                    "conversure.users u where u.email like '%@x.example' and u.company_id = $1::uuid on "
                    "conflict do nothing"),
                QByteArray("with k as (select $2::uuid, $3::uuid) insert into conversure.vault_secrets (company_id, "
                           "secret_id, owner_kind, owner_id, kind, key_version, secret_version, nonce, ciphertext) "
                           "select $1::uuid, gen_random_uuid(), 'number', gen_random_uuid(), 'x', 1, 1, 'n', "
                           "sha256(i::text::bytea) from generate_series(1, 400) i")})
            MUST(admin().run(statement,
                {param(m_cast->victims.company), param(m_cast->victims.conversation), param(m_cast->victims.number)}));
        MUST(admin().script("vacuum analyze"));
    }

    void whatPeopleWroteLeavesNoStatistics()
    {
        // Names of columns that hold a word of a fixed vocabulary, or topics, which are ids.
        const QByteArray vocabulary =
            "'{action,bucket,content_type,direction,kind,last_content_type,last_direction,last_status,owner_kind,"
            "provider,recipient_kind,role,sealed_by_kind,send_via,signed_by_kind,signer_kind,state,status,subject_kind,"
            "topics,visibility,was_topics}'::text[]";
        QCOMPARE(column(admin(),
                     "select c.relname || '.' || a.attname from pg_statistic s join pg_class c on c.oid = s.starelid "
                     "join pg_attribute a on a.attrelid = s.starelid and a.attnum = s.staattnum where c.relnamespace = "
                     "'conversure'::regnamespace and a.attlen < 0 and a.attname <> all ("
                         + vocabulary + ")")
                     .join(u' '),
            QString());
        QCOMPARE(column(admin(),
                     "select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid "
                     "where c.relnamespace = 'conversure'::regnamespace and (c.relkind in ('r', 'p', 'm') and a.attnum "
                     "> 0 or c.relkind = 'i' and exists (select from pg_index i where i.indexrelid = c.oid and "
                     "i.indkey[a.attnum - 1] = 0)) and a.attlen < 0 and not a.attisdropped and a.attstattarget <> 0 "
                     "and a.attname <> all ("
                         + vocabulary + ")")
                     .join(u' '),
            QString());
        QCOMPARE(number(admin(), "select count(*) from pg_statistic_ext"), 0);
        QVERIFY(number(admin(),
                    "select count(*) from pg_statistic s join pg_class c on c.oid = s.starelid where "
                    "c.relnamespace = 'conversure'::regnamespace")
            > 20);
    }

    void thePlannersGuessesTellNothing_data()
    {
        QTest::addColumn<QByteArray>("column");
        QTest::addColumn<QByteArray>("table");
        QTest::newRow("messages.body") << QByteArray("body") << QByteArray("messages");
        QTest::newRow("vault_secrets.ciphertext") << QByteArray("ciphertext") << QByteArray("vault_secrets");
        // Not even granted.
        QTest::newRow("leads.phone") << QByteArray("phone") << QByteArray("leads");
        QTest::newRow("accounts.email_normal") << QByteArray("email_normal") << QByteArray("accounts");
        QTest::newRow("accounts.proof_hash") << QByteArray("proof_hash") << QByteArray("accounts");
        QTest::newRow("users.email") << QByteArray("email") << QByteArray("users");
    }

    void thePlannersGuessesTellNothing()
    {
        QFETCH(QByteArray, column);
        QFETCH(QByteArray, table);
        const bool isBytes = column == "ciphertext";
        const QStringList values = test::column(admin(),
            "select " + column + "::text from conversure." + table + " where company_id = $1::uuid order by " + column,
            {param(m_cast->victims.company)});
        QList<QByteArray> statements;
        for (const QString &constant : {values.first(), values[values.size() / 3], values[values.size() / 2],
                 values.last(), isBytes ? QStringLiteral("\\x00") : QStringLiteral("!")}) {
            for (const char *comparison : {" < ", " = "})
                statements << "select 1 from conversure." + table + " where " + column + comparison
                        + admin().literal(constant) + (isBytes ? "::bytea" : "");
        }
        const QStringList told = guesses(statements);
        QCOMPARE(told.size(), statements.size());
        QVERIFY2(told[0].contains(QStringLiteral(":plan_rows")), qPrintable(told[0]));
        for (int i = 2; i < told.size(); ++i)
            QVERIFY2(told[i] == told[i % 2], qPrintable(QString::fromUtf8(statements[i]) + told[i] + told[i % 2]));
    }

    /// Each text or bytes that a client may read of its own company.
    void whatAPlanDidTellsNothing_data()
    {
        QTest::addColumn<QByteArray>("table");
        QTest::addColumn<QByteArray>("column");
        QTest::addColumn<QByteArray>("type");
        const Rows readable = MUST(admin().run(
            "select c.relname, a.attname, a.atttypid::regtype::text from pg_class c join pg_attribute a on a.attrelid "
            "= c.oid where c.relnamespace = 'conversure'::regnamespace and c.relkind = 'r' and a.attnum > 0 and "
            "a.atttypid in ('text'::regtype, 'bytea'::regtype) and has_column_privilege('conversure_client', c.oid, "
            "a.attnum, 'SELECT') and exists (select from pg_attribute o where o.attrelid = c.oid and o.attname = "
            "'company_id')"));
        QVERIFY(readable.count() > 30);
        for (int row = 0; row < readable.count(); ++row) {
            const QByteArray table = readable.text(row, 0).toUtf8();
            const QByteArray column = readable.text(row, 1).toUtf8();
            QTest::newRow((table + '.' + column).constData()) << table << column << readable.text(row, 2).toUtf8();
        }
    }

    void whatAPlanDidTellsNothing()
    {
        QFETCH(QByteArray, table);
        QFETCH(QByteArray, column);
        QFETCH(QByteArray, type);
        const QString there = test::text(admin(),
            "select " + column + "::text from conversure." + table + " where company_id = $1::uuid and " + column
                + " is not null",
            {param(m_cast->victims.company)});
        const auto plan = [&](const char *role, const QByteArray &comparison, const QString &guess) {
            MUST(admin().script("set session authorization " + admin().identifier(m_cast->actor(role).role)
                + "; set enable_indexscan = off; set enable_bitmapscan = off"));
            // An array of one costs half of what the policy's own comparison does, so it would be put first.
            const QString done = test::column(admin(),
                "explain (analyze, costs off, timing off, summary off) select 1 from conversure." + table + " where "
                    + column + ' ' + comparison + " any (array[" + admin().literal(guess) + "]::" + type + "[])")
                                     .join(u'\n');
            MUST(admin().script("reset session authorization; reset enable_indexscan; reset enable_bitmapscan"));
            // What one's own rows add, and the guess; whether the policy was asked remains.
            static const QRegularExpression own(QStringLiteral("rows=\\d+ loops=\\d+|Rows Removed.*|Filter: \\(.*"));
            return QString(done).remove(own);
        };
        const QString nowhere = type == "bytea" ? QStringLiteral("\\xffff") : QStringLiteral("\U0010fffd");
        const bool shared = table != "messages" && table != "conversations" && table != "leads";
        for (const char *role : {"other's admin", "blind agent"}) {
            if (shared && qstrcmp(role, "blind agent") == 0)
                continue; // may read it
            for (const QByteArray &comparison : {QByteArray("="), QByteArray(">=")})
                QCOMPARE(plan(role, comparison, there), plan(role, comparison, nowhere));
        }
    }
};

CONVERSURE_TEST(ProbingTest)
#include "ProbingTest.moc"
