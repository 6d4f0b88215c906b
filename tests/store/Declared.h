// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Cast.h"

#include <QSet>

// Who may read and call what. AccessMatrixTest compares the catalogue with it, so that a new table, column, function or
// parameter is decided about here before anything else is done with it.

namespace conversure::test {

/// Who reads which rows of a table or view. What is not named here, no client reads.
enum class Reach {
    Everybody,
    Company, ///< All of the company's members all of its rows.
    Sight, ///< Members what their topics show.
    Own ///< Each user their own rows.
};

struct Readable {
    Reach reach;
    const char *columns; ///< What a client may read, and no other.
    const char *filter; ///< Sight: the seeing agent's rows, $2 the conversation. Own: rows of the user $2.
};

inline const QHash<QString, Readable> &readables()
{
    static constexpr char member[] = "user_id = $2::uuid";
    static constexpr char recipient[] = "recipient_id = $2::uuid";
    static constexpr char conversation[] = "conversation_id = $2::uuid";
    static constexpr char lead[] =
        "lead_id = (select c.lead_id from conversure.conversations c where c.conversation_id = $2::uuid)";
    static const QHash<QString, Readable> all{
        {QStringLiteral("schema_migrations"), {Reach::Everybody, "version name checksum applied_at", ""}},
        {QStringLiteral("companies"),
            {Reach::Company,
                "company_id name time_zone created_at rev root_key next_time_zone zone_changes_at zone_day", ""}},
        {QStringLiteral("company_settings"),
            {Reach::Company,
                "company_id send_via visibility warmup_ladder rev mask_phones agent_daily_limit stop_words start_words",
                ""}},
        {QStringLiteral("users"), {Reach::Company, "company_id user_id name role active guest daily_limit rev", ""}},
        {QStringLiteral("whatsapp_numbers"),
            {Reach::Company,
                "company_id number_id phone label provider provider_number_id account_id config active "
                "warmup_started_at daily_limit limit_reason has_window identity_kinds rev",
                ""}},
        {QStringLiteral("quota_log"), {Reach::Company, "company_id number_id day epoch sent quota_limit", ""}},
        {QStringLiteral("agent_quotas"), {Reach::Company, "company_id user_id day epoch sent quota_limit", ""}},
        {QStringLiteral("templates"),
            {Reach::Company,
                "company_id template_id provider account_id name language provider_template_id category status "
                "components parameter_format quality rejected_reason status_at rev",
                ""}},
        {QStringLiteral("template_rows"), {Reach::Company, "company_id template_id rev row", ""}},
        {QStringLiteral("template_changes"), {Reach::Company, "company_id change", ""}},
        {QStringLiteral("teams"), {Reach::Company, "company_id team_id name created_at rev", ""}},
        {QStringLiteral("team_members"), {Reach::Company, "company_id team_id user_id", ""}},
        {QStringLiteral("vault_secrets"),
            {Reach::Company,
                "company_id secret_id owner_kind owner_id kind key_version secret_version nonce ciphertext rev", ""}},
        {QStringLiteral("secret_rows"), {Reach::Company, "company_id owner_kind owner_id secret_id secret", ""}},
        {QStringLiteral("key_signatures"),
            {Reach::Company,
                "company_id statement_id subject_kind subject_id box_public sign_public authority signer_kind "
                "signer_id signature signed_at retired_at",
                ""}},
        {QStringLiteral("statement_rows"),
            {Reach::Company, "company_id subject_kind subject_id authority retired_at statement", ""}},
        {QStringLiteral("vault_manifests"),
            {Reach::Company, "company_id version key_version commitment entries signed_by_kind signed_by signature rev",
                ""}},
        {QStringLiteral("manifest_rows"), {Reach::Company, "company_id manifest", ""}},
        {QStringLiteral("conversations"),
            {Reach::Sight,
                "company_id conversation_id lead_id number_id status assignee_id topics lead_name inbound_seq "
                "last_inbound_at last_message_at last_message_id last_preview last_direction last_content_type "
                "last_status created_at rev team_id opted_out marketing_after",
                conversation}},
        {QStringLiteral("conversation_rows"),
            {Reach::Sight, "company_id conversation_id last_message_at rev row", conversation}},
        {QStringLiteral("messages"),
            {Reach::Sight,
                "company_id message_id conversation_id number_id direction status content_type body original_type "
                "author_id provider_time sort_at current_attempt_id error_code error_detail "
                "created_at rev template_id earlier_accepted",
                conversation}},
        {QStringLiteral("message_rows"),
            {Reach::Sight, "company_id message_id conversation_id sort_at rev row", conversation}},
        {QStringLiteral("leads"),
            {Reach::Sight,
                "company_id lead_id name masked_phone status language source budget property_type location bedrooms "
                "created_at rev",
                lead}},
        {QStringLiteral("lead_rows"), {Reach::Sight, "company_id lead_id rev row", lead}},
        {QStringLiteral("conversation_reads"), {Reach::Own, "company_id user_id conversation_id read_seq rev", member}},
        {QStringLiteral("user_keys"), {Reach::Own, "company_id user_id box_public sign_public wrapped", member}},
        {QStringLiteral("vault_keys"),
            {Reach::Own,
                "company_id key_version recipient_kind recipient_id sealed commitment sealed_by_kind sealed_by "
                "signature",
                recipient}},
        {QStringLiteral("seal_rows"),
            {Reach::Own, "company_id recipient_kind recipient_id key_version seal", recipient}},
    };
    return all;
}

/// Who may call a function of the api at all; what it then does to whose things is for the function to decide.
enum class Right { Door, Anyone, Member, Admin, Super };

inline const QHash<QString, Right> &rights()
{
    static const QHash<QString, Right> all = [] {
        QHash<QString, Right> out;
        const auto add = [&out](Right right, const char *names) {
            for (const QString &name : QString::fromLatin1(names).split(u' '))
                out.insert(name, right);
        };
        add(Right::Door, "sign_in_finish accept_invitation invitation_begin register registration register_company");
        add(Right::Anyone, "sign_in_params sign_in_begin");
        add(Right::Member,
            "ask_lead_contact assign assign_team change_password claim confirm_send conversation_page end_session "
            "fail_send feed_cursor feed_since inbox_counts lead_contact lift_opt_out mark_read message_page my_devices "
            "opt_out release say_not_sent send_limits sync_templates "
            "release_send renew_lease reserve_send send_state sign_out sign_out_everywhere whoami");
        add(Right::Admin,
            "activate add_team_member confirm_restored create_team deactivate delete_team empty_vault hand_over invite "
            "invite_reset "
            "invitations put_secrets recover recovery relays remove_relay remove_team_member rename_team "
            "reset_quotas revoke_invitation set_agent_limit set_number_limit set_opt_out_words set_time_zone "
            "set_warmup_ladder "
            "rotate_vault set_phone_masking set_recovery set_role set_send_via set_visibility sign_key "
            "tokens_to_renew unlock unsigned_members");
        add(Right::Super, "companies enter_company");
        return out;
    }();
    return all;
}

/// What a parameter is given, by its name and type: somebody's thing, or a value of no one.
inline QByteArray argument(const QString &parameter, const Things &of, const store::Connection &quoting)
{
    const auto id = [](const QUuid &value) { return "'" + value.toByteArray(QUuid::WithoutBraces) + "'::uuid"; };
    const auto ids = [](const QUuid &value) {
        return "array['" + value.toByteArray(QUuid::WithoutBraces) + "'::uuid]";
    };
    const auto object = [](const QUuid &value, const QByteArray &rest) {
        const QByteArray text = value.toByteArray(QUuid::WithoutBraces);
        return "('{\"id\": \"" + text + "\", \"user_id\": \"" + text + "\", \"invitation_id\": \"" + text + "\", "
            + rest + "}')::jsonb";
    };
    static const QByteArray key32 = QByteArray(32, 'k').toBase64();
    static const QByteArray key64 = QByteArray(64, 'k').toBase64();
    static const QByteArray bytes80 = QByteArray(80, 'k').toBase64();
    static const QByteArray keys = "\"box_public\": \"" + key32 + "\", \"sign_public\": \"" + key32 + "\"";
    const QByteArray admin = of.admin.toByteArray(QUuid::WithoutBraces);
    const QByteArray manifest = "\"version\": 2, \"key_version\": 1, \"commitment\": \"" + key32
        + "\", \"entries\": {}, \"signed_by_kind\": \"user\", \"signed_by\": \"" + admin + "\", \"signature\": \""
        + key64 + "\"";
    const QByteArray seal = "\"kind\": \"user\", \"key_version\": 1, \"sealed\": \"" + bytes80
        + "\", \"commitment\": \"" + key32 + "\", \"sealed_by_kind\": \"user\", \"sealed_by\": \"" + admin
        + "\", \"signature\": \"" + key64 + "\"";
    const QHash<QString, QByteArray> all{
        {QStringLiteral("attempt uuid"), id(of.attempt)},
        {QStringLiteral("before_id uuid"), id(of.message)},
        {QStringLiteral("before_us bigint"), "4000000000000000"},
        {QStringLiteral("box_public bytea"), "'\\x" + QByteArray(32, 'k').toHex() + "'::bytea"},
        {QStringLiteral("code text"), "'meta:1'"},
        {QStringLiteral("company uuid"), id(of.company)},
        {QStringLiteral("content jsonb"), "'{\"type\": \"TEXT\", \"text\": \"Hello\"}'::jsonb"},
        {QStringLiteral("conversation uuid"), id(of.conversation)},
        {QStringLiteral("cursor_epoch text"), "(select epoch::text from public.cast_epoch)"},
        {QStringLiteral("cursor_xid text"), "'3'"},
        {QStringLiteral("daily_limit integer"), "7"},
        {QStringLiteral("device_name text"), "'desk'"},
        {QStringLiteral("device_secret text"), "repeat('ab', 32)"},
        {QStringLiteral("email text"), quoting.literal(of.email)},
        {QStringLiteral("figures jsonb"), "'{}'::jsonb"},
        {QStringLiteral("heir uuid"), id(of.admin)},
        {QStringLiteral("invitation jsonb"),
            object(of.agent,
                "\"role\": \"AGENT\", \"name\": \"N\", \"expires_at\": 1, \"key_version\": 1, \"lookup_hash\": \""
                    + key32 + "\", \"sealed_data_key\": \"" + key32 + "\", \"auth\": \"" + bytes80
                    + "\", \"signature\": \"" + key64 + "\"")},
        {QStringLiteral("invitation uuid"), id(of.invitation)},
        {QStringLiteral("leads uuid[]"), ids(of.lead)},
        {QStringLiteral("lease_secret text"), quoting.literal(of.leaseSecret)},
        {QStringLiteral("lookup bytea"), "'\\x" + QByteArray(32, 'k').toHex() + "'::bytea"},
        {QStringLiteral("limits integer[]"), "'{10,20}'::integer[]"},
        {QStringLiteral("mac bytea"), "'\\x" + QByteArray(32, 'k').toHex() + "'::bytea"},
        {QStringLiteral("manifest jsonb"), "('{" + manifest + "}')::jsonb"},
        {QStringLiteral("masked boolean"), "true"},
        {QStringLiteral("max_rows integer"), "500"},
        {QStringLiteral("message uuid"), id(of.message)},
        {QStringLiteral("messages uuid[]"), ids(of.message)},
        {QStringLiteral("mode text"), "'team'"},
        {QStringLiteral("name text"), "'Renamed'"},
        {QStringLiteral("new_proof text"), "repeat('n', 43)"},
        {QStringLiteral("number uuid"), id(of.number)},
        {QStringLiteral("numbers uuid[]"), ids(of.number)},
        {QStringLiteral("old_version integer"), "1"},
        {QStringLiteral("people uuid[]"), ids(of.agent)},
        {QStringLiteral("person uuid"), id(of.agent)},
        {QStringLiteral("person_name text"), "'N'"},
        {QStringLiteral("proof text"), "repeat('w', 43)"},
        {QStringLiteral("provider_message_id text"), "'p1'"},
        {QStringLiteral("read_seq bigint"), "1"},
        {QStringLiteral("recovery jsonb"), object(of.admin, keys)},
        {QStringLiteral("relay uuid"), id(of.company)},
        {QStringLiteral("remark text"), "'a remark'"},
        {QStringLiteral("role text"), "'COMPANY_ADMIN'"},
        {QStringLiteral("row_limit integer"), "5000"},
        {QStringLiteral("seal jsonb"), object(of.admin, seal)},
        {QStringLiteral("seals jsonb"), "jsonb_build_array(" + object(of.admin, seal) + ")"},
        {QStringLiteral("secrets jsonb"), "'[]'::jsonb"},
        {QStringLiteral("session uuid"), id(of.session)},
        {QStringLiteral("sign_public bytea"), "'\\x" + QByteArray(32, 'k').toHex() + "'::bytea"},
        {QStringLiteral("statement jsonb"),
            object(of.admin,
                keys + ", \"kind\": \"user\", \"authority\": true, \"signer_kind\": \"user\", \"signer_id\": \"" + admin
                    + "\", \"signature\": \"" + key64 + "\"")},
        {QStringLiteral("start_words text[]"), "'{go}'::text[]"},
        {QStringLiteral("stop_words text[]"), "'{halt}'::text[]"},
        {QStringLiteral("team uuid"), id(of.team)},
        {QStringLiteral("ticket text"), "'" + of.signInTicket.toLatin1() + "'"},
        {QStringLiteral("ticket uuid"), id(of.contactTicket)},
        {QStringLiteral("time_zone text"), "'Asia/Dubai'"},
        {QStringLiteral("vault jsonb"),
            "('{\"root_key\": \"" + key32 + "\", \"recovery\": null, \"statements\": [], \"seals\": [], \"manifest\": {"
                + manifest + "}}')::jsonb"},
        {QStringLiteral("verifier text"),
            "'SCRAM-SHA-256$4096:' || repeat('A', 22) || '==$' || repeat('A', 43) || "
            "'=:' || repeat('A', 43) || '='"},
        {QStringLiteral("via text"), "'relay'"},
        {QStringLiteral("wrapped bytea"), "'wrapped'::bytea"},
    };
    return all.value(parameter);
}

/// What a refusal may look like; anything else is a defect.
inline const QSet<QString> &codes()
{
    static const QSet<QString> all{QStringLiteral("accepted"), QStringLiteral("42501"), QStringLiteral("CV001"),
        QStringLiteral("CV002"), QStringLiteral("CV003"), QStringLiteral("CV004"), QStringLiteral("CV005"),
        QStringLiteral("CV006"), QStringLiteral("CV007"), QStringLiteral("CV010"), QStringLiteral("CV011"),
        QStringLiteral("CV012"), QStringLiteral("CV013"), QStringLiteral("CV014"), QStringLiteral("CV015"),
        QStringLiteral("CV016"), QStringLiteral("CV017"), QStringLiteral("CV018"), QStringLiteral("CV019"),
        QStringLiteral("CV020"), QStringLiteral("CV040"), QStringLiteral("CV041")};
    return all;
}

} // namespace conversure::test
