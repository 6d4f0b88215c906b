// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/SendErrorTable.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <array>

namespace conversure::models {

namespace {

constexpr std::array rules{
    // The store's own refusals.
    SendErrorRule{"CV001", NextStep::Wait, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError", "You are signed out, so the message was not sent. Sign in and send it again.")},
    SendErrorRule{"CV002", NextStep::TellAdmin, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "You may not write in this conversation, so the message was not sent. Ask your administrator or the agent "
            "it is assigned to.")},
    SendErrorRule{"CV003", NextStep::Stop, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "This conversation is no longer there or no longer yours, so the message was not sent. Choose it again in "
            "the list.")},
    SendErrorRule{"CV004", NextStep::EditText, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "The store did not take this message: it is empty, too long or of a kind that cannot be sent. Write it "
            "anew.")},
    SendErrorRule{"CV010", NextStep::Wait, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "The daily limit of this number is used up, so the message was not sent. Wait until tomorrow or ask your "
            "administrator for a higher limit.")},
    SendErrorRule{"CV011", NextStep::Wait, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "Your own daily limit is used up, so the message was not sent. Wait until tomorrow or ask your "
            "administrator for a higher limit.")},
    SendErrorRule{"CV012", NextStep::UseTemplate, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "The lead last wrote more than 24 hours ago, so WhatsApp allows no free text. Send a template, or wait "
            "until the lead writes.")},
    SendErrorRule{"CV013", NextStep::Stop, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "This lead wants no marketing messages, so it was not sent. Do not write again unless the lead writes "
            "first.")},
    SendErrorRule{"CV014", NextStep::TellAdmin, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "This number is switched off, so the message was not sent. Ask your administrator to activate it, then "
            "send again.")},
    SendErrorRule{"CV015", NextStep::OtherTemplate, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "This template cannot be used at the moment, so the message was not sent. Choose another template.")},
    SendErrorRule{"CV016", NextStep::FillFields, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "The template's fields are not filled as it demands, so the message was not sent. Fill every field and "
            "send it again.")},
    SendErrorRule{"CV017", NextStep::Wait, Retry::Later,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp has kept marketing from this person lately, so it was not sent again so soon. Wait a day; a "
            "reply from the lead opens free text.")},
    SendErrorRule{"CV018", NextStep::OtherWay, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "Nothing is known of this lead by which this number could reach it, so the message was not sent. Choose "
            "another number or another way.")},
    SendErrorRule{"CV019", NextStep::Wait, Retry::No,
        QT_TRANSLATE_NOOP(
            "SendError", "This message is on its way already, so it was not sent a second time. Wait for its ticks.")},

    // What happened between here and the provider.
    SendErrorRule{"unconfirmed", NextStep::Wait, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "Conversure cannot tell whether WhatsApp received this message. It is not sent again by itself; if no tick "
            "appears, ask the lead before you write it anew.")},
    SendErrorRule{"not_sent", NextStep::Wait, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "This message never left: the computer it was written on stopped or lost its connection before that. Send "
            "it again if it still fits.")},
    SendErrorRule{"not_sent_said", NextStep::Wait, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "Somebody in your company has said that this message did not reach the lead. Send it again if it still "
            "fits.")},
    SendErrorRule{"sending:no-number", NextStep::TellAdmin, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "This computer does not have the access to this number, so the message was not sent. Restart Conversure; "
            "if that does not help, tell your administrator.")},
    SendErrorRule{"relay:gave-up", NextStep::Wait, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "Conversure's relay tried for a long time and could not hand this message to WhatsApp, so it was not sent. "
            "Try again; if it happens again, tell your administrator.")},
    SendErrorRule{"net:tls", NextStep::TellAdmin, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "No safe connection to WhatsApp's service was possible, so the message was not sent. Check the computer's "
            "clock and network, then try again.")},
    SendErrorRule{"net:url", NextStep::TellAdmin, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "The address of WhatsApp's service is wrong in this number's settings, so the message was not sent. Tell "
            "your administrator.")},
    SendErrorRule{"net:", NextStep::Wait, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp's service could not be reached, so the message was not sent. Check the connection, then try "
            "again.")},
    SendErrorRule{"store:", NextStep::Wait, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "Your company's store could not be reached, so the message was not sent. Check the connection, then try "
            "again.")},
    SendErrorRule{"journal:", NextStep::Wait, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "Conversure could not write to its folder on this computer, and sends nothing that it could forget. Check "
            "that the disk is not full, then send it again.")},
    SendErrorRule{"vault: chain:", NextStep::TellAdmin, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "The access to this number cannot be opened on this computer, so the message was not sent. Tell your "
            "administrator.")},

    // What cannot even be put into a provider's form.
    SendErrorRule{"provider:text-length", NextStep::EditText, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "The message is empty or longer than WhatsApp takes, so it was not sent. Shorten it or send it in parts.")},
    SendErrorRule{"provider:recipient", NextStep::OtherWay, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "What is known of this lead is no address that WhatsApp could deliver to, so the message was not sent. "
            "Reach the lead in another way.")},
    SendErrorRule{"provider:template-fields", NextStep::FillFields, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "A field of the template is empty, too long or no address of a file, so the message was not sent. Fill it "
            "in and send it again.")},
    SendErrorRule{"provider:template", NextStep::OtherTemplate, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "Conversure cannot send templates of this form, so the message was not sent. Choose another template.")},
    SendErrorRule{"provider:content-type", NextStep::EditText, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "Messages of this kind cannot be sent over this number, so it was not sent. Write it as text.")},
    SendErrorRule{"provider:setting-", NextStep::TellAdmin, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "The settings of this number are not right, so the message was not sent. Tell your administrator to look "
            "at them.")},
    SendErrorRule{"provider:failed meta:unknown", NextStep::Wait, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp did not deliver the message and did not say why. Try again; if it happens again, tell your "
            "administrator.")},
    SendErrorRule{"provider:", NextStep::TellAdmin, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "Conversure could not put this message into WhatsApp's form, so it was not sent. Write it anew; if it "
            "happens again, tell your administrator.")},

    // Meta: the access and the account.
    SendErrorRule{"meta:0 meta:190 meta:http-401", NextStep::TellAdmin, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp no longer accepts the access token of this number, so the message was not sent. Ask your "
            "administrator to enter a new token, then try again.")},
    SendErrorRule{"meta:3 meta:10 meta:131005 meta:http-403", NextStep::TellAdmin, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "The access token of this number lacks a permission, so the message was not sent. Ask your administrator "
            "to give it the permission for messages, then try again.")},
    SendErrorRule{"meta:368", NextStep::TellAdmin, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp has blocked this account for a time because of its policies, so the message was not sent. Tell "
            "your administrator to look at the account's quality page.")},
    SendErrorRule{"meta:131031", NextStep::TellAdmin, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp has locked this account, so the message was not sent. Tell your administrator to look into Meta "
            "Business Support.")},
    SendErrorRule{"meta:131042", NextStep::TellAdmin, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp reports a problem with the payment of this account, so the message was not sent. Ask your "
            "administrator to settle the billing, then try again.")},
    SendErrorRule{"meta:131037", NextStep::TellAdmin, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp has not approved the name that this number shows, so it cannot send yet. Tell your "
            "administrator.")},
    SendErrorRule{"meta:131045 meta:133010", NextStep::TellAdmin, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "This number is not registered for sending at WhatsApp, so the message was not sent. Ask your "
            "administrator to register it, then try again.")},
    SendErrorRule{"meta:131063", NextStep::TellAdmin, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "Marketing templates are switched off in the WhatsApp account, so it was not sent. Tell your "
            "administrator.")},

    // Meta: faults and limits.
    SendErrorRule{"meta:1 meta:2 meta:131000 meta:131016 meta:133004", NextStep::Wait, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "Something went wrong at WhatsApp, so the message was not sent. Wait a minute, then try again.")},
    SendErrorRule{"meta:131057", NextStep::Wait, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp is doing maintenance on this account, so the message was not sent. Wait ten minutes, then try "
            "again.")},
    SendErrorRule{"meta:135000", NextStep::Wait, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp did not take the message and gave no reason. Try again once; if it fails again, write it "
            "otherwise.")},
    SendErrorRule{"meta:4 meta:80007 meta:http-429", NextStep::Wait, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "Your company has asked WhatsApp for too much within an hour, so the message was refused. Wait some "
            "minutes, then try again.")},
    SendErrorRule{"meta:130429", NextStep::Wait, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "This number is sending faster than WhatsApp allows, so the message was refused. Wait a minute, then try "
            "again.")},
    SendErrorRule{"meta:131056", NextStep::Wait, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "Too many messages went to this one person in a short time, so WhatsApp refused this one. Wait a minute, "
            "then try again.")},
    SendErrorRule{"meta:131048", NextStep::TellAdmin, Retry::Later,
        QT_TRANSLATE_NOOP("SendError",
            "People have blocked or reported messages of this number, so WhatsApp limits it for some hours. Write only "
            "to leads who wrote first, and tell your administrator.")},
    SendErrorRule{"meta:131064", NextStep::TellAdmin, Retry::Later,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp limits this account because templates were filed under a wrong category. Tell your "
            "administrator; try again in some hours.")},
    SendErrorRule{"meta:133016", NextStep::TellAdmin, Retry::Later,
        QT_TRANSLATE_NOOP("SendError",
            "This number was registered at WhatsApp too often, so it is closed for some hours. Tell your administrator "
            "not to register it again before that.")},

    // Meta: the person.
    SendErrorRule{"meta:131047", NextStep::UseTemplate, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp did not deliver the message: the lead last wrote more than 24 hours ago. Send a template, or "
            "wait until the lead writes.")},
    SendErrorRule{"meta:131049", NextStep::Wait, Retry::Later,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp did not deliver this marketing message, because this person has had many lately. Do not repeat "
            "it within 24 hours; a reply from the lead opens free text.")},
    SendErrorRule{"meta:130472", NextStep::OtherWay, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp delivers no marketing to this person at present, as part of a test of its own. Reach the lead in "
            "another way, or wait until the lead writes.")},
    SendErrorRule{"meta:131050", NextStep::Stop, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "This person has stopped marketing messages from you, so it was not delivered. Send no more marketing; "
            "answer when the lead writes.")},
    SendErrorRule{"meta:131026", NextStep::OtherWay, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp cannot deliver to this person: perhaps the number has no WhatsApp or its app is too old. Reach "
            "the lead in another way.")},
    SendErrorRule{"meta:131021", NextStep::OtherWay, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "The message was addressed to the number it was sent from, which WhatsApp does not allow. Check the lead's "
            "number.")},
    SendErrorRule{"meta:131030", NextStep::TellAdmin, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "This is a test number, which reaches only people on its list. Ask your administrator to add the lead to "
            "the list, then try again.")},
    SendErrorRule{"meta:130497", NextStep::OtherWay, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "Your company's account may not write to people in this country, so the message was not sent. Reach the "
            "lead in another way.")},
    SendErrorRule{"meta:131062", NextStep::OtherWay, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "Messages of this kind need the lead's telephone number, which the lead hides. Send something else, or ask "
            "for the number.")},
    SendErrorRule{"meta:137000", NextStep::OtherWay, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "The person behind this number may be another one by now, so WhatsApp did not deliver. Make sure in "
            "another way who it is.")},

    // Meta: what was sent.
    SendErrorRule{"meta:100 meta:131008 meta:131009", NextStep::EditText, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp did not accept the form of this message, so it was not sent. Write it anew; if it happens again, "
            "tell your administrator.")},
    SendErrorRule{"meta:131051", NextStep::EditText, Retry::No,
        QT_TRANSLATE_NOOP(
            "SendError", "WhatsApp does not support messages of this kind, so it was not sent. Write it as text.")},
    SendErrorRule{"meta:131052", NextStep::FillFields, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp could not fetch the file, so the message was not sent. Check that its address opens for "
            "everybody, then try again.")},
    SendErrorRule{"meta:131053", NextStep::FillFields, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp could not take the file, mostly because of its type or size, so the message was not sent. Choose "
            "another file.")},
    SendErrorRule{"meta:132000", NextStep::FillFields, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "The template has other fields by now than were filled in, so it was not sent. Choose it again and fill "
            "in all fields.")},
    SendErrorRule{"meta:132001", NextStep::OtherTemplate, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp does not have this template in this language, or has not approved it, so it was not sent. Choose "
            "another template.")},
    SendErrorRule{"meta:132005", NextStep::FillFields, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "With what was filled in, the template is too long for WhatsApp, so it was not sent. Shorten the "
            "fields.")},
    SendErrorRule{"meta:132007", NextStep::OtherTemplate, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp refuses what this template says because of its policies, so it was not sent. Choose another "
            "template and tell your administrator.")},
    SendErrorRule{"meta:132008 meta:132012 meta:132018", NextStep::FillFields, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "A field of the template has a form that WhatsApp does not take, so it was not sent. Check the fields and "
            "send it again.")},
    SendErrorRule{"meta:132015", NextStep::OtherTemplate, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp has paused this template, because people did not like it, so it was not sent. Choose another "
            "template until it is approved again.")},
    SendErrorRule{"meta:132016", NextStep::OtherTemplate, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "WhatsApp has switched this template off for good, so it was not sent. Choose another template and tell "
            "your administrator.")},
    SendErrorRule{"meta:132068", NextStep::OtherTemplate, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "The form that belongs to this template is blocked by WhatsApp, so it was not sent. Choose another "
            "template.")},
    SendErrorRule{"meta:132069", NextStep::OtherTemplate, Retry::Later,
        QT_TRANSLATE_NOOP("SendError",
            "The form that belongs to this template is slowed down by WhatsApp, so it was not sent. Choose another "
            "template, or try again in an hour.")},
    SendErrorRule{"meta:131061", NextStep::OtherTemplate, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "This template has a price limit and goes another way at WhatsApp than Conversure sends, so it was not "
            "sent. Choose another template.")},
    SendErrorRule{"meta:http-", NextStep::TellAdmin, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "Something between Conversure and WhatsApp, such as a proxy, refused the message, so it was not sent. Try "
            "again; if it happens again, tell your administrator.")},
};

