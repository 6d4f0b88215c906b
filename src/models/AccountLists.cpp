// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/AccountLists.h"

#include "domain/Clock.h"
#include "models/Texts.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>

namespace conversure::models {

namespace {

constexpr Microseconds minute = 60LL * 1'000'000;
constexpr Microseconds hour = 60 * minute;
constexpr Microseconds day = 24 * hour;

QString translate(const char *context, const char *text, int n = -1)
{
    return QCoreApplication::translate(context, text, nullptr, n);
}

/// Phrases that stand after a comma or a middle dot; one is said in words of its own, so that it is right in English
/// without a translation, too.
QString usedText(Microseconds at, qint64 nowMs)
{
    const Microseconds since = nowMs * 1000 - at;
    if (since < 6 * minute) // the store writes it down each five minutes
        return translate("DeviceList", "in use now");
    if (since < hour)
        return translate("DeviceList", "last used %n minutes ago", static_cast<int>(since / minute));
    return translate("DeviceList", "last used %1").arg(listTimeText(at, nowMs));
}

QString endText(Microseconds at, qint64 nowMs)
{
    const Microseconds left = at - nowMs * 1000;
    if (left <= 0)
        return translate("InvitationList", "has expired");
    if (left < 2 * hour)
        return translate("InvitationList", "expires within two hours");
    if (left < 2 * day)
        return translate("InvitationList", "expires in %n hours", static_cast<int>(left / hour));
    return translate("InvitationList", "expires in %n days", static_cast<int>(left / day));
}

QString joined(const QStringList &parts)
{
    QStringList said = parts;
    said.removeAll(QString());
    return said.join(QStringLiteral(" · "));
}

QString openText(int conversations)
{
    if (conversations == 0)
        return {};
    return conversations == 1 ? translate("PersonList", "has one open conversation")
                              : translate("PersonList", "has %n open conversations", conversations);
}

QString dateText(Microseconds at)
{
    return QLocale().toString(QDateTime::fromMSecsSinceEpoch(at / 1000).date(), QLocale::ShortFormat);
}

} // namespace

QString roleWord(const QString &userRole)
{
    if (userRole == QStringLiteral("COMPANY_ADMIN"))
        return translate("RoleWord", "Admin");
    if (userRole == QStringLiteral("SUPER_ADMIN"))
        return translate("RoleWord", "Operator");
    return translate("RoleWord", "Agent");
}

QString secretWord(const QString &kind)
{
    if (kind == QStringLiteral("access_token"))
        return translate("SecretWord", "access token");
    if (kind == QStringLiteral("app_secret"))
        return translate("SecretWord", "app secret");
    if (kind == QStringLiteral("verify_token"))
        return translate("SecretWord", "verify token");
    if (kind == QStringLiteral("api_key"))
        return translate("SecretWord", "API key");
    return QString(kind).replace(u'_', u' ');
}

DeviceListModel::DeviceListModel(const Clock &clock, QObject *parent)
    : CardListModel(parent)
    , m_clock(clock)
{
}

void DeviceListModel::setDevices(QList<DeviceRow> rows)
{
    std::stable_sort(rows.begin(), rows.end(), [](const DeviceRow &a, const DeviceRow &b) {
        return a.isCurrent != b.isCurrent ? a.isCurrent : a.lastUsedAt > b.lastUsedAt;
    });
    setRows(rows);
}

QVariant DeviceListModel::say(const DeviceRow &row, int role) const
{
    switch (role) {
    case CardTitleRole:
        return row.name.isEmpty() ? tr("A computer without a name") : row.name;
    case CardDetailRole:
        return joined({tr("Signed in %1").arg(dateText(row.signedInAt)), usedText(row.lastUsedAt, m_clock.nowMs())});
    case CardChipRole:
        return row.isCurrent ? tr("This computer") : QString();
    default:
        return {};
    }
}

InvitationListModel::InvitationListModel(const Clock &clock, QObject *parent)
    : CardListModel(parent)
    , m_clock(clock)
{
}

void InvitationListModel::setInvitations(QList<InvitationRow> rows)
{
    std::stable_sort(rows.begin(), rows.end(),
        [](const InvitationRow &a, const InvitationRow &b) { return a.expiresAt < b.expiresAt; });
    setRows(rows);
}

QVariant InvitationListModel::say(const InvitationRow &row, int role) const
{
    switch (role) {
    case CardTitleRole:
        if (!row.name.isEmpty())
            return row.name;
        return row.email.isEmpty() ? tr("Whoever has the link") : row.email;
    case CardDetailRole:
        return joined({row.name.isEmpty() ? QString() : row.email, endText(row.expiresAt, m_clock.nowMs())});
    case CardChipRole:
        return row.isReset ? tr("New password") : roleWord(row.userRole);
    default:
        return {};
    }
}

PersonListModel::PersonListModel(QObject *parent)
    : CardListModel(parent)
{
}

void PersonListModel::setPeople(QList<PersonRow> rows)
{
    std::stable_sort(rows.begin(), rows.end(), [](const PersonRow &a, const PersonRow &b) {
        return a.isActive != b.isActive ? a.isActive : QString::localeAwareCompare(a.name, b.name) < 0;
    });
    setRows(rows);
}

QVariant PersonListModel::say(const PersonRow &row, int role) const
{
    switch (role) {
    case CardTitleRole:
        return row.isSelf ? tr("%1 (you)").arg(row.name) : row.name;
    case CardDetailRole:
        return joined({roleWord(row.userRole), row.isActive && row.waitsForKeys ? tr("cannot send yet") : QString(),
            openText(row.openConversations)});
    case CardChipRole:
        if (!row.isActive)
            return tr("Deactivated");
        return row.isGuest ? tr("Guest") : QString();
    case CardDimmedRole:
        return !row.isActive;
    default:
        return {};
    }
}

RelayListModel::RelayListModel(QObject *parent)
    : CardListModel(parent)
{
}

void RelayListModel::setRelays(QList<RelayRow> rows)
{
    std::stable_sort(rows.begin(), rows.end(),
        [](const RelayRow &a, const RelayRow &b) { return QString::localeAwareCompare(a.name, b.name) < 0; });
    setRows(rows);
}

QVariant RelayListModel::say(const RelayRow &row, int role) const
{
    switch (role) {
    case CardTitleRole:
        return row.name.isEmpty() ? tr("A relay without a name") : row.name;
    case CardDetailRole:
        return row.fingerprint;
    case CardChipRole:
        return row.isAuthorized ? tr("Authorized") : QString();
    default:
        return {};
    }
}

TokenListModel::TokenListModel(QObject *parent)
    : CardListModel(parent)
{
}

void TokenListModel::setTokens(QList<TokenRow> rows)
{
    std::stable_sort(rows.begin(), rows.end(),
        [](const TokenRow &a, const TokenRow &b) { return QString::localeAwareCompare(a.label, b.label) < 0; });
    setRows(rows);
}

QVariant TokenListModel::say(const TokenRow &row, int role) const
{
    switch (role) {
    case CardTitleRole:
        return row.label;
    case CardDetailRole: {
        QStringList words;
        for (const QString &kind : row.kinds)
            words << secretWord(kind);
        return words.join(QStringLiteral(", "));
    }
    default:
        return {};
    }
}

} // namespace conversure::models
