// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/Template.h"

#include <QScrollArea>

class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace conversure::ui {

class FormField;

/// Something a field can be filled with at a click.
struct Offer {
    QString label;
    QString value;
};

/// As it stands over the field.
QString fieldLabel(const TemplateField &field);

/// The fields of a template, one below the other. A field says what is wrong with it once it was left that way; each
/// offers what is known, by its arrow or the Down key.
class TemplateForm : public QScrollArea
{
    Q_OBJECT

public:
    explicit TemplateForm(QWidget *parent = nullptr);

    /// Other fields than before begin anew; the same ones take the values.
    void setTemplate(const TemplateRow &row, const TemplateValues &values);
    void setOffers(const QList<Offer> &offers) { m_offers = offers; }
    const TemplateValues &values() const { return m_values; }

    /// False when nothing is missing.
    bool focusFirstMissing();
    bool isLast(const QWidget *field) const; ///< Nothing to fill in comes after it.
    /// Marks everything that is missing, whether it was left already or not.
    void showMissing();

Q_SIGNALS:
    void valuesChanged();
    void currentChanged(const conversure::TemplateField &field); ///< A default-made one: none has the focus.
    void submitted(); ///< Enter in a field.

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    struct Row {
        TemplateField field;
        FormField *box = nullptr;
        QLineEdit *edit = nullptr;
        bool left = false; ///< It had the focus once.
    };

    void rebuild(const QList<TemplateField> &fields);
    Row makeRow(const TemplateField &field);
    void take(qsizetype index);
    void judge(Row &row);
    void offer(qsizetype index);
    qsizetype rowOf(const QObject *edit) const;
    void retranslate();

    TemplateRow m_template;
    TemplateValues m_values;
    QList<Offer> m_offers;
    QList<Row> m_rows;
    QLabel *m_nothing; ///< Says that there is nothing to fill in.
    QVBoxLayout *m_column;
};

} // namespace conversure::ui