/// By class, for codes that are not above: those of a newer version, or of another provider.
constexpr std::array classRules{
    SendErrorRule{"invalid_content", NextStep::EditText, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "The service did not accept this message as it is, so it was not sent. Write it otherwise; if it happens "
            "again, tell your administrator.")},
    SendErrorRule{"not_reachable", NextStep::OtherWay, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "This person cannot be reached over this number, so the message was not delivered. Reach the lead in "
            "another way.")},
    SendErrorRule{"window_closed", NextStep::UseTemplate, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "Free text was no longer allowed, because the lead has not written for too long. Send a template, or wait "
            "until the lead writes.")},
    SendErrorRule{"opted_out", NextStep::Stop, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "The lead has asked the service for no more of such messages, so it was not delivered. Send no more of "
            "them; answer when the lead writes.")},
    SendErrorRule{"marketing_cap", NextStep::Wait, Retry::Later,
        QT_TRANSLATE_NOOP("SendError",
            "The service kept this marketing message from the lead, who has had enough for now. Do not repeat it "
            "today.")},
    SendErrorRule{"template_problem", NextStep::OtherTemplate, Retry::No,
        QT_TRANSLATE_NOOP("SendError",
            "Something is wrong with this template or its fields, so it was not sent. Check the fields or choose "
            "another template.")},
    SendErrorRule{"pace_limited", NextStep::Wait, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "Messages went out faster than the service allows, so this one was refused. Wait a minute, then try "
            "again.")},
    SendErrorRule{"provider_limit", NextStep::TellAdmin, Retry::Later,
        QT_TRANSLATE_NOOP("SendError",
            "The service limits this number for some hours, so the message was not sent. Tell your administrator and "
            "try again later.")},
    SendErrorRule{"auth_problem", NextStep::TellAdmin, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "The service does not accept the access of this number, so the message was not sent. Ask your "
            "administrator to renew it, then try again.")},
    SendErrorRule{"account_problem", NextStep::TellAdmin, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "Something is not in order with the account of this number, so the message was not sent. Tell your "
            "administrator, then try again.")},
    SendErrorRule{"provider_down", NextStep::Wait, Retry::Yes,
        QT_TRANSLATE_NOOP("SendError",
            "The service has a fault at the moment, so the message was not sent. Wait a minute, then try again.")},
};

