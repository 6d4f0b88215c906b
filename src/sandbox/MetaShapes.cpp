// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/MetaShapes.h"

#include <QJsonObject>

namespace conversure::sandbox {

using namespace Qt::StringLiterals;
using namespace shape;

namespace {

Check webAddress()
{
    return text(1, 2048, u"https?://.+"_s);
}

Check wamid()
{
    return text(6, 512, u"wamid\\..+"_s);
}

/// A file is named by its upload or by an address, never by both.
Check media(std::vector<Member> extras)
{
    std::vector<Member> members{{u"id"_s, false, text(1, 64, u"[0-9]+"_s)}, {u"link"_s, false, webAddress()}};
    members.insert(members.end(), extras.begin(), extras.end());
    return both(object(members), exactlyOne({u"id"_s, u"link"_s}));
}

Check textPayload()
{
    return object({{u"body"_s, true, text(1, 4096)}, {u"preview_url"_s, false, boolean()}});
}

Check location()
{
    return object({{u"latitude"_s, true, numeric()}, {u"longitude"_s, true, numeric()},
        {u"name"_s, false, text(0, 1000)}, {u"address"_s, false, text(0, 1000)}});
}

Check contactName()
{
    const Check known = object({{u"formatted_name"_s, true, text(1, 1000)}, {u"first_name"_s, false, text(1, 1000)},
        {u"last_name"_s, false, text(1, 1000)}, {u"middle_name"_s, false, text(1, 1000)},
        {u"prefix"_s, false, text(1, 1000)}, {u"suffix"_s, false, text(1, 1000)}});
    const Check onePart = [](const QJsonValue &value, const QString &path) -> std::optional<Violation> {
        if (value.toObject().size() > 1)
            return std::nullopt;
        return Violation{Violation::Kind::Missing, path, u"needs one more part of the name"_s};
    };
    return both(known, onePart);
}

Check contacts()
{
    const Check entries = list(0, 100, anything());
    return list(1, 257,
        object({{u"name"_s, true, contactName()}, {u"phones"_s, false, entries}, {u"emails"_s, false, entries},
            {u"urls"_s, false, entries}, {u"addresses"_s, false, entries}, {u"org"_s, false, anything()},
            {u"birthday"_s, false, text(10, 10, u"[0-9]{4}-[0-9]{2}-[0-9]{2}"_s)}}));
}

Check bodyText(int max)
{
    return object({{u"text"_s, true, text(1, max)}});
}

Check textHeader()
{
    return object({{u"type"_s, true, oneOf({u"text"_s})}, {u"text"_s, true, text(1, 60)}});
}

Check mediaHeader(const QString &type)
{
    return object({{u"type"_s, true, oneOf({type})}, {type, true, media({{u"filename"_s, false, text(0, 240)}})}});
}

Check anyHeader()
{
    return tagged(u"type"_s,
        {{u"text"_s, textHeader()}, {u"image"_s, mediaHeader(u"image"_s)}, {u"video"_s, mediaHeader(u"video"_s)},
            {u"document"_s, mediaHeader(u"document"_s)}});
}

Check interactiveOf(const Check &header, int maxBody, const Check &action)
{
    return object({{u"type"_s, true, anything()}, {u"header"_s, false, header}, {u"body"_s, true, bodyText(maxBody)},
        {u"footer"_s, false, bodyText(60)}, {u"action"_s, true, action}});
}

Check buttonsAction()
{
    const Check reply = object({{u"id"_s, true, text(1, 256)}, {u"title"_s, true, text(1, 20)}});
    const Check button = object({{u"type"_s, true, oneOf({u"reply"_s})}, {u"reply"_s, true, reply}});
    return object({{u"buttons"_s, true, list(1, 3, button)}});
}

Check listAction()
{
    const Check row = object(
        {{u"id"_s, true, text(1, 200)}, {u"title"_s, true, text(1, 24)}, {u"description"_s, false, text(0, 72)}});
    const Check section = object({{u"title"_s, false, text(0, 24)}, {u"rows"_s, true, list(1, 10, row)}});
    return object({{u"button"_s, true, text(1, 20)}, {u"sections"_s, true, list(1, 10, section)}});
}

Check namedAction(const QString &name, const Check &parameters)
{
    return object({{u"name"_s, true, oneOf({name})}, {u"parameters"_s, true, parameters}});
}

Check interactive()
{
    const Check link = object({{u"display_text"_s, true, text(1, 20)}, {u"url"_s, true, webAddress()}});
    const Check flow = object({{u"flow_message_version"_s, true, oneOf({u"3"_s})}, {u"flow_cta"_s, true, text(1, 30)},
        {u"flow_id"_s, false, text(1, 64)}, {u"flow_name"_s, false, text(1, 200)},
        {u"flow_token"_s, false, text(1, 200)}, {u"mode"_s, false, oneOf({u"draft"_s, u"published"_s})},
        {u"flow_action"_s, false, oneOf({u"navigate"_s, u"data_exchange"_s})},
        {u"flow_action_payload"_s, false, anything()}});
    const Check askLocation = object({{u"name"_s, true, oneOf({u"send_location"_s})}});
    return tagged(u"type"_s,
        {{u"button"_s, interactiveOf(anyHeader(), 1024, buttonsAction())},
            {u"list"_s, interactiveOf(textHeader(), 4096, listAction())},
            {u"cta_url"_s, interactiveOf(anyHeader(), 1024, namedAction(u"cta_url"_s, link))},
            {u"location_request_message"_s, interactiveOf(textHeader(), 1024, askLocation)},
            {u"flow"_s, interactiveOf(anyHeader(), 1024, namedAction(u"flow"_s, flow))}});
}

Check parameterOf(const QString &type, const Check &payload)
{
    return object({{u"type"_s, true, oneOf({type})}, {type, true, payload},
        {u"parameter_name"_s, false, text(1, 512, u"[a-z0-9_]+"_s)}});
}

Check templateParameter()
{
    const Check money = object({{u"fallback_value"_s, true, text(1, 1024)}, {u"code"_s, true, text(3, 3)},
        {u"amount_1000"_s, true, numeric()}});
    const Check file = media({{u"filename"_s, false, text(0, 240)}});
    return tagged(u"type"_s,
        {{u"text"_s, parameterOf(u"text"_s, text(1, 1024))}, {u"currency"_s, parameterOf(u"currency"_s, money)},
            {u"date_time"_s, parameterOf(u"date_time"_s, anything())}, {u"image"_s, parameterOf(u"image"_s, file)},
            {u"video"_s, parameterOf(u"video"_s, file)}, {u"document"_s, parameterOf(u"document"_s, file)},
            {u"location"_s, parameterOf(u"location"_s, location())},
            {u"payload"_s, parameterOf(u"payload"_s, text(1, 256))},
            {u"coupon_code"_s, parameterOf(u"coupon_code"_s, text(1, 20))},
            {u"action"_s, parameterOf(u"action"_s, anything())}});
}

/// Component names are lower case here, though the template list spells them in upper case.
Check templateComponent()
{
    const Check parameters = list(1, 100, templateParameter());
    const Check part = object({{u"type"_s, true, anything()}, {u"parameters"_s, true, parameters}});
    const Check button = object({{u"type"_s, true, anything()},
        {u"sub_type"_s, true,
            oneOf({u"quick_reply"_s, u"url"_s, u"copy_code"_s, u"flow"_s, u"catalog"_s, u"mpm"_s, u"voice_call"_s})},
        {u"index"_s, true, either(text(1, 1, u"[0-9]"_s), integer(0, 9))}, {u"parameters"_s, false, parameters}});
    return tagged(u"type"_s, {{u"header"_s, part}, {u"body"_s, part}, {u"button"_s, button}});
}

Check templatePayload()
{
    const Check language = object({{u"code"_s, true, text(2, 12, u"[a-z]{2,3}(_[A-Za-z]{2,4})?"_s)},
        {u"policy"_s, false, oneOf({u"deterministic"_s})}});
    return object({{u"name"_s, true, text(1, 512, u"[a-z0-9_]+"_s)}, {u"language"_s, true, language},
        {u"components"_s, false, list(0, 20, templateComponent())}});
}

std::map<QString, Check> payloadShapes()
{
    const Member caption{u"caption"_s, false, text(0, 1024)};
    return {{u"text"_s, textPayload()}, {u"image"_s, media({caption})}, {u"video"_s, media({caption})},
        {u"audio"_s, media({{u"voice"_s, false, boolean()}})},
        {u"document"_s, media({caption, {u"filename"_s, false, text(0, 240)}})}, {u"sticker"_s, media({})},
        {u"location"_s, location()}, {u"contacts"_s, contacts()},
        {u"reaction"_s, object({{u"message_id"_s, true, wamid()}, {u"emoji"_s, true, text(0, 32)}})},
        {u"interactive"_s, interactive()}, {u"template"_s, templatePayload()}};
}

} // namespace

QStringList sendableTypes()
{
    return {u"text"_s, u"image"_s, u"video"_s, u"audio"_s, u"document"_s, u"sticker"_s, u"location"_s, u"contacts"_s,
        u"reaction"_s, u"interactive"_s, u"template"_s};
}

const Check &payloadShape(const QString &type)
{
    static const std::map<QString, Check> shapes = payloadShapes();
    static const Check none = anything();
    const auto found = shapes.find(type);
    return found == shapes.end() ? none : found->second;
}

} // namespace conversure::sandbox
