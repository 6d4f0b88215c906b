// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestMain.h"

#include "domain/Clock.h"
#include "models/AccountLists.h"
#include "ui/account/DevicesDialog.h"
#include "ui/account/InviteDialog.h"
#include "ui/account/JoinPage.h"
#include "ui/account/PassphraseDialog.h"
#include "ui/account/PassphrasePage.h"
#include "ui/account/PasswordDialog.h"
#include "ui/account/PeopleDialog.h"
#include "ui/account/RecoveryCodeDialog.h"
#include "ui/account/RecoveryPage.h"
#include "ui/account/RegisterPage.h"
#include "ui/account/RelaysDialog.h"
#include "ui/account/TokensDialog.h"
#include "ui/widgets/ConfirmBar.h"
#include "ui/widgets/Ink.h"
#include "ui/widgets/Theme.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QDateTime>
#include <QDir>
#include <QLineEdit>
#include <QPushButton>
#include <QTranslator>
#include <QVBoxLayout>

#include <algorithm>

using namespace conversure;

namespace {

const QDateTime now(QDate(2026, 5, 14), QTime(12, 0));

Microseconds ago(int minutes)
{
    return (now.toMSecsSinceEpoch() - qint64(minutes) * 60'000) * 1000;
}

QUuid idOf(int n)
{
    return QUuid::fromString(QStringLiteral("0190a1b2-0000-7000-8000-%1").arg(n, 12, 16, QLatin1Char('0')));
}

InvitationFace face(bool isReset)
{
    return {isReset, QStringLiteral("Marina Homes"), QStringLiteral("db.marina.example:5432/conversure"),
        QStringLiteral("QX7D K2RF MB3A 6YTC N4WE ZP5H VJ2L GS3K"), isReset ? QStringLiteral("Omar Haddad") : QString(),
        isReset ? QStringLiteral("omar@example.com") : QString(), QStringLiteral("AGENT"), QStringLiteral("Sara Khan"),
        ago(-60 * 24 * 6)};
}

/// Says everything in Arabic letters, word for word about as long, so that a mirrored picture is what Arabic looks
/// like.
class ArabicLetters : public QTranslator
{
public:
    bool isEmpty() const override { return false; }

    QString translate(const char *, const char *source, const char *, int) const override
    {
        static const QString letters = QStringLiteral("امتحانوردةبيتسلام");
        QString said;
        int at = 0;
        const QString text = QString::fromUtf8(source);
        for (qsizetype i = 0; i < text.size(); ++i) {
            if (text.at(i) == u'%' && i + 1 < text.size())
                said += text.mid(i++, 2);
            else
                said += text.at(i).isLetter() ? letters.at(at++ % letters.size()) : text.at(i);
        }
        return said;
    }
};

/// Types into the lines of a page from the top to the bottom; null leaves one as it is.
void type(QWidget &page, const QList<const char *> &texts)
{
    QList<QLineEdit *> edits = page.findChildren<QLineEdit *>();
    edits.removeIf(
        [](const QLineEdit *edit) { return !edit->isVisible() || qobject_cast<QComboBox *>(edit->parent()); });
    std::stable_sort(edits.begin(), edits.end(),
        [&](QLineEdit *a, QLineEdit *b) { return a->mapTo(&page, QPoint()).y() < b->mapTo(&page, QPoint()).y(); });
    QVERIFY(texts.size() <= edits.size());
    for (qsizetype i = 0; i < texts.size(); ++i) {
        if (texts.at(i))
            edits.at(i)->setText(QString::fromUtf8(texts.at(i)));
    }
}

/// The one that cannot be taken back.
void pressDangerous(QWidget &parent)
{
    const auto buttons = parent.findChildren<ui::InkButton *>();
    for (QPushButton *button : buttons) {
        if (button->isVisible()) {
            button->click();
            return;
        }
    }
    QFAIL("there is none");
}

} // namespace

/// Renders the pages and dialogs about accounts into the directory CONVERSURE_SCREENSHOTS names, for eyes; and nothing
/// that one has to press may be cut off in a small window.
class AccountScreenshotTest : public QObject
{
    Q_OBJECT

private:
    FixedClock m_clock{now.toMSecsSinceEpoch()};
    ArabicLetters m_letters;
    QString m_prefix;