constexpr SendErrorRule unknownRule{"", NextStep::TellAdmin, Retry::Yes,
    QT_TRANSLATE_NOOP("SendError",
        "The message was not sent (%1). Try again; if it happens again, tell your administrator this code.")};

bool stands(QStringView listed, QStringView code)
{
    const bool begins = listed.endsWith(u':') || listed.endsWith(u'-');
    return begins ? code.startsWith(listed) : code == listed;
}

/// Exact codes come before the beginnings in the table, so the first that stands for it is the right one.
template <class Rules>
const SendErrorRule *find(const Rules &among, const QString &code)
{
    for (const SendErrorRule &rule : among) {
        const QString codes = QString::fromLatin1(rule.codes);
        for (const QStringView listed : QStringView(codes).split(u' ')) {
            if (stands(listed, code))
                return &rule;
        }
    }
    return nullptr;
}

/// Meta's permissions have a hundred codes.
QString listedCode(const QString &code)
{
    static const QRegularExpression permission(QStringLiteral("^meta:2[0-9]{2}\\z"));
    return permission.match(code).hasMatch() ? QStringLiteral("meta:10") : code;
}

} // namespace

const SendErrorRule &sendErrorRule(const QString &code, const QJsonObject &detail)
{
    if (const SendErrorRule *rule = find(rules, listedCode(code)))
        return *rule;
    const SendErrorRule *rule = find(classRules, detail.value(QLatin1StringView("class")).toString());
    return rule ? *rule : unknownRule;
}

bool isUnknownSendError(const SendErrorRule &rule)
{
    return &rule == &unknownRule;
}

} // namespace conversure::models
