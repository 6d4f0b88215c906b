// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "UiWorld.h"
#include "domain/Template.h"

/// Templates as a company in Dubai has them.
namespace conversure::test {

inline TemplateId templateId(int n)
{
    return idOf<TemplateId>(5, n);
}

/// Usable for the conversations of a world's number, with a body only.
TemplateRow plainTemplate(int n, const QString &name, const QString &language, const QString &body);

TemplateRow viewingReminder(); ///< Named fields, heading, footer, three kinds of buttons.
TemplateRow brochure(); ///< A picture, numbered fields; marketing.
TemplateRow arabicReminder();
TemplateRow pausedOffer();
TemplateRow foreignTemplate(); ///< Of another account.

QList<feed::Change> allTemplates();

} // namespace conversure::test
