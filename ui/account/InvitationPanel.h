// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/AccountRows.h"
#include "ui/widgets/Panel.h"

namespace conversure::ui {

class InkLabel;

/// Where an invitation leads, so that nobody joins somebody else's company by mistake: the company, its store, and the
/// beginning of its key's fingerprint to compare with the admin's.
class InvitationPanel : public Panel
{
    Q_OBJECT

public:
    explicit InvitationPanel(QWidget *parent = nullptr);
    void setFace(const InvitationFace &face);

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();

    InkLabel *m_company;
    InkLabel *m_storeLabel;
    InkLabel *m_store;
    InkLabel *m_keyLabel;
    InkLabel *m_key;
    InkLabel *m_byLabel;
    InkLabel *m_by;
    InkLabel *m_asLabel;
    InkLabel *m_as;
    InvitationFace m_face;
};

} // namespace conversure::ui