    void shoot(QWidget &window, const QString &name) const
    {
        for (int i = 0; i < 5; ++i) // a window that grows lays out its words anew, which may make it grow again
            QTest::qWait(0);
        const QString folder = qEnvironmentVariable("CONVERSURE_SCREENSHOTS");
        const QPixmap picture = window.grab();
        QVERIFY(!picture.isNull());
        if (folder.isEmpty())
            return;
        QDir().mkpath(folder);
        QVERIFY(picture.save(QDir(folder).filePath(m_prefix + u'-' + name + QStringLiteral(".png"))));
    }

    /// In a window of two sizes.
    void shootPage(QWidget *page, const QString &name, const std::function<void()> &fill = {}) const
    {
        QWidget window;
        auto *layout = new QVBoxLayout(&window);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(page);
        window.resize(1280, 800);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        if (fill)
            fill();
        shoot(window, name);
        window.resize(700, 600);
        shoot(window, name + QStringLiteral("-small"));
    }

    void shootDialog(QDialog &dialog, const QString &name) const
    {
        shoot(dialog, name);
        QVERIFY2(dialog.width() <= 700 && dialog.height() <= 600,
            qPrintable(QStringLiteral("%1: %2 x %3").arg(name).arg(dialog.width()).arg(dialog.height())));
    }

