// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Rows.h"
#include "domain/Template.h"

#include <QList>
#include <QStringList>

namespace conversure::models {

/// Something that is known and may be said in a template.
struct TemplateFact {
    QString label; ///< "First name", translated
    QString value; ///< Never empty.
    QStringList keys; ///< How templates name such a field, in lower case and without anything but letters.
    QStringList cues; ///< What stands before such a value in a text, in lower case: "dear".
};

/// What is known of the lead and of who writes, in the order in which people look for it.
QList<TemplateFact> templateFacts(const LeadRow &lead, const QString &writer, const QString &company);

/// How the lead is greeted: the first name, with what belongs to it ("عبد الله", "Abu Bakr"), without a title.
QString firstName(const QString &name);

/// What can be filled in without a doubt: fields by their name, numbered ones by the words before them.
TemplateValues prefilled(const TemplateRow &row, const QList<TemplateFact> &facts);

} // namespace conversure::models
