// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace conversure::models {
class ComposeModel;
class ConversationListModel;
class LeadModel;
class MessageListModel;
} // namespace conversure::models

namespace conversure::ui {

/// What the inbox shows. The models must outlive it; all but the list are bound to the conversation that is open.
struct InboxModels {
    models::ConversationListModel &conversations;
    models::MessageListModel &messages;
    models::LeadModel &lead;
    models::ComposeModel &compose;
};

} // namespace conversure::ui
