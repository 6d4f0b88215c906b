// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace conversure::ui {

class ChatView;

/// Lets assistive technology see a ChatView as a list named "Messages" with one child for each loaded message.
void installChatAccessibility();

/// Tells assistive technology that a message has come.
void announceMessage(ChatView &view, int row);

/// Tells assistive technology that a message reads differently now.
void announceChange(ChatView &view, int row);

/// Tells assistive technology which message has the keyboard.
void announceFocus(ChatView &view, int row);

} // namespace conversure::ui
