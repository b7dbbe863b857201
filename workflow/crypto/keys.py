"""Ordinary ssh-ed25519 keys: load, save, sign and verify.

Signatures are SSHSIG blobs (OpenSSH ``PROTOCOL.sshsig``) in one namespace, with one hash and one
key type, so ``ssh-keygen -Y verify`` can check any event without this program. Private keys are
OpenSSH files (``PROTOCOL.key``), so ``ssh-keygen`` and ``age`` can use them.
"""

import base64
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from struct import pack
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NAMESPACE = "zaakgang-event"

_TYPE = b"ssh-ed25519"
_COLUMNS = 70
_MAX_FILE = 64 * 1024
_BCRYPT_ROUNDS = 24
_BLOCK = 8
_FILE_MAGIC = b"openssh-key-v1\0"
_ONE_KEY = pack(">I", 1)

_FIELD = 2**255 - 19
_CURVE_D = -121665 * pow(121666, -1, _FIELD) % _FIELD


class KeyTrouble(Exception):
    """A key that cannot be used; ``code`` says why and ``path`` where it came from.

    Codes: ``key-missing``, ``key-unreadable``, ``key-passphrase``, ``key-not-ed25519``,
    ``key-world-readable``, ``key-exists``, ``key-unwritable``. ``path`` is empty for a key that
    was not read from a file.
    """

    def __init__(self, code: str, path: str) -> None:
        super().__init__(code, path)
        self.code = code
        self.path = path


class BadSignature(Exception):
    """A signature that does not hold; ``code`` is ``signature-format`` or ``signature-invalid``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _string(value: bytes) -> bytes:
    return pack(">I", len(value)) + value


def _strings(data: bytes, offset: int, count: int) -> tuple[list[bytes], int]:
    """Read `count` SSH strings at `offset`; ValueError when the data ends too early."""
    found = []
    for _ in range(count):
        start = offset + 4
        offset = start + int.from_bytes(data[start - 4 : start], "big")
        if offset > len(data):
            raise ValueError("the data ends inside a string")
        found.append(data[start:offset])
    return found, offset


_KEY_PREFIX = _string(_TYPE) + pack(">I", 32)
_CONTEXT = _string(NAMESPACE.encode()) + _string(b"") + _string(b"sha512")
_SIGNED_PREFIX = b"SSHSIG" + _CONTEXT + pack(">I", hashlib.sha512().digest_size)
_SIGNATURE_PREFIX = _string(_TYPE) + pack(">I", 64)
_BLOB_START = b"SSHSIG" + pack(">II", 1, len(_KEY_PREFIX) + 32) + _KEY_PREFIX
_BLOB_MIDDLE = _CONTEXT + pack(">I", len(_SIGNATURE_PREFIX) + 64) + _SIGNATURE_PREFIX
_KEY_AT = len(_BLOB_START)
_MIDDLE_AT = _KEY_AT + 32
_SIGNATURE_AT = _MIDDLE_AT + len(_BLOB_MIDDLE)
_BLOB_SIZE = _SIGNATURE_AT + 64


def _check_point(raw: bytes) -> None:
    """Refuse bytes that are no canonical Ed25519 point (RFC 8032 §5.1.3) or one of small order.

    Anybody can make signatures, and open age files, for a point of small order.
    """
    y = int.from_bytes(raw, "little") & ((1 << 255) - 1)
    if y >= _FIELD:
        raise ValueError("the point is not in canonical form")
    y2 = y * y % _FIELD
    # Order 1 and 2 have y = ±1, order 4 has y = 0; doubling to y = 0 gives the order-8 equation.
    if y2 in (0, 1) or (_CURVE_D * y2 * y2 + 2 * y2 - 1) % _FIELD == 0:
        raise ValueError("the point has small order")
    if pow((y2 - 1) * (_CURVE_D * y2 + 1), (_FIELD - 1) // 2, _FIELD) != 1:
        raise ValueError("the bytes are not a point on the curve")


def _plain(text: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise ValueError("a comment stays on one line")
    return text


@dataclass(frozen=True)
class PublicKey:
    """An Ed25519 public key: `raw` is the 32-byte encoding of RFC 8032 §5.1.2.

    Raises ValueError for bytes that are no canonical point of large order, so that a key which
    anybody could sign or read with never enters the system.
    """

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != 32:
            raise ValueError("an Ed25519 public key has 32 bytes")
        _check_point(self.raw)

    @property
    def blob(self) -> bytes:
        """The key in SSH wire form (RFC 8709 §4)."""
        return _KEY_PREFIX + self.raw

    @property
    def fingerprint(self) -> str:
        """``SHA256:`` and unpadded base64, as ``ssh-keygen -lf`` prints it."""
        digest = hashlib.sha256(self.blob).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")

    def holds(self, signature: bytes, message: bytes) -> bool:
        """Whether `signature` is one by this key over the very bytes of `message` (RFC 8032)."""
        try:
            _verifier(self.raw)[1].verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def line(self, comment: str = "") -> str:
        """One public key line without a newline; ValueError if `comment` has control characters."""
        return f"ssh-ed25519 {base64.b64encode(self.blob).decode()} {_plain(comment)}".rstrip(" ")

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read a public key line: type, base64, and a comment that is ignored.

        Raises KeyTrouble: ``key-not-ed25519`` for another key type, ``key-unreadable`` for
        anything that is no public key line or no usable point.
        """
        words = line.split(None, 2)
        if len(words) < 2:
            raise KeyTrouble("key-unreadable", "")
        if words[0] != _TYPE.decode():
            known = words[0].startswith(("ssh-", "ecdsa-", "sk-"))
            raise KeyTrouble("key-not-ed25519" if known else "key-unreadable", "")
        try:
            blob = base64.b64decode(words[1].encode("ascii"), validate=True)
            if not blob.startswith(_KEY_PREFIX):
                raise ValueError("not an Ed25519 key blob")
            return cls(blob[len(_KEY_PREFIX) :])
        except ValueError as error:
            raise KeyTrouble("key-unreadable", "") from error


