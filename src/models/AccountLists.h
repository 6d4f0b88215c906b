// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/AccountRows.h"
#include "models/CardListModel.h"

#include <QString>

namespace conversure {
class Clock;
}

namespace conversure::models {

/// "Agent", "Admin", "Operator"; translated.
QString roleWord(const QString &userRole);
/// What a provider's secret is called: "access token"; translated where it is known.
QString secretWord(const QString &kind);

/// The computers somebody is signed in on: this one first, then by when they were used last.
class DeviceListModel : public CardListModel<DeviceRow>
{
    Q_OBJECT

public:
    /// \a clock must outlive the model.
    explicit DeviceListModel(const Clock &clock, QObject *parent = nullptr);
    void setDevices(QList<DeviceRow> rows);

protected:
    QUuid idOf(const DeviceRow &row) const override { return row.session; }
    QVariant say(const DeviceRow &row, int role) const override;

private:
    const Clock &m_clock;
};

/// Open invitations, the one that ends first on top.
class InvitationListModel : public CardListModel<InvitationRow>
{
    Q_OBJECT

public:
    /// \a clock must outlive the model.
    explicit InvitationListModel(const Clock &clock, QObject *parent = nullptr);
    void setInvitations(QList<InvitationRow> rows);

protected:
    QUuid idOf(const InvitationRow &row) const override { return row.id; }
    QVariant say(const InvitationRow &row, int role) const override;

private:
    const Clock &m_clock;
};

/// The members of a company: those who are active first, by name.
class PersonListModel : public CardListModel<PersonRow>
{
    Q_OBJECT

public:
    explicit PersonListModel(QObject *parent = nullptr);
    void setPeople(QList<PersonRow> rows);

protected:
    QUuid idOf(const PersonRow &row) const override { return row.id.value; }
    QVariant say(const PersonRow &row, int role) const override;
};

/// The relays of a store, by name.
class RelayListModel : public CardListModel<RelayRow>
{
    Q_OBJECT

public:
    explicit RelayListModel(QObject *parent = nullptr);
    void setRelays(QList<RelayRow> rows);

protected:
    QUuid idOf(const RelayRow &row) const override { return row.id; }
    QVariant say(const RelayRow &row, int role) const override;
};

/// The numbers whose tokens are to be renewed, by label.
class TokenListModel : public CardListModel<TokenRow>
{
    Q_OBJECT

public:
    explicit TokenListModel(QObject *parent = nullptr);
    void setTokens(QList<TokenRow> rows);

protected:
    QUuid idOf(const TokenRow &row) const override { return row.number; }
    QVariant say(const TokenRow &row, int role) const override;
};

} // namespace conversure::models
