// SPDX-FileCopyrightText: Conversure contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "vault/PassphraseFile.h"

#include "vault/Mailbox.h"
#include "vault/PasswordKeys.h"
#include "vault/Sodium.h"

#include <QDataStream>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QIODevice>
#include <QSaveFile>
#include <QThreadPool>

#include <map>
#include <sodium.h>

namespace conversure::vault {

namespace {

// magic · ops · KiB · salt · nonce · ciphertext · digest of all that. The digest is no secret and no protection: it
// tells a file that a disk has spoilt from a wrong passphrase.
const QByteArray magic = QByteArrayLiteral("conversure.box.1");
constexpr int saltSize = 16;
constexpr int nonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr int tagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr int digestSize = 32;
constexpr int costSize = 8;
constexpr int ceilingMemKib = 1024 * 1024; // a spoilt file must not make a desktop swap
constexpr qint64 largestFile = 1024 * 1024;

using Values = std::map<QString, Secret>;

const unsigned char *raw(const QByteArray &bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.constData());
}

unsigned char *raw(QByteArray &bytes)
{
    return reinterpret_cast<unsigned char *>(bytes.data());
}

QByteArray randomBytes(int size)
{
    requireSodium();
    QByteArray bytes(size, Qt::Uninitialized);
    randombytes_buf(bytes.data(), static_cast<size_t>(size));
    return bytes;
}

QByteArray digestOf(const QByteArray &bytes)
{
    requireSodium();
    QByteArray digest(digestSize, Qt::Uninitialized);
    crypto_generichash(raw(digest), digestSize, raw(bytes), static_cast<size_t>(bytes.size()), nullptr, 0);
    return digest;
}

tl::unexpected<Error> keeperFailure(ErrorKind kind, const char *code, const QString &text)
{
    return failure(kind, QString::fromLatin1(code), text);
}

Secret packed(const Values &values)
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream.setVersion(QDataStream::Qt_6_0);
    stream << static_cast<quint32>(values.size());
    for (const auto &[name, value] : values)
        stream << name << value.bytes();
    return Secret(std::move(bytes));
}

bool unpack(const Secret &secret, Values &values)
{
    QDataStream stream(secret.bytes());
    stream.setVersion(QDataStream::Qt_6_0);
    quint32 count = 0;
    stream >> count;
    for (quint32 i = 0; i < count && stream.status() == QDataStream::Ok; ++i) {
        QString name;
        QByteArray value;
        stream >> name >> value;
        values.insert_or_assign(name, Secret(value));
    }
    return stream.status() == QDataStream::Ok && stream.atEnd();
}

QByteArray costBytes(const PassphraseFile::Cost &cost)
{
    QByteArray bytes;
    QDataStream(&bytes, QIODevice::WriteOnly) << static_cast<qint32>(cost.ops) << static_cast<qint32>(cost.memKib);
    return bytes;
}

Result<Secret> keyOf(const QString &passphrase, const QByteArray &salt, const PassphraseFile::Cost &cost)
{
    auto keys = stretchPassword(passphrase, QStringLiteral("conversure.box"), {salt, cost.ops, cost.memKib});
    CONVERSURE_TRY(keys);
    return std::move(keys->wrap);
}

/// The parts of a file, as far as they can be told without the passphrase.
struct Parts {
    QByteArray head; ///< All before the ciphertext.
    PassphraseFile::Cost cost;
    QByteArray salt;
    QByteArray nonce;
    QByteArray ciphertext;
};

Result<Parts> partsOf(const QByteArray &file)
{
    const auto damaged =
        keeperFailure(ErrorKind::Refused, "keeper:damaged", QStringLiteral("not a box, or a spoilt one"));
    const qsizetype headSize = magic.size() + costSize + saltSize + nonceSize;
    const QByteArray body = file.chopped(std::min<qsizetype>(file.size(), digestSize));
    if (!file.startsWith(magic) || file.size() < headSize + tagSize + digestSize
        || digestOf(body) != file.right(digestSize))
        return damaged;
    Parts parts;
    parts.head = body.left(headSize);
    QDataStream stream(parts.head.mid(magic.size(), costSize));
    qint32 ops = 0;
    qint32 memKib = 0;
    stream >> ops >> memKib;
    if (ops < 1 || ops > 20 || memKib < 8 || memKib > ceilingMemKib)
        return damaged;
    parts.cost = {ops, memKib};
    parts.salt = parts.head.mid(magic.size() + costSize, saltSize);
    parts.nonce = parts.head.right(nonceSize);
    parts.ciphertext = body.mid(headSize);
    return parts;
}

} // namespace

/// What is known of the file once it is open.
struct PassphraseFile::Box {
    QByteArray start; ///< Magic, cost and salt.
    Secret key;
    Values values;

    QByteArray sealed() const
    {
        const QByteArray nonce = randomBytes(nonceSize);
        const QByteArray head = start + nonce;
        const Secret clear = packed(values);
        QByteArray ciphertext(clear.bytes().size() + tagSize, Qt::Uninitialized);
        crypto_aead_xchacha20poly1305_ietf_encrypt(raw(ciphertext), nullptr, raw(clear.bytes()),
            static_cast<unsigned long long>(clear.bytes().size()), raw(head),
            static_cast<unsigned long long>(head.size()), nullptr, raw(nonce), raw(key.bytes()));
        const QByteArray body = head + ciphertext;
        return body + digestOf(body);
    }

