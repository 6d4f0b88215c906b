// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"
#include "TestRows.h"

#include "domain/Clock.h"
#include "domain/SendErrors.h"
#include "models/ConsentErrors.h"
#include "models/MessageListModel.h"
#include "state/Inbox.h"

#include <QAbstractItemModelTester>
#include <QJsonObject>

using namespace conversure;
using namespace conversure::test;
using models::MessageListModel;

namespace {

constexpr qint64 nowMs = 1'763'805'600'000;

const auto me = idOf<UserId>(1, 6);
const auto colleague = idOf<UserId>(2, 6);

/// One message of mine in an open conversation.
struct Bench {
    state::Inbox inbox;
    FixedClock clock{nowMs};
    MessageListModel model{inbox, clock};
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
    MessageRow row = message(1, 1, 1, 10);

    explicit Bench(MessageStatus status, const char *code = "", const QJsonObject &detail = {})
    {
        row.direction = Direction::Outbound;
        row.status = status;
        row.authorId = me;
        row.errorCode = QLatin1StringView(code);
        row.errorDetail = detail;
        inbox.applyConversationPage({conversation(1, 1, 100)}, true);
        inbox.applyMessagePage(conversationId(1), {row}, true);
        model.setReader(me, false);
        model.setConversation(conversationId(1));
    }

    QVariant role(int wanted) const { return model.data(model.index(0), wanted); }
    bool can(int wanted) const { return role(wanted).toBool(); }
    QString sentence() const { return role(MessageListModel::ErrorSentenceRole).toString(); }
};

} // namespace

/// What can be done with a message that has not arrived for certain, and what is said of one made of a template.
class MessageActionsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nobodyKnows()
    {
        Bench bench(MessageStatus::Unconfirmed);
        QVERIFY(bench.can(MessageListModel::CanResendRole));
        QVERIFY(bench.can(MessageListModel::CanSayNotSentRole));
        QVERIFY(!bench.can(MessageListModel::CanRetryRole));
        QVERIFY(!bench.role(MessageListModel::NextStepRole).isValid());
        bench.model.setReader(colleague, false);
        QVERIFY(!bench.can(MessageListModel::CanResendRole));
        QVERIFY(!bench.can(MessageListModel::CanSayNotSentRole));
        bench.model.setReader(colleague, true);
        QVERIFY(!bench.can(MessageListModel::CanResendRole));
        QVERIFY(bench.can(MessageListModel::CanSayNotSentRole));
    }

    void onceItIsKnownNothingIsAsked()
    {
        for (const MessageStatus status : {MessageStatus::Sending, MessageStatus::Sent, MessageStatus::Read}) {
            const Bench bench(status);
            QVERIFY(!bench.can(MessageListModel::CanResendRole));
            QVERIFY(!bench.can(MessageListModel::CanSayNotSentRole));
            QVERIFY(!bench.can(MessageListModel::CanRetryRole));
        }
    }

    void onlyWhoWroteItTriesAgain()
    {
        Bench bench(MessageStatus::Failed, "net:refused");
        QVERIFY(bench.can(MessageListModel::CanRetryRole));
        bench.model.setReader(colleague, true);
        QVERIFY(!bench.can(MessageListModel::CanRetryRole));
    }

    void whatHasToWaitSaysWhen()
    {
        const QJsonObject detail{{QStringLiteral("class"), QStringLiteral("marketing_cap")},
            {QStringLiteral("retry_at"), (nowMs + 60'000) * 1000}};
        Bench bench(MessageStatus::Failed, "meta:131049", detail);
        QVERIFY(!bench.can(MessageListModel::CanRetryRole));
        QVERIFY(bench.sentence().contains(QStringLiteral("again from")));
        const QVariant before = bench.role(MessageListModel::RevisionRole);
        QSignalSpy changed(&bench.model, &QAbstractItemModel::dataChanged);
        bench.clock.advance(60'000);
        bench.model.refreshWaits();
        QCOMPARE(changed.size(), 1);
        QVERIFY(bench.can(MessageListModel::CanRetryRole));
        QVERIFY(bench.role(MessageListModel::RevisionRole) != before);
    }

    void whatCannotHelpIsNotOffered()
    {
        const Bench bench(MessageStatus::Failed, "meta:131050");
        QVERIFY(!bench.can(MessageListModel::CanRetryRole));
        QVERIFY(!bench.sentence().isEmpty());
    }

    void aClosedWindowLeadsToTemplates()
    {
        const Bench bench(MessageStatus::Failed, "meta:131047");
        QCOMPARE(bench.role(MessageListModel::NextStepRole).toInt(), static_cast<int>(NextStep::UseTemplate));
    }

    void sentTwiceIsRemarked()
    {
        Bench bench(MessageStatus::Delivered);
        QVERIFY(bench.sentence().isEmpty());
        bench.row.rev = 2;
        bench.row.sentTwice = true;
        bench.inbox.apply({bench.row});
        QVERIFY(bench.sentence().contains(QStringLiteral("twice")));
        QVERIFY(!bench.can(MessageListModel::CanRetryRole));
    }

    void partsOfATemplate()
    {
        Bench bench(MessageStatus::Sent);
        QCOMPARE(bench.role(MessageListModel::TemplateRole).toString(), QString());
        TemplateRow form = templateRow(1, 1, QStringLiteral("viewing"));
        form.components = {QJsonObject{{QStringLiteral("type"), QStringLiteral("HEADER")},
                               {QStringLiteral("format"), QStringLiteral("TEXT")},
                               {QStringLiteral("text"), QStringLiteral("In {{1}}")}},
            QJsonObject{
                {QStringLiteral("type"), QStringLiteral("BODY")}, {QStringLiteral("text"), QStringLiteral("Hello")}},
            QJsonObject{{QStringLiteral("type"), QStringLiteral("FOOTER")},
                {QStringLiteral("text"), QStringLiteral("Marina")}}};
        bench.row.rev = 2;
        bench.row.templateName = QStringLiteral("viewing");
        bench.row.text = QStringLiteral("In JVC\nHello\nMarina");
        bench.inbox.apply({form, bench.row});
        QCOMPARE(bench.role(MessageListModel::TemplateRole).toString(), QStringLiteral("viewing"));
        QCOMPARE(bench.role(MessageListModel::HeaderLengthRole).toInt(), 6);
        QCOMPARE(bench.role(MessageListModel::FooterLengthRole).toInt(), 6);
        bench.row.rev = 3;
        bench.row.text = QStringLiteral("Another form altogether");
        bench.inbox.apply({bench.row});
        QCOMPARE(bench.role(MessageListModel::HeaderLengthRole).toInt(), 0);
        QCOMPARE(bench.role(MessageListModel::FooterLengthRole).toInt(), 0);
    }

    void refusalsAreExplained()
    {
        for (const char *code : {"CV002", "CV003", "CV004", "CV001", "store:unavailable"}) {
            const Error error{ErrorKind::Refused, QLatin1StringView(code), {}, {}};
            QVERIFY(!models::consentErrorSentence(error).isEmpty());
            QVERIFY(!models::notSentErrorSentence(error).isEmpty());
        }
        QVERIFY(models::notSentErrorSentence({ErrorKind::Refused, QStringLiteral("CV019"), {}, {}}).isEmpty());
    }
};

CONVERSURE_TEST(MessageActionsTest)
#include "MessageActionsTest.moc"
