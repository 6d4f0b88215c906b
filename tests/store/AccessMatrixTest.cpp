// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Declared.h"
#include "TestMain.h"

#include <QRegularExpression>

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

namespace {

using Kind = Actor::Kind;

struct Answer {
    QString code;
    QString text; ///< Of an error: message and detail; else all rows.
};

/// An answer without what differs from one moment or id to the next.
QString comparable(const Answer &answer)
{
    static const QRegularExpression ids(
        QStringLiteral("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32,}"));
    static const QRegularExpression numbers(QStringLiteral("[0-9]{5,}"));
    QString text = answer.text;
    return answer.code + u' ' + text.replace(ids, QStringLiteral("?")).replace(numbers, QStringLiteral("#"));
}

struct Call {
    QString function;
    QStringList parameters; ///< "name type"
};

} // namespace

/// Everybody against everything: each actor reads each table and calls each function of the api with what belongs to
/// somebody else. Tables, columns, functions and parameters come from the catalogue; one that is not declared here
/// fails.
class AccessMatrixTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Cast> m_cast;
    QStringList m_relations;
    QList<Call> m_calls;
    QByteArray m_sum;

    Connection &admin() { return m_cast->admin; }

    void actors()
    {
        QTest::addColumn<int>("actor");
        for (size_t i = 0; i < m_cast->actors.size(); ++i)
            QTest::newRow(m_cast->actors[i].name) << static_cast<int>(i);
    }

    /// An actor with a connection of their own: functions are compiled once a connection, under its settings.
    const Actor &meet(int actor)
    {
        m_cast->admin = m_cast->database.admin();
        return m_cast->actors[static_cast<size_t>(actor)];
    }

    /// Becomes an actor, inside a transaction: the same for every check but that of the password.
    void enter(const Actor &actor)
    {
        MUST(admin().script("begin isolation level " + actor.isolation + "; " + actor.settings
            + "; set local session authorization " + admin().identifier(actor.role)));
    }
    void leave() { MUST(admin().script("rollback")); }

    Answer ask(const QByteArray &statement)
    {
        const auto rows = admin().run(statement);
        if (!rows)
            return {rows.error().code,
                rows.error().message + u' '
                    + QString::fromUtf8(QJsonDocument(rows.error().detail).toJson(QJsonDocument::Compact))};
        QStringList out;
        for (int row = 0; row < rows->count(); ++row)
            out << rows->text(row, 0);
        return {QStringLiteral("accepted"), out.join(u'\n')};
    }

    static QByteArray statementOf(const Call &call, const QList<QByteArray> &arguments)
    {
        QByteArray list;
        for (qsizetype i = 0; i < arguments.size(); ++i)
            list += (i > 0 ? ", " : "") + call.parameters[i].section(u' ', 0, 0).toLatin1() + " => " + arguments[i];
        return "select to_jsonb(answer)::text from api." + call.function.toLatin1() + "(" + list + ") answer";
    }

    /// A sum over all of the company's rows, and over what is nobody's, but for what belongs to \a person.
    QString sumOf(const QUuid &company, const QUuid &person)
    {
        return text(admin(), m_sum, {param(company), param(person.isNull() ? newId() : person)});
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_cast = std::make_unique<Cast>();
        MUST(admin().script("create table public.cast_epoch as select epoch from conversure.installation;"
                            "grant usage on schema public to public; grant select on public.cast_epoch to public"));
        m_relations = column(admin(),
            "select c.relname from pg_class c where c.relnamespace = 'conversure'::regnamespace and c.relkind in "
            "('r', 'p', 'v', 'm') order by 1");
        const Rows functions = MUST(admin().run(
            "select p.proname, (select string_agg(coalesce(p.proargnames[place], '?') || ' ' || format_type(t, null), "
            "',' order by place) from unnest(p.proargtypes) with ordinality as a (t, place)) from pg_proc p where "
            "p.pronamespace = 'api'::regnamespace order by 1"));
        for (int row = 0; row < functions.count(); ++row)
            m_calls.append({functions.text(row, 0), functions.text(row, 1).split(u',', Qt::SkipEmptyParts)});

        QStringList parts;
        for (const QString &table : column(admin(),
                 "select c.relname from pg_class c where c.relnamespace = 'conversure'::regnamespace and c.relkind in "
                 "('r', 'p') and c.relname <> 'sign_in_buckets' order by 1")) {
            const auto has = [&](const char *name) {
                return number(admin(),
                           "select count(*) from pg_attribute where attrelid = ('conversure.' || $1)::regclass and "
                           "attname = $2 and not attisdropped",
                           {param(table), param(QString::fromLatin1(name))})
                    == 1;
            };
            QString condition = QStringLiteral("true");
            if (has("company_id"))
                condition = QStringLiteral("t.company_id = $1::uuid");
            if (has("user_id"))
                condition += QStringLiteral(" and t.user_id <> $2::uuid");
            if (has("actor_id"))
                condition += QStringLiteral(" and t.actor_id is distinct from $2::uuid");
            if (table == QStringLiteral("change_feed"))
                condition += QStringLiteral(" and not ('me:' || $2) = any (t.topics)");
            parts << QStringLiteral("select '%1', (select md5(string_agg(t::text, '|' order by t::text)) from "
                                    "conversure.%1 t where %2)")
                         .arg(table, condition);
        }
        m_sum = "select md5(string_agg(s::text, '' order by s::text)) from ("
            + parts.join(QStringLiteral(" union all ")).toUtf8() + ") s";
    }

    void theVictimHasABitOfEverything()
    {
        QStringList empty;
        for (const QString &table : column(admin(),
                 "select c.relname from pg_class c where c.relnamespace = 'conversure'::regnamespace and c.relkind in "
                 "('r', 'p') and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = "
                 "'company_id')")) {
            for (const Things *of : {&m_cast->victims, &m_cast->others}) {
                // A ticket says whose it is only when the password was right.
                if (number(admin(),
                        "select count(*) from conversure." + table.toUtf8() + " where company_id = $1::uuid",
                        {param(of->company)})
                    == 0)
                    empty << table;
            }
        }
        QCOMPARE(empty.join(u' '), QString());
        QCOMPARE(sumOf(m_cast->victims.company, {}), sumOf(m_cast->victims.company, {}));
        const QString before = sumOf(m_cast->victims.company, {});
        MUST(admin().run("begin"));
        MUST(admin().run(
            "update conversure.teams set rev = rev where company_id = $1::uuid", {param(m_cast->victims.company)}));
        const bool noticed = sumOf(m_cast->victims.company, {}) != before;
        MUST(admin().run("rollback"));
        QVERIFY(noticed);
    }

    void everyFunctionAndParameterIsDeclared()
    {
        QStringList unknown;
        for (const Call &call : m_calls) {
            if (!rights().contains(call.function))
                unknown << call.function;
            for (const QString &parameter : call.parameters) {
                if (argument(parameter, m_cast->victims, admin()).isEmpty())
                    unknown << call.function + u'(' + parameter + u')';
            }
        }
        QCOMPARE(unknown.join(u' '), QString());
        QVERIFY(m_calls.size() >= 18);
    }

    void clientsReadTheseColumnsAndNoOther()
    {
        QStringList undeclared;
        const Rows rows = MUST(admin().run(
            "select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 "
            "and "
            "not a.attisdropped where c.relnamespace in ('conversure'::regnamespace, 'api'::regnamespace, "
            "'relay'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm', 'f') and (has_column_privilege("
            "'conversure_client', c.oid, a.attnum, 'SELECT') or has_column_privilege('conversure_door', c.oid, "
            "a.attnum, 'SELECT') or has_column_privilege('conversure_relay', c.oid, a.attnum, 'SELECT'))"));
        QVERIFY(rows.count() > 4);
        for (int row = 0; row < rows.count(); ++row) {
            const auto readable = readables().constFind(rows.text(row, 0));
            if (readable == readables().constEnd()
                || !QString::fromLatin1(readable->columns).split(u' ').contains(rows.text(row, 1)))
                undeclared << rows.text(row, 0) + u'.' + rows.text(row, 1);
        }
        QCOMPARE(undeclared.join(u' '), QString());
    }

    void eachReadsWhatIsTheirs_data() { actors(); }
    void eachReadsWhatIsTheirs()
    {
        QFETCH(int, actor);
        const Actor &who = meet(actor);
        for (const QString &relation : m_relations) {
            const auto readable = readables().constFind(relation);
            const QStringList columns = column(admin(),
                "select quote_ident(a.attname) from pg_attribute a where a.attrelid = ('conversure.' || $1)::regclass "
                "and a.attnum > 0 and not a.attisdropped and has_column_privilege($2, a.attrelid, a.attnum, 'SELECT') "
                "order by a.attnum",
                {param(relation), param(who.role)});
            const bool open =
                readable != readables().constEnd() && (who.isClient() || readable->reach == Reach::Everybody);
            QVERIFY2(open != columns.isEmpty(), qPrintable(relation));
            const qint64 expected = open ? expectedRows(relation, *readable, who) : 0;
            enter(who);
            const Answer count = ask("select count(*) from conversure." + relation.toUtf8());
            const Answer content = count.code != QStringLiteral("accepted")
                ? count
                : ask(
                    "select concat_ws('|', " + columns.join(u',').toUtf8() + ") from conversure." + relation.toUtf8());
            leave();
            if (!open) {
                QCOMPARE(count.code, QStringLiteral("42501"));
                continue;
            }
            QVERIFY2(count.text == QString::number(expected),
                qPrintable(QStringLiteral("%1: %2 rows instead of %3").arg(relation, count.text).arg(expected)));
            QCOMPARE(content.code, QStringLiteral("accepted"));
            const QString found = leak(who, content.text, readable->reach == Reach::Own);
            QVERIFY2(found.isEmpty(), qPrintable(relation + u' ' + found));
        }
    }

    void nobodyChangesATable_data() { actors(); }
    void nobodyChangesATable()
    {
        QFETCH(int, actor);
        const Actor &who = meet(actor);
        QStringList accepted;
        const Rows targets = MUST(admin().run(
            "select c.oid::regclass::text, c.relkind, (select quote_ident(a.attname) from pg_attribute a where "
            "a.attrelid = c.oid and a.attnum = 1) from pg_class c where c.relnamespace = 'conversure'::regnamespace "
            "and c.relkind in ('r', 'p', 'S')"));
        for (int row = 0; row < targets.count(); ++row) {
            const QByteArray table = targets.raw(row, 0);
            const QByteArray first = targets.raw(row, 2);
            const QList<QByteArray> ofSequence{"select nextval('" + table + "')", "select setval('" + table + "', 1)",
                "select last_value from " + table, "alter sequence " + table + " restart"};
            const QList<QByteArray> ofTable{"insert into " + table + " default values",
                "update " + table + " set " + first + " = default", "delete from " + table,
                "truncate " + table + " cascade",
                "merge into " + table + " using (select 1) s on false when not matched then insert default values",
                "select from " + table + " for update", "select from " + table + " for key share",
                "lock table " + table + " in row share mode", "lock table " + table + " in access exclusive mode",
                "alter table " + table + " no force row level security", "drop table " + table + " cascade",
                "create policy p on " + table + " using (true)", "comment on table " + table + " is ''",
                "create rule r as on insert to " + table + " do nothing",
                "create statistics s on " + first + ", ctid from " + table,
                "alter table " + table + " owner to session_user", "copy " + table + " from program 'true'"};
            for (const QByteArray &statement : targets.text(row, 1) == QStringLiteral("S") ? ofSequence : ofTable) {
                enter(who);
                const QString code = ask(statement).code;
                leave();
                if (code != QStringLiteral("42501"))
                    accepted << code + u' ' + QString::fromUtf8(statement);
            }
        }
        QCOMPARE(accepted.join(u'\n'), QString());
    }

    void eachCallsWhatIsTheirs_data() { actors(); }
    void eachCallsWhatIsTheirs()
    {
        QFETCH(int, actor);
        const Actor &who = meet(actor);
        const Things target = targetOf(who);
        const bool owner = who.kind == Kind::Admin || who.kind == Kind::Guest; // then the other company is the victim
        const QUuid company = owner ? m_cast->others.company : m_cast->victims.company;
        // A super admin's visit is theirs as well.
        const QUuid person = who.kind == Kind::Super ? m_cast->actor("guest").user : who.user;
        const QString before = sumOf(company, person);
        const auto unchanged = [&] { return sumOf(company, person) == before; };
        QStringList faults;
        for (const Call &call : m_calls) {
            for (const Variant &variant : variantsOf(who, call, target)) {
                const Answer there = perform(who, call, variant.there, unchanged, &faults);
                const Answer nowhere = perform(who, call, variant.nowhere, unchanged, &faults);
                if (variant.reaching && !isForSupers(who, call) && comparable(there) != comparable(nowhere))
                    faults << call.function + QStringLiteral(" tells what is there: ") + comparable(there)
                            + QStringLiteral(" against ") + comparable(nowhere);
            }
        }
        QCOMPARE(sumOf(company, person), before);
        QVERIFY2(faults.isEmpty(), qPrintable(u'\n' + faults.join(u'\n')));
    }

