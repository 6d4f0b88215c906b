// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/Invitation.h"

#include "vault/Base32.h"
#include "vault/Signing.h"

#include <QRegularExpression>
#include <QUrl>
#include <QUrlQuery>

namespace conversure::vault {

namespace {

constexpr qsizetype longestLink = 4'096;
constexpr qsizetype nonceSize = 24;

bool isStore(const QString &text)
{
    static const QRegularExpression form(
        QStringLiteral(R"(^(?:[\p{L}\p{N}._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?/[\p{L}\p{N}_-]{1,63}$)"),
        QRegularExpression::UseUnicodePropertiesOption);
    return form.match(text).hasMatch();
}

bool isRelay(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    static const QStringList schemes{
        QStringLiteral("https"), QStringLiteral("http"), QStringLiteral("wss"), QStringLiteral("ws")};
    return url.isValid() && schemes.contains(url.scheme()) && !url.host().isEmpty() && url.userInfo().isEmpty()
        && !url.hasFragment();
}

SecretIdentity identityOf(const QUuid &company, const QUuid &invitation, int keyVersion)
{
    return {company, invitation, QStringLiteral("invitation"), keyVersion, 1};
}

} // namespace

QString InvitationLink::text() const
{
    QUrl url;
    url.setScheme(QStringLiteral("conversure"));
    url.setHost(QStringLiteral("join"));
    QUrlQuery query;
    query.addQueryItem(QStringLiteral("store"), QString::fromLatin1(QUrl::toPercentEncoding(store, ":/[]")));
    if (!relay.isEmpty())
        query.addQueryItem(QStringLiteral("relay"), QString::fromLatin1(QUrl::toPercentEncoding(relay, ":/[]")));
    url.setQuery(query);
    url.setFragment(codeText(code) + u'.' + toBase32(rootDigest));
    return url.toString(QUrl::FullyEncoded);
}

std::optional<InvitationLink> InvitationLink::parse(QStringView text)
{
    if (text.size() > longestLink)
        return std::nullopt;
    QString joined;
    for (const QChar c : text) {
        if (!c.isSpace() && c != u'\u200b')
            joined += c;
    }
    if (joined.startsWith(u'<') && joined.endsWith(u'>'))
        joined = joined.mid(1).chopped(1);
    const QUrl url(joined, QUrl::TolerantMode);
    if (!url.isValid() || url.scheme() != QStringLiteral("conversure") || url.host() != QStringLiteral("join"))
        return std::nullopt;
    const QUrlQuery query(url);
    const QString fragment = url.fragment(QUrl::FullyDecoded);
    const qsizetype dot = fragment.indexOf(u'.');
    InvitationLink link{query.queryItemValue(QStringLiteral("store"), QUrl::FullyDecoded),
        query.queryItemValue(QStringLiteral("relay"), QUrl::FullyDecoded), {}, {}};
    const auto code = fromBase32(QStringView(fragment).left(dot), codeSize);
    const auto root = fromBase32(QStringView(fragment).mid(dot + 1), 20);
    if (dot < 0 || !code || !root || !isStore(link.store) || !(link.relay.isEmpty() || isRelay(link.relay)))
        return std::nullopt;
    link.code = *code;
    link.rootDigest = *root;
    return link;
}

QString codeText(const QByteArray &code)
{
    return toBase32(code, 4, u'-');
}

InvitationKeys keysOfCode(const Secret &code)
{
    const Secret root = rootOfCode(code, "conversure.invitation.v1");
    return {keyOfRoot(root, 1, "cv-lookp").bytes(), keyOfRoot(root, 2, "cv-auth_"), keyOfRoot(root, 3, "cv-data_")};
}

QByteArray InvitationRecord::bytes() const
{
    return QByteArray("conversure.invitation.v1|") + company.toByteArray(QUuid::WithoutBraces) + '|'
        + invitation.toByteArray(QUuid::WithoutBraces) + '|' + user.toByteArray(QUuid::WithoutBraces) + '|'
        + kind.toUtf8().toBase64() + '|' + role.toUtf8().toBase64() + '|' + QByteArray::number(expiresAt) + '|'
        + inviter.toByteArray(QUuid::WithoutBraces) + '|' + digestOf(sealedAuth).toBase64();
}

QByteArray invitationMac(const Secret &auth, const QUuid &company, const QUuid &invitation, const QUuid &user,
    const QByteArray &boxPublic, const QByteArray &signPublic)
{
    return macOf("conversure.join.v1|" + company.toByteArray(QUuid::WithoutBraces) + '|'
            + invitation.toByteArray(QUuid::WithoutBraces) + '|' + user.toByteArray(QUuid::WithoutBraces) + '|'
            + boxPublic.toBase64() + '|' + signPublic.toBase64(),
        auth);
}

QByteArray sealForInvitee(
    const Secret &codeKey, const QUuid &company, const QUuid &invitation, int keyVersion, const Secret &dataKey)
{
    const SealedSecret sealed = sealSecret(codeKey, identityOf(company, invitation, keyVersion), dataKey.bytes());
    return sealed.nonce + sealed.ciphertext;
}

Result<Secret> openAsInvitee(
    const Secret &codeKey, const QUuid &company, const QUuid &invitation, int keyVersion, const QByteArray &sealed)
{
    auto opened = openSecret(
        codeKey, identityOf(company, invitation, keyVersion), {sealed.left(nonceSize), sealed.mid(nonceSize)});
    CONVERSURE_TRY(opened);
    if (opened->size() != 32)
        return failure(
            ErrorKind::Refused, QStringLiteral("vault:secret"), QStringLiteral("the invitation holds no data key"));
    return Secret(std::move(*opened));
}

} // namespace conversure::vault
