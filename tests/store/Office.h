// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "StoreFixture.h"

namespace conversure::test {

/// A company whose agents see what is theirs, their teams' and nobody's.
struct Office {
    Company company;
    Company::Person boss;
    store::Connection bossClient;

    explicit Office(const Database &database, const QString &visibility = QStringLiteral("team"))
        : company(database)
        , boss(company.addPerson(QStringLiteral("COMPANY_ADMIN")))
        , bossClient(company.connect(company.signIn(boss)))
    {
        MUST(bossClient.call(QLatin1StringView("api.set_visibility"), {store::param(visibility)}));
    }
    QUuid addTeam(const QString &name, const QList<UserId> &members = {})
    {
        const QUuid team = newId();
        MUST(bossClient.call(QLatin1StringView("api.create_team"), {store::param(team), store::param(name)}));
        for (const UserId &member : members)
            MUST(bossClient.call(
                QLatin1StringView("api.add_team_member"), {store::param(team), store::param(member.value)}));
        return team;
    }
    ConversationId addConversation(const QUuid &team = {}, UserId assignee = {})
    {
        const QString phone = QStringLiteral("+97150%1").arg(1'000'000 + ++counter);
        company.receive(phone, phone, QStringLiteral("Hi"));
        const ConversationId conversation = company.conversationOf(phone);
        MUST(bossClient.call(
            QLatin1StringView("api.assign_team"), {store::param(conversation.value), store::param(team)}));
        MUST(bossClient.call(
            QLatin1StringView("api.assign"), {store::param(conversation.value), store::param(assignee.value)}));
        return conversation;
    }
    int counter = 0;
};

} // namespace conversure::test