class SigningKey:
    """An Ed25519 private key (RFC 8032) that signs events and opens what is sealed to it."""

    __slots__ = ("_blob_head", "_key", "_seed", "public")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != 32:
            raise ValueError("an Ed25519 seed has 32 bytes")
        self._seed = seed
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(self._key.public_key().public_bytes_raw())
        self._blob_head = _BLOB_START + self.public.raw + _BLOB_MIDDLE

    @classmethod
    def generate(cls) -> Self:
        """A new key from the operating system's randomness."""
        return cls(os.urandom(32))

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """The key of a 32-byte seed; ValueError for another length."""
        return cls(seed)

    def __repr__(self) -> str:
        return f"SigningKey({self.public.fingerprint})"

    def sign(self, message: bytes) -> bytes:
        """The SSHSIG blob (binary, SHA-512, namespace ``zaakgang-event``) for `message`."""
        return self._blob_head + self._key.sign(_SIGNED_PREFIX + hashlib.sha512(message).digest())

    def sign_plainly(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature over the very bytes of `message` (RFC 8032).

        For notes only, by a key that signs nothing else: an event is signed as SSHSIG, by `sign`.
        """
        return self._key.sign(message)

    def openssh(self, passphrase: bytes | None, comment: str) -> bytes:
        """The private key file as ``ssh-keygen`` writes it (OpenSSH ``PROTOCOL.key``).

        With a passphrase it is encrypted with AES-256-CTR under bcrypt-pbkdf, 24 rounds, and
        carries no comment. Raises ValueError for an empty passphrase or a comment with control
        characters.
        """
        _plain(comment)
        if passphrase is not None:
            return _encrypted_file(self._key, passphrase)
        check = os.urandom(4)
        secret = check + check + self.public.blob + _string(self._seed + self.public.raw)
        secret += _string(comment.encode())
        secret += bytes(range(1, -len(secret) % _BLOCK + 1))
        head = _FILE_MAGIC + _string(b"none") * 2 + _string(b"") + _ONE_KEY
        data = head + _string(self.public.blob) + _string(secret)
        return _armor(data, "OPENSSH PRIVATE KEY").encode()

    def age_identity(self) -> Any:
        """This key as a ``pyrage.ssh.Identity``, which ``pyrage.decrypt`` accepts."""
        import pyrage

        return pyrage.ssh.Identity.from_buffer(self.openssh(None, ""))


def _encrypted_file(key: Ed25519PrivateKey, passphrase: bytes) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat

    if not passphrase:
        raise ValueError("an empty passphrase protects nothing")
    encryption = PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(_BCRYPT_ROUNDS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, encryption.build(passphrase))


def _armor(data: bytes, label: str) -> str:
    text = base64.b64encode(data).decode()
    rows = [text[start : start + _COLUMNS] for start in range(0, len(text), _COLUMNS)]
    return "\n".join([f"-----BEGIN {label}-----", *rows, f"-----END {label}-----", ""])


def _dearmor(text: bytes, label: str) -> bytes:
    """The bytes between the armor lines; ValueError when `text` is anything else."""
    rows = text.strip().decode("ascii").splitlines()
    if rows[:1] != [f"-----BEGIN {label}-----"] or rows[-1] != f"-----END {label}-----":
        raise ValueError("the text does not stand between the armor lines")
    return base64.b64decode("".join(rows[1:-1]), validate=True)


def armor(blob: bytes) -> str:
    """A binary SSHSIG `blob` as the text that ``ssh-keygen -Y verify -s`` reads."""
    return _armor(blob, "SSH SIGNATURE")


def dearmor(text: str) -> bytes:
    """The binary blob of an armored SSH signature; BadSignature(``signature-format``) if none."""
    try:
        return _dearmor(text.encode("ascii"), "SSH SIGNATURE")
    except ValueError as error:
        raise BadSignature("signature-format") from error


def allowed_signer(name: str, key: PublicKey) -> str:
    """One line, with newline, for an allowed_signers file (``ssh-keygen(1)``, ALLOWED SIGNERS).

    The key is allowed for this program's namespace only. Raises ValueError for a `name` that the
    file would read as a pattern, a list or a quotation.
    """
    if not name or name.startswith("#") or any(c.isspace() or c in ',*?!"\\' for c in name):
        raise ValueError("a signer's name is one plain word")
    return f'{_plain(name)} namespaces="{NAMESPACE}" {key.line()}\n'


@lru_cache(maxsize=1024)
def _verifier(raw: bytes) -> tuple[PublicKey, Ed25519PublicKey]:
    return PublicKey(raw), Ed25519PublicKey.from_public_bytes(raw)


def verify(blob: bytes, message: bytes) -> PublicKey:
    """The public key that signed `message` with the binary SSHSIG `blob`.

    Only one encoding is accepted: version 1, ssh-ed25519, namespace ``zaakgang-event``, empty
    reserved field, SHA-512, nothing before or after. With those fields fixed every length is
    fixed too, so comparing the constant parts is the same as parsing and encoding again. Whether
    the signer was allowed to sign is the caller's question. Raises BadSignature.
    """
    if (
        len(blob) != _BLOB_SIZE
        or not blob.startswith(_BLOB_START)
        or blob[_MIDDLE_AT:_SIGNATURE_AT] != _BLOB_MIDDLE
    ):
        raise BadSignature("signature-format")
    try:
        public, key = _verifier(blob[_KEY_AT:_MIDDLE_AT])
        key.verify(blob[_SIGNATURE_AT:], _SIGNED_PREFIX + hashlib.sha512(message).digest())
    except (ValueError, InvalidSignature) as error:
        raise BadSignature("signature-invalid") from error
    return public


def load(path: str | os.PathLike[str], passphrase: Callable[[], str] | None = None) -> SigningKey:
    """Read an OpenSSH ed25519 private key file; `passphrase` is called only if it is encrypted.

    Raises KeyTrouble: ``key-missing``, ``key-unreadable`` (no permission, or no OpenSSH key file),
    ``key-world-readable`` (group or others have any access, as ssh refuses too),
    ``key-not-ed25519``, ``key-passphrase`` (wrong, or needed and not given).
    """
    from pathlib import Path

    where = os.fspath(path)
    try:
        with Path(where).open("rb") as file:
            exposed = os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077
            text = file.read(_MAX_FILE)
    except FileNotFoundError as error:
        raise KeyTrouble("key-missing", where) from error
    except OSError as error:
        raise KeyTrouble("key-unreadable", where) from error
    if exposed:
        raise KeyTrouble("key-world-readable", where)
    if text.startswith((b"-----BEGIN RSA ", b"-----BEGIN EC ", b"-----BEGIN DSA ")):
        raise KeyTrouble("key-not-ed25519", where)
    try:
        cipher, public, secret = _parse_file(text)
        if not public.startswith(_string(_TYPE)):
            raise KeyTrouble("key-not-ed25519", where)
        if cipher == b"none":
            return _parse_secret(secret)
    except ValueError as error:
        raise KeyTrouble("key-unreadable", where) from error
    if passphrase is None:
        raise KeyTrouble("key-passphrase", where)
    return _load_encrypted(text, passphrase().encode(), where)


def _parse_file(text: bytes) -> tuple[bytes, bytes, bytes]:
    """Cipher name, public key blob and private section of an OpenSSH file; ValueError if none."""
    data = _dearmor(text, "OPENSSH PRIVATE KEY")
    if not data.startswith(_FILE_MAGIC):
        raise ValueError("not an OpenSSH private key")
    (cipher, _derivation, _options), offset = _strings(data, len(_FILE_MAGIC), 3)
    (public, secret), end = _strings(data, offset + len(_ONE_KEY), 2)
    if data[offset : offset + len(_ONE_KEY)] != _ONE_KEY or data[end:]:
        raise ValueError("the file must hold exactly one key")
    return cipher, public, secret


def _parse_secret(secret: bytes) -> SigningKey:
    if len(secret) < 8 or secret[:4] != secret[4:8]:
        raise ValueError("the check numbers differ")
    (kind, public, private, _comment), end = _strings(secret, 8, 4)
    padding = secret[end:]
    if padding != bytes(range(1, len(padding) + 1)):
        raise ValueError("the padding is wrong")
    key = SigningKey(private[:32])
    if kind != _TYPE or key.public.raw != public or private[32:] != public:
        raise ValueError("the public and private halves differ")
    return key


def _load_encrypted(text: bytes, passphrase: bytes, where: str) -> SigningKey:
    from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key

    try:
        key = load_ssh_private_key(text, passphrase)
    except (ValueError, TypeError, InvalidTag) as error:
        raise KeyTrouble("key-passphrase", where) from error
    except UnsupportedAlgorithm as error:
        raise KeyTrouble("key-unreadable", where) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyTrouble("key-not-ed25519", where)
    return SigningKey(key.private_bytes_raw())


def save(
    key: SigningKey, path: str | os.PathLike[str], passphrase: str | None, comment: str = ""
) -> None:
    """Write `key` to a new file `path` (mode 0600) and its public line to ``PATH.pub`` (0644).

    Never overwrites, and removes what it made when any step fails. Raises KeyTrouble:
    ``key-exists`` (with the path that is taken), ``key-unwritable``, and ``key-passphrase`` for an
    empty passphrase; ValueError for a comment with control characters.
    """
    from pathlib import Path

    where = os.fspath(path)
    if passphrase == "":
        raise KeyTrouble("key-passphrase", where)
    secret = key.openssh(None if passphrase is None else passphrase.encode(), comment)
    public = key.public.line(comment).encode() + b"\n"
    made: list[str] = []
    target = where
    try:
        for target, content, mode in ((where, secret, 0o600), (where + ".pub", public, 0o644)):
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            made.append(target)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
    except BaseException as error:
        # Half a pair is no key, also when somebody pressed Ctrl-C: it goes, and the error goes on.
        for leftover in made:
            Path(leftover).unlink()
        if isinstance(error, OSError):
            code = "key-exists" if isinstance(error, FileExistsError) else "key-unwritable"
            raise KeyTrouble(code, target) from error
        raise