    static void looks()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<bool>("rightToLeft");
        QTest::newRow("light") << false << false;
        QTest::newRow("dark") << true << false;
        QTest::newRow("light-rtl") << false << true;
        QTest::newRow("dark-rtl") << true << true;
    }

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom)); }

    void cleanupTestCase() { QLocale::setDefault(QLocale::c()); }

    void init()
    {
        QFETCH(bool, dark);
        QFETCH(bool, rightToLeft);
        m_prefix = QString::fromLatin1(QTest::currentDataTag());
        QApplication::setLayoutDirection(rightToLeft ? Qt::RightToLeft : Qt::LeftToRight);
        if (rightToLeft)
            QCoreApplication::installTranslator(&m_letters);
        ui::applyTheme(dark ? ui::ThemeMode::Dark : ui::ThemeMode::Light);
    }

    void cleanup()
    {
        QCoreApplication::removeTranslator(&m_letters);
        QApplication::setLayoutDirection(Qt::LeftToRight);
        ui::applyTheme(ui::ThemeMode::Light);
    }

    void join_data() { looks(); }

    void join()
    {
        auto *page = new ui::JoinPage;
        shootPage(page, QStringLiteral("join-link"), [page] {
            page->start();
            type(*page, {"conversure://join?store=db.marina.example/conversure#ABCD-EFGH"});
            page->showLinkProblem(
                QStringLiteral("This link was used already, taken back, or is too old. Ask your admin for a new one."));
        });
        page = new ui::JoinPage;
        shootPage(page, QStringLiteral("join"), [page] {
            page->showInvitation(face(false));
            type(*page, {"Omar Haddad", "omar@example.com", "blue marina 26", "blue marine"});
        });
        page = new ui::JoinPage;
        shootPage(page, QStringLiteral("join-failed"), [page] {
            page->showInvitation(face(false));
            page->showEmailProblem(QStringLiteral("The invitation is for another e-mail address."));
            page->showProblem(
                QStringLiteral("The store cannot be reached. Check your network connection and try again."));
        });
        page = new ui::JoinPage;
        shootPage(page, QStringLiteral("reset"), [page] { page->showInvitation(face(true)); });
    }

    void registering_data() { looks(); }

    void registering()
    {
        auto *page = new ui::RegisterPage(m_clock);
        shootPage(page, QStringLiteral("register"), [page] {
            page->start(true);
            page->findChild<QComboBox *>()->setCurrentText(QStringLiteral("Asia/Dubai"));
            type(*page, {"Marina Homes", "Sara Khan", "sara@example.com", "marina ho"});
        });
        page = new ui::RegisterPage(m_clock);
        shootPage(page, QStringLiteral("register-store"), [page] {
            page->start(false);
            page->showStoreProblem(QStringLiteral("This is not the address of a store."));
        });
        auto *code = new ui::RecoveryPage;
        shootPage(code, QStringLiteral("recovery"), [code] {
            code->showCode(QStringLiteral("Marina Homes"), QStringLiteral("QX7D-K2RF-MB3A-6YTC-N4WE-ZP5H-VJ"));
            code->showSaved(QStringLiteral("/home/sara/Documents/Conversure recovery code.txt"));
        });
    }

    void passphrases_data() { looks(); }

    void passphrases()
    {
        auto *page = new ui::PassphrasePage;
        shootPage(page, QStringLiteral("passphrase"), [page] {
            page->start(QStringLiteral("/home/sara/.local/share/conversure/secrets.box"));
            type(*page, {"something"});
            page->showWrong();
        });
        const QString path = QStringLiteral("/home/sara/.local/share/conversure/secrets.box");
        auto *dialog = new ui::PassphraseDialog(path, false);
        dialog->open();
        type(*dialog, {"a heron waits in the reeds"});
        shootDialog(*dialog, QStringLiteral("passphrase-dialog"));
        dialog->showDone(true);
        shootDialog(*dialog, QStringLiteral("passphrase-in-use"));
        delete dialog;
    }

    void password_data() { looks(); }

    void password()
    {
        auto *dialog = new ui::PasswordDialog(m_clock, {QStringLiteral("Sara Khan")});
        dialog->open();
        type(*dialog, {"blue marina 26", "a heron waits in the reeds", "a heron waits in the reeds"});
        dialog->showWrongPassword();
        shootDialog(*dialog, QStringLiteral("password"));
        dialog->showLocked(272);
        shootDialog(*dialog, QStringLiteral("password-locked"));
        dialog->showChanged(2);
        shootDialog(*dialog, QStringLiteral("password-changed"));
        delete dialog;
    }

    void devices_data() { looks(); }

    void devices()
    {
        models::DeviceListModel model(m_clock);
        auto *dialog = new ui::DevicesDialog(model);
        dialog->open();
        shootDialog(*dialog, QStringLiteral("devices-loading"));
        model.setDevices({{idOf(1), QStringLiteral("sara-laptop"), true, ago(60 * 24 * 20), ago(2)},
            {idOf(2), QStringLiteral("front-desk"), false, ago(60 * 24 * 3), ago(42)},
            {idOf(3), QStringLiteral("viewing-office-with-a-very-long-name-that-does-not-fit-into-the-row"), false,
                ago(60 * 24 * 200), ago(60 * 24 * 33)}});
        dialog->showList();
        shootDialog(*dialog, QStringLiteral("devices"));
        pressDangerous(*dialog);
        shootDialog(*dialog, QStringLiteral("devices-asked"));
        dialog->findChild<ui::ConfirmBar *>()->dismiss();
        dialog->showLoadFailed(
            QStringLiteral("The store cannot be reached. Check your network connection and try again."));
        shootDialog(*dialog, QStringLiteral("devices-failed"));
        delete dialog;
    }

    void inviting_data() { looks(); }

    void inviting()
    {
        models::InvitationListModel model(m_clock);
        auto *dialog = new ui::InviteDialog(model);
        dialog->open();
        shootDialog(*dialog, QStringLiteral("invite-empty"));
        model.setInvitations({{idOf(1), false, QStringLiteral("Omar Haddad"), QStringLiteral("omar@example.com"),
                                  QStringLiteral("AGENT"), QString(), ago(-60 * 24 * 6)},
            {idOf(2), true, QStringLiteral("Layla Nasser"), QStringLiteral("layla@example.com"),
                QStringLiteral("AGENT"), QString(), ago(-60 * 20)}});
        type(*dialog, {"Екатерина Волкова"});
        shootDialog(*dialog, QStringLiteral("invite"));
        dialog->showLink(QStringLiteral("conversure://join?store=db.marina.example/conversure&relay=wss://"
                                        "relay.marina.example/live#QX7D-K2RF-MB3A-6YTC-N4WE-ZP5H-VJ.N4WEZP5HVJ2LGS3K"));
        shootDialog(*dialog, QStringLiteral("invite-link"));
        delete dialog;
    }

    void people_data() { looks(); }

    void people()
    {
        models::PersonListModel model;
        auto *dialog = new ui::PeopleDialog(model);
        dialog->open();
        model.setPeople({{UserId(idOf(1)), QStringLiteral("Sara Khan"), QStringLiteral("COMPANY_ADMIN"), true, false,
                             true, false},
            {UserId(idOf(2)), QStringLiteral("Omar Haddad"), QStringLiteral("AGENT"), true, false, false, true},
            {UserId(idOf(3)), QStringLiteral("فاطمة الزهراء"), QStringLiteral("AGENT"), true, false, false, false},
            {UserId(idOf(4)), QStringLiteral("Daniel Whitmore"), QStringLiteral("AGENT"), false, false, false, false,
                7},
            {UserId(idOf(5)), QStringLiteral("Help desk"), QStringLiteral("SUPER_ADMIN"), true, true, false, false}});
        dialog->showList();
        shootDialog(*dialog, QStringLiteral("people"));
        QTest::keyClick(dialog->findChild<QAbstractItemView *>(), Qt::Key_Down);
        pressDangerous(*dialog);
        shootDialog(*dialog, QStringLiteral("people-asked"));
        dialog->findChild<ui::ConfirmBar *>()->dismiss();
        dialog->showResetLink(QStringLiteral("Omar Haddad"),
            QStringLiteral("conversure://join?store=db.marina.example/conversure#QX7D-K2RF-MB3A-6YTC"));
        shootDialog(*dialog, QStringLiteral("people-reset"));
        delete dialog;

        dialog = new ui::PeopleDialog(model);
        dialog->open();
        dialog->showList();
        dialog->findChild<QAbstractItemView *>()->setCurrentIndex(model.index(4));
        dialog->showDone(QStringLiteral("Daniel Whitmore is deactivated and signed out."));
        shootDialog(*dialog, QStringLiteral("people-hand-over"));
        delete dialog;
    }

    void tokens_data() { looks(); }

    void tokens()
    {
        models::TokenListModel model;
        auto *dialog = new ui::TokensDialog(model, QStringLiteral("Daniel Whitmore"));
        dialog->open();
        model.setTokens({{idOf(1), QStringLiteral("Marina sales"), {}, QStringLiteral("meta"),
                             {QStringLiteral("access_token"), QStringLiteral("app_secret")}},
            {idOf(2), QStringLiteral("Rent, Deira"), {}, QStringLiteral("meta"), {QStringLiteral("access_token")}}});
        dialog->showList();
        shootDialog(*dialog, QStringLiteral("tokens"));
        dialog->showRenewed(1);
        shootDialog(*dialog, QStringLiteral("tokens-renewed"));
        delete dialog;
    }

    void relays_data() { looks(); }

    void relays()
    {
        models::RelayListModel model;
        auto *dialog = new ui::RelaysDialog(model);
        dialog->open();
        dialog->showList();
        shootDialog(*dialog, QStringLiteral("relays-none"));
        delete dialog;
        model.setRelays({{idOf(1), QStringLiteral("relay.marina.example"),
                             QStringLiteral("QX7D K2RF MB3A 6YTC N4WE ZP5H VJ2L GS3K"), true},
            {idOf(2), QStringLiteral("relay-2.marina.example"),
                QStringLiteral("ZP5H VJ2L GS3K QX7D K2RF MB3A 6YTC N4WE"), false}});
        dialog = new ui::RelaysDialog(model);
        dialog->open();
        dialog->showList();
        QTest::keyClick(dialog->findChild<QAbstractItemView *>(), Qt::Key_Down);
        shootDialog(*dialog, QStringLiteral("relays"));
        type(*dialog, {"ZP5H VJ2L GS3K QX7D K2RF MB3A 6YTC N4WX"});
        dialog->showFingerprintProblem(QStringLiteral("The store shows another key for this relay, so it was not "
                                                      "authorized. Compare once more on the relay's own "
                                                      "computer; if it stays so, tell whoever runs the store."));
        shootDialog(*dialog, QStringLiteral("relays-wrong"));
        dialog->showAuthorized(QStringLiteral("relay-2.marina.example"));
        shootDialog(*dialog, QStringLiteral("relays-authorized"));
        delete dialog;
    }

    void recoveryCode_data() { looks(); }

    void recoveryCode()
    {
        auto *dialog = new ui::RecoveryCodeDialog;
        dialog->open();
        type(*dialog, {"QX7D-K2RF-MB3A-6YTC-N4WE-ZP5H-VJ"});
        dialog->showCodeProblem(
            QStringLiteral("This is not the recovery code of your company, or a newer one has replaced it."));
        shootDialog(*dialog, QStringLiteral("recovery-code"));
        dialog->showRecovered();
        shootDialog(*dialog, QStringLiteral("recovery-code-used"));
        delete dialog;
    }
};

CONVERSURE_TEST(AccountScreenshotTest)
#include "AccountScreenshotTest.moc"
