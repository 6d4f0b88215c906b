// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "Fixtures.h"
#include "TestMain.h"

#include "providers/Registry.h"
#include "providers/SettingsCheck.h"

#include <QRandomGenerator>
#include <QSet>

using namespace conversure;
using namespace conversure::providers;

/// What Provider.h makes every implementer promise, for each provider in the registry.
class RegistryTest : public QObject
{
    Q_OBJECT

private:
    const Registry m_registry;

    void addProviders()
    {
        QTest::addColumn<QString>("id");
        for (const auto &provider : m_registry.all())
            QTest::newRow(qPrintable(provider->description().id)) << provider->description().id;
    }

    const Provider &provider() const
    {
        QFETCH(QString, id);
        return *m_registry.find(id);
    }

    /// Values that any setting without a default takes.
    static Settings completeSettings(const ProviderDescription &description)
    {
        Settings settings;
        for (const ProviderSetting &setting : description.settings)
            settings.insert(
                setting.key, setting.defaultValue.isEmpty() ? QStringLiteral("1234567890") : setting.defaultValue);
        return settings;
    }

    static OutboundMessage someText()
    {
        OutboundMessage message;
        message.attemptId = AttemptId::fromText(u"0192f0c1-2b6a-7c3d-8e4f-5a6b7c8d9e0f");
        message.to = {QStringLiteral("phone"), QString(), QStringLiteral("+971501112233")};
        message.text = QStringLiteral("Hello");
        return message;
    }

    static OutboundMessage someTemplate()
    {
        OutboundMessage message = someText();
        message.type = ContentType::Template;
        message.text.clear();
        message.tmpl = OutboundTemplate{QStringLiteral("greeting"), QStringLiteral("en"), QStringLiteral("POSITIONAL"),
            {QJsonObject{{QStringLiteral("type"), QStringLiteral("BODY")},
                {QStringLiteral("text"), QStringLiteral("Hello {{1}}")}}},
            {}};
        message.tmpl->values.set(QStringLiteral("body"), QStringLiteral("1"), QStringLiteral("Omar"));
        return message;
    }

    /// The rules that hold for any bytes at all. Null when they do.
    static const char *objection(const Provider &provider, const QByteArray &bytes)
    {
        const auto shares = provider.splitDelivery(bytes);
        if (!shares && (shares.error().kind != ErrorKind::Invalid || shares.error().code.isEmpty()))
            return "splitting failed with something else than Invalid and a code";
        const auto parsed = provider.parseDelivery(bytes);
        if (!parsed)
            return parsed.error().kind == ErrorKind::Invalid ? nullptr
                                                             : "parsing failed with something else than Invalid";
        for (const Event &event : parsed->events) {
            const auto *message = std::get_if<InboundMessage>(&event.content);
            const auto *news = std::get_if<TemplateNews>(&event.content);
            if (event.providerNumberId.isEmpty() && !news && !std::holds_alternative<Ignored>(event.content))
                return "a message, status, preference or call of no number";
            if (news && (news->accountId.isEmpty() || (news->providerTemplateId.isEmpty() && news->name.isEmpty())))
                return "news of no template or no account";
            const auto *change = std::get_if<PreferenceChange>(&event.content);
            const auto *call = std::get_if<IncomingCall>(&event.content);
            if ((change && change->identities.isEmpty())
                || (call && (call->identities.isEmpty() || call->timestamp <= 0)))
                return "a preference of nobody, or a call of nobody or at no time";
            if (message && (message->providerMessageId.isEmpty() || message->identities.isEmpty()))
                return "a message without id or sender";
            const auto *status = std::get_if<DeliveryStatus>(&event.content);
            if (status && (status->status == MessageStatus::Failed) == status->errorCode.isEmpty())
                return "a failed status without code, or a code without failure";
        }
        return nullptr;
    }

    static QStringList sortedEvents(const Parsed &parsed)
    {
        QStringList lines;
        for (const Event &event : parsed.events)
            lines << test::summary(event);
        lines.sort();
        return lines;
    }

private Q_SLOTS:
    void knowsItsProviders()
    {
        QVERIFY(m_registry.find(QStringLiteral("meta")));
        QVERIFY(!m_registry.find(QStringLiteral("pigeon")));
        QSet<QString> ids;
        for (const auto &provider : m_registry.all())
            ids.insert(provider->description().id);
        QCOMPARE(static_cast<size_t>(ids.size()), m_registry.all().size());
    }