    Result<void> save(const QString &path) const
    {
        const auto cannot = [](const QString &why) {
            return keeperFailure(ErrorKind::Unavailable, "keeper:failed", why);
        };
        if (!QDir().mkpath(QFileInfo(path).absolutePath()))
            return cannot(QStringLiteral("the folder cannot be made"));
        QSaveFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            return cannot(file.errorString());
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        const QByteArray bytes = sealed();
        if (file.write(bytes) != bytes.size() || !file.commit())
            return cannot(file.errorString());
        return {};
    }
};

PassphraseFile::PassphraseFile(QString path)
    : PassphraseFile(std::move(path), Cost())
{
}

PassphraseFile::PassphraseFile(QString path, Cost cost)
    : m_path(std::move(path))
    , m_cost(cost)
    , m_pool(std::make_unique<QThreadPool>())
{
    m_pool->setMaxThreadCount(1);
}

PassphraseFile::~PassphraseFile()
{
    m_pool->waitForDone();
}

bool PassphraseFile::exists() const
{
    return QFileInfo::exists(m_path);
}

template <class Outcome, class Work>
void PassphraseFile::post(QObject *receiver, std::function<void(Outcome)> done, Work work)
{
    m_pool->start([mailbox = Mailbox(receiver), done = std::move(done), work = std::move(work)]() mutable {
        // A shared pointer because an event's functor must be copyable and a Secret is not.
        auto outcome = std::make_shared<Outcome>(work());
        mailbox.post([outcome, done = std::move(done)] { done(std::move(*outcome)); });
    });
}

void PassphraseFile::create(const QString &passphrase, QObject *receiver, Done done)
{
    post<Result<void>>(receiver, std::move(done), [this, passphrase]() -> Result<void> {
        const QByteArray salt = randomBytes(saltSize);
        auto key = keyOf(passphrase, salt, m_cost);
        CONVERSURE_TRY(key);
        auto box = std::make_unique<Box>(Box{magic + costBytes(m_cost) + salt, std::move(*key), {}});
        CONVERSURE_TRY(box->save(m_path));
        m_box = std::move(box);
        m_open = true;
        return {};
    });
}

void PassphraseFile::unlock(const QString &passphrase, QObject *receiver, Done done)
{
    post<Result<void>>(receiver, std::move(done), [this, passphrase]() -> Result<void> {
        if (!QFileInfo::exists(m_path))
            return keeperFailure(ErrorKind::NotFound, "keeper:none", QStringLiteral("no such file"));
        QFile file(m_path);
        if (!file.open(QIODevice::ReadOnly))
            return keeperFailure(ErrorKind::Unavailable, "keeper:failed", file.errorString());
        const auto parts = partsOf(file.read(largestFile));
        CONVERSURE_TRY(parts);
        auto key = keyOf(passphrase, parts->salt, parts->cost);
        CONVERSURE_TRY(key);
        QByteArray clear(parts->ciphertext.size() - tagSize, Qt::Uninitialized);
        if (crypto_aead_xchacha20poly1305_ietf_decrypt(raw(clear), nullptr, nullptr, raw(parts->ciphertext),
                static_cast<unsigned long long>(parts->ciphertext.size()), raw(parts->head),
                static_cast<unsigned long long>(parts->head.size()), raw(parts->nonce), raw(key->bytes()))
            != 0)
            return keeperFailure(ErrorKind::Refused, "keeper:passphrase", QStringLiteral("a wrong passphrase"));
        Box box{parts->head.chopped(nonceSize), std::move(*key), {}};
        if (!unpack(Secret(std::move(clear)), box.values))
            return keeperFailure(ErrorKind::Refused, "keeper:damaged", QStringLiteral("not what this version writes"));
        m_box = std::make_unique<Box>(std::move(box));
        m_open = true;
        return {};
    });
}

void PassphraseFile::discard(QObject *receiver, Done done)
{
    post<Result<void>>(receiver, std::move(done), [this]() -> Result<void> {
        m_box.reset();
        m_open = false;
        QFile file(m_path);
        if (file.exists() && !file.remove())
            return keeperFailure(ErrorKind::Unavailable, "keeper:failed", file.errorString());
        return {};
    });
}

void PassphraseFile::read(const QString &name, QObject *receiver, Read done)
{
    using Outcome = Result<std::optional<Secret>>;
    post<Outcome>(receiver, std::move(done), [this, name]() -> Outcome {
        if (!m_box)
            return keeperFailure(ErrorKind::Unavailable, "keeper:locked", QStringLiteral("the file was not unlocked"));
        const auto found = m_box->values.find(name);
        return found == m_box->values.end() ? std::optional<Secret>() : found->second.copy();
    });
}

void PassphraseFile::write(const QString &name, Secret value, QObject *receiver, Done done)
{
    auto shared = std::make_shared<Secret>(std::move(value));
    post<Result<void>>(receiver, std::move(done), [this, name, shared]() -> Result<void> {
        if (!m_box)
            return keeperFailure(ErrorKind::Unavailable, "keeper:locked", QStringLiteral("the file was not unlocked"));
        m_box->values.insert_or_assign(name, shared->copy());
        return m_box->save(m_path);
    });
}

void PassphraseFile::remove(const QString &name, QObject *receiver, Done done)
{
    post<Result<void>>(receiver, std::move(done), [this, name]() -> Result<void> {
        if (!m_box)
            return keeperFailure(ErrorKind::Unavailable, "keeper:locked", QStringLiteral("the file was not unlocked"));
        return m_box->values.erase(name) > 0 ? m_box->save(m_path) : Result<void>();
    });
}

} // namespace conversure::vault
