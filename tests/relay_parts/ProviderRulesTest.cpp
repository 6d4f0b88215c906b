// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "StoreFixture.h"
#include "TestMain.h"

#include "providers/Registry.h"

using namespace conversure;
using namespace conversure::store;
using namespace conversure::test;

/// What the store holds every client to, and what the providers say of themselves, is the same.
class ProviderRulesTest : public QObject
{
    Q_OBJECT

    const providers::Registry m_registry;

    /// Whether the provider translates a message to somebody known by this kind of identity.
    static bool reaches(const providers::Provider &provider, const providers::Identity &to)
    {
        providers::Settings settings;
        for (const ProviderSetting &setting : provider.description().settings)
            settings.insert(setting.key, setting.defaultValue.isEmpty() ? QStringLiteral("1") : setting.defaultValue);
        const auto request = provider.sendRequest(
            settings, {AttemptId(newId()), to, ContentType::Text, QStringLiteral("Hello"), std::nullopt});
        return request || request.error().code != QStringLiteral("provider:recipient");
    }

private Q_SLOTS:
    void theStoreKnowsEachProviderAsItIs()
    {
        const Database database;
        Connection admin = database.admin();
        QVERIFY(!m_registry.all().empty());
        for (const auto &provider : m_registry.all()) {
            const Rows rules = MUST(admin.run(
                "select r.has_window, 'phone' = any (r.identity_kinds), 'bsuid' = any (r.identity_kinds) from "
                "conversure.provider_rules($1) r",
                {param(provider->description().id)}));
            QCOMPARE(rules.boolean(0, 0), provider->capabilities().serviceWindow);
            QCOMPARE(rules.boolean(0, 1),
                reaches(*provider, {QStringLiteral("phone"), QString(), QStringLiteral("+971501112233")}));
            QCOMPARE(rules.boolean(0, 2),
                reaches(*provider, {QStringLiteral("bsuid"), QStringLiteral("waba"), QStringLiteral("AE.1234567")}));
        }
    }
};

CONVERSURE_TEST(ProviderRulesTest)
#include "ProviderRulesTest.moc"