    void descriptionIsComplete_data() { addProviders(); }
    void descriptionIsComplete()
    {
        const ProviderDescription &description = provider().description();
        QVERIFY(!description.id.isEmpty());
        QVERIFY(!description.displayName.isEmpty());
        QSet<QString> keys;
        for (const ProviderSetting &setting : description.settings) {
            QVERIFY2(!setting.key.isEmpty() && !setting.label.isEmpty(), qPrintable(setting.key));
            QVERIFY2(setting.required || !setting.defaultValue.isEmpty(), qPrintable(setting.key));
            QVERIFY2(!setting.secret || setting.defaultValue.isEmpty(), qPrintable(setting.key));
            keys.insert(setting.key);
        }
        QCOMPARE(keys.size(), description.settings.size());
        QVERIFY(keys.contains(description.numberIdKey));
    }

    void capabilitiesAreKept_data() { addProviders(); }
    void capabilitiesAreKept()
    {
        const Capabilities &capabilities = provider().capabilities();
        QVERIFY(capabilities.sends.contains(ContentType::Text));
        QVERIFY(capabilities.maxTextLength > 0);
        const Settings settings = completeSettings(provider().description());
        OutboundMessage message = someText();
        message.text = QString(capabilities.maxTextLength, u'x');
        QVERIFY(provider().sendRequest(settings, message));
        message.text += u'x';
        QCOMPARE(provider().sendRequest(settings, message).error().kind, ErrorKind::Invalid);
        message = someText();
        message.type = ContentType::Unsupported;
        QCOMPARE(provider().sendRequest(settings, message).error().kind, ErrorKind::Invalid);
    }

    /// Who says that templates are sent sends them, and refuses one whose fields are not filled in.
    void templatesAreKept_data() { addProviders(); }
    void templatesAreKept()
    {
        if (!provider().capabilities().sends.contains(ContentType::Template))
            return;
        const Settings settings = completeSettings(provider().description());
        const auto first = provider().sendRequest(settings, someTemplate());
        const auto second = provider().sendRequest(settings, someTemplate());
        QVERIFY(first && second);
        QCOMPARE(first->body, second->body);
        OutboundMessage empty = someTemplate();
        empty.tmpl->values = {};
        QCOMPARE(provider().sendRequest(settings, empty).error().kind, ErrorKind::Invalid);
        empty.tmpl.reset();
        QCOMPARE(provider().sendRequest(settings, empty).error().kind, ErrorKind::Invalid);
        QVERIFY(provider().templatesRequest(settings, {}));
        QCOMPARE(provider().templatesRequest({}, {}).error().kind, ErrorKind::Invalid);
    }

    /// Whatever a server answers: an error says its class, and only what is known not to be accepted may be repeated.
    void answersAreSorted_data() { addProviders(); }
    void answersAreSorted()
    {
        for (const int status : {0, 200, 204, 302, 400, 401, 404, 408, 413, 429, 500, 502, 503, 504, 599}) {
            for (const QByteArray &body : {QByteArray(), QByteArray("{}"), QByteArray("[]"), QByteArray("<html>")}) {
                const auto sent = provider().readSendResponse({status, {{"Retry-After", "7"}}, body});
                QVERIFY(!sent);
                const QString word = sent.error().detail.value(QStringLiteral("class")).toString();
                QVERIFY2(sendErrorClassFromText(word), qPrintable(word));
                QVERIFY(!sent.error().code.isEmpty());
                QCOMPARE(sent.error().kind == ErrorKind::Unavailable, status == 429);
                const auto list = provider().readTemplates({status, {}, body});
                QVERIFY(!list);
                QVERIFY(list.error().kind != ErrorKind::Ambiguous);
            }
        }
    }

    void requiredSettingsAreAskedFor_data() { addProviders(); }
    void requiredSettingsAreAskedFor()
    {
        const ProviderDescription &description = provider().description();
        const Settings complete = completeSettings(description);
        QVERIFY(checkSettings(description, complete));
        for (const ProviderSetting &setting : description.settings) {
            Settings without = complete;
            without.remove(setting.key);
            const auto checked = checkSettings(description, without);
            QCOMPARE(checked.has_value(), !setting.required);
            if (!checked)
                QCOMPARE(checked.error().detail.value(QStringLiteral("setting")).toString(), setting.key);
        }
        Settings more = complete;
        more.insert(QStringLiteral("colour"), QStringLiteral("green"));
        QCOMPARE(checkSettings(description, more).error().code, QStringLiteral("provider:setting-unknown"));
    }