private:
    struct Variant {
        QList<QByteArray> there;
        QList<QByteArray> nowhere;
        bool reaching; ///< Whether the two differ.
    };

    static bool isAgent(const Actor &who) { return who.user == who.own->agent || who.kind == Kind::Blind; }

    qint64 expectedRows(const QString &relation, const Readable &readable, const Actor &who)
    {
        QByteArray statement = "select count(*) from conversure." + relation.toUtf8();
        if (readable.reach == Reach::Everybody)
            return number(admin(), statement);
        if (who.kind == Kind::Nobody || !who.isClient() || (readable.reach == Reach::Sight && who.kind == Kind::Blind))
            return 0;
        statement += " where company_id = $1::uuid";
        Params params{param(who.own->company)};
        if (readable.reach == Reach::Own || (readable.reach == Reach::Sight && isAgent(who))) {
            statement += QByteArray(" and ") + readable.filter;
            params << param(readable.reach == Reach::Own ? who.user : who.own->conversation);
        }
        return number(admin(), statement, params);
    }

    /// A SUPER_ADMIN knows all companies, and enters any.
    static bool isForSupers(const Actor &who, const Call &call)
    {
        return who.kind == Kind::Super && rights().value(call.function) == Right::Super;
    }

    /// What \a text says that \a who must not know.
    static QString leak(const Actor &who, const QString &text, bool ofOneself)
    {
        QList<const char *> words;
        if (!ofOneself)
            words << mark::secret << mark::secretDigits;
        if (!who.isMember())
            words << mark::company << mark::seen << mark::hidden;
        if (who.kind == Kind::Blind)
            words << mark::seen << mark::hidden;
        if (who.kind == Kind::Seer)
            words << mark::hidden;
        for (const char *word : words) {
            if (holds(text, word))
                return QStringLiteral("tells ") + QLatin1String(word);
        }
        return {};
    }

    /// What an actor reaches for, and should not get.
    Things targetOf(const Actor &who) const
    {
        if (who.kind == Kind::Admin || who.kind == Kind::Guest)
            return m_cast->others;
        Things out = m_cast->victims;
        if (!who.isClient()) // whoever has the ticket of a right password may sign in
            out.signInTicket = m_cast->nowhere.signInTicket;
        if (who.isMember()) // nor is an attempt protected from whoever has its secret
            out.leaseSecret = QStringLiteral("a guess at the secret");
        if (who.kind == Kind::Seer) {
            out.conversation = m_cast->hiddenConversation;
            out.lead = m_cast->hiddenLead;
            out.message = m_cast->hiddenMessage;
            out.session = m_cast->adminSession;
            out.contactTicket = m_cast->nowhere.contactTicket;
        }
        return out;
    }

    QList<QByteArray> argumentsOf(const Call &call, const Things &of)
    {
        QList<QByteArray> out;
        for (const QString &parameter : call.parameters)
            out << argument(parameter, of, admin());
        return out;
    }

    /// All arguments of somebody else against all of nobody, and each of them alone among one's own.
    QList<Variant> variantsOf(const Actor &who, const Call &call, const Things &target)
    {
        const QList<QByteArray> there = argumentsOf(call, target);
        const QList<QByteArray> nowhere = argumentsOf(call, m_cast->nowhere);
        Things things = who.kind == Kind::Blind ? m_cast->nowhere : *who.own;
        if (who.kind == Kind::Blind)
            things.leaseSecret = target.leaseSecret;
        const QList<QByteArray> own = argumentsOf(call, things);
        QList<Variant> out{{there, nowhere, there != nowhere}};
        // A ticket is a secret: that it is somebody's is no news to whoever has it.
        if (call.parameters.contains(QStringLiteral("ticket text")))
            out[0].reaching = false;
        if (call.parameters.size() < 2 || who.kind == Kind::Seer || who.kind == Kind::Nobody || !who.isClient())
            return out;
        for (qsizetype i = 0; i < there.size(); ++i) {
            if (there[i] == nowhere[i] || call.parameters[i] == QStringLiteral("ticket text"))
                continue;
            Variant only{own, own, true};
            only.there[i] = there[i];
            only.nowhere[i] = nowhere[i];
            out << only;
        }
        return out;
    }

    /// Why an answer is wrong whatever the arguments were; empty when it may be right.
    static QString misjudged(const Actor &who, const Call &call, const QString &code)
    {
        const Right right = rights().value(call.function);
        QString must;
        if (!who.isClient())
            must = right <= Right::Anyone ? QString() : QStringLiteral("42501");
        else if (right == Right::Door)
            must = QStringLiteral("42501");
        else if (who.kind == Kind::Nobody)
            must = right == Right::Anyone ? QString() : QStringLiteral("CV001");
        else if ((right == Right::Admin && isAgent(who)) || (right == Right::Super && who.kind != Kind::Super))
            must = QStringLiteral("CV002");
        if (!must.isEmpty() && code != must)
            return QStringLiteral("is not refused with ") + must;
        return codes().contains(code) ? QString() : QStringLiteral("has an answer of its own");
    }

    /// Calls, judges, and takes it back.
    template <class Unchanged>
    Answer perform(const Actor &who, const Call &call, const QList<QByteArray> &arguments, Unchanged unchanged,
        QStringList *faults)
    {
        // What these tell a member of themselves, or of whom they may write to.
        static const QStringList telling{QStringLiteral("whoami"), QStringLiteral("lead_contact"),
            QStringLiteral("invitations"), QStringLiteral("reserve_send"), QStringLiteral("renew_lease"),
            QStringLiteral("my_devices")};
        const QByteArray statement = statementOf(call, arguments);
        enter(who);
        const Answer answer = ask(statement);
        QString fault = misjudged(who, call, answer.code);
        if (fault.isEmpty() && !isForSupers(who, call))
            fault = leak(who, answer.text, who.isMember() && telling.contains(call.function));
        if (fault.isEmpty() && answer.code == QStringLiteral("accepted") && !isForSupers(who, call)) {
            MUST(admin().script("reset session authorization; reset all"));
            if (!unchanged())
                fault = QStringLiteral("changes what is not theirs");
        }
        leave();
        if (!fault.isEmpty())
            *faults << QString::fromUtf8(statement) + u' ' + fault + QStringLiteral(": ") + answer.code + u' '
                    + answer.text.left(300);
        return answer;
    }
};

CONVERSURE_TEST(AccessMatrixTest)
#include "AccessMatrixTest.moc"