    void nothingIsSentWithoutSettings_data() { addProviders(); }
    void nothingIsSentWithoutSettings()
    {
        QCOMPARE(provider().sendRequest({}, someText()).error().kind, ErrorKind::Invalid);
        Settings settings = completeSettings(provider().description());
        QVERIFY(provider().sendRequest(settings, someText()));
        settings.remove(provider().description().numberIdKey);
        QCOMPARE(provider().sendRequest(settings, someText()).error().kind, ErrorKind::Invalid);
    }

    void sameInputSameRequest_data() { addProviders(); }
    void sameInputSameRequest()
    {
        const Settings settings = completeSettings(provider().description());
        const auto first = provider().sendRequest(settings, someText());
        const auto second = provider().sendRequest(settings, someText());
        QVERIFY(first && second);
        QCOMPARE(first->body, second->body);
        QCOMPARE(first->url, second->url);
        QVERIFY(first->headers == second->headers);
    }

    void unsignedDeliveriesAreRefused_data() { addProviders(); }
    void unsignedDeliveriesAreRefused()
    {
        QVERIFY(!provider().verifySignature(completeSettings(provider().description()), {}, "{}"));
        QVERIFY(!provider().verifySignature({}, {}, "{}"));
    }

    void everyFixtureIsReadTwiceAlike_data() { addProviders(); }
    void everyFixtureIsReadTwiceAlike()
    {
        const QString id = provider().description().id;
        QVERIFY(test::fixtureNames(id).size() > 5);
        for (const QString &name : test::fixtureNames(id)) {
            const QByteArray bytes = test::fixtureFile(id, name + QStringLiteral(".json"));
            const auto parsed = provider().parseDelivery(bytes);
            QVERIFY2(parsed, qPrintable(name));
            QCOMPARE(test::summary(*provider().parseDelivery(bytes)), test::summary(*parsed));
            QVERIFY2(!objection(provider(), bytes), qPrintable(name));
        }
    }

    /// Nothing is lost or doubled by splitting: the shares together say what the whole said.
    void sharesSayWhatTheWholeSays_data() { addProviders(); }
    void sharesSayWhatTheWholeSays()
    {
        const QString id = provider().description().id;
        for (const QString &name : test::fixtureNames(id)) {
            const QByteArray bytes = test::fixtureFile(id, name + QStringLiteral(".json"));
            Parsed together;
            const auto shares = provider().splitDelivery(bytes);
            QVERIFY2(shares, qPrintable(name));
            for (const Share &share : *shares) {
                const auto parsed = provider().parseDelivery(share.body);
                QVERIFY2(parsed, qPrintable(name));
                for (const Event &event : parsed->events)
                    QVERIFY2(event.providerNumberId == share.providerNumberId || event.providerNumberId.isEmpty(),
                        qPrintable(name));
                together.events << parsed->events;
            }
            QCOMPARE(sortedEvents(together), sortedEvents(*provider().parseDelivery(bytes)));
        }
    }

    void everyTruncationIsRefused_data() { addProviders(); }
    void everyTruncationIsRefused()
    {
        const QString id = provider().description().id;
        for (const QString &name : test::fixtureNames(id)) {
            const QByteArray bytes = test::fixtureFile(id, name + QStringLiteral(".json")).trimmed();
            for (qsizetype length = 0; length < bytes.size(); ++length) {
                const QByteArray cut = bytes.left(length);
                QVERIFY2(!provider().parseDelivery(cut), qPrintable(QStringLiteral("%1 at %2").arg(name).arg(length)));
                const char *why = objection(provider(), cut);
                QVERIFY2(!why, why);
            }
        }
    }

    void flippedBytesDoNoHarm_data() { addProviders(); }
    void flippedBytesDoNoHarm()
    {
        QRandomGenerator random(20261122); // the same every time: a failure must be found again
        const QString id = provider().description().id;
        for (const QString &name : test::fixtureNames(id)) {
            const QByteArray bytes = test::fixtureFile(id, name + QStringLiteral(".json"));
            for (int round = 0; round < 200; ++round) {
                QByteArray broken = bytes;
                for (quint32 flips = random.bounded(1U, 4U); flips > 0; --flips)
                    broken[random.bounded(broken.size())] = static_cast<char>(random.bounded(256));
                const char *why = objection(provider(), broken);
                QVERIFY2(!why, qPrintable(name + u' ' + QString::fromUtf8(broken.toPercentEncoding())));
            }
        }
    }
};

CONVERSURE_TEST(RegistryTest)
#include "RegistryTest.moc"
