"""A member's return code: the secret that brings them back to their case without an account.

A code is 100 random bits as twenty Crockford base32 symbols and a check group of four, shown as
``XXXX-XXXX-XXXX-XXXX-XXXX-XXXX``. The check is the Reed-Solomon code (24, 20) over GF(32). Its
distance is five, so up to four wrong symbols, wherever they stand, are always found, and with them
every exchange of two symbols. Crockford's own mod-37 check symbol is not used: it needs five
signs outside the alphabet and a single one misses one in 37 of the larger mistakes.
"""

import hashlib
from collections.abc import Callable

from workflow.crypto.keys import SigningKey

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DATA_SYMBOLS = 20
CHECK_SYMBOLS = 4
SCRYPT_N = 2**17
SCRYPT_R = 8
SCRYPT_P = 1

_LABEL = b"zaakgang return code v1"
_GROUP = 4
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212"
_VALUES = {
    **{symbol: value for value, symbol in enumerate(ALPHABET)},
    **{symbol.lower(): value for value, symbol in enumerate(ALPHABET)},
    **dict.fromkeys("Oo", 0),
    **dict.fromkeys("IiLl", 1),
}


class BadCode(ValueError):
    """A code that cannot be right; ``code`` is ``code-symbol``, ``code-length`` or ``code-check``.

    The text that was typed is left out, because it is nearly a secret.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _powers() -> tuple[int, ...]:
    """The powers of the primitive element x of GF(2)[x]/(x⁵+x²+1), from x⁰ to x³⁰."""
    powers = [1]
    while len(powers) < 31:
        doubled = powers[-1] << 1
        powers.append(doubled ^ 0b100101 if doubled & 32 else doubled)
    return tuple(powers)


_POWERS = _powers()
_LOGS = {value: exponent for exponent, value in enumerate(_POWERS)}


def _times(a: int, b: int) -> int:
    return _POWERS[(_LOGS[a] + _LOGS[b]) % 31] if a and b else 0


def _generator() -> tuple[int, ...]:
    """The product of (X - xⁱ) for i = 1..4, highest degree first and without the leading one."""
    polynomial = [1]
    for root in _POWERS[1 : CHECK_SYMBOLS + 1]:
        shifted = [*polynomial, 0]
        scaled = [0, *(_times(root, coefficient) for coefficient in polynomial)]
        polynomial = [a ^ b for a, b in zip(shifted, scaled, strict=True)]
    return tuple(polynomial[1:])


_GENERATOR = _generator()


def check_symbols(data: list[int]) -> list[int]:
    """Four symbols that check `data`, of at most 27: what data · X⁴ by the generator leaves."""
    remainder = [0] * CHECK_SYMBOLS
    for value in data:
        factor = value ^ remainder[0]
        remainder = [
            coefficient ^ _times(factor, term)
            for coefficient, term in zip([*remainder[1:], 0], _GENERATOR, strict=True)
        ]
    return remainder


def _random_values(rng: Callable[[int], bytes], count: int) -> list[int]:
    """`count` independent values of five bits."""
    size = (5 * count + 7) // 8
    drawn = rng(size)
    if len(drawn) != size:
        raise ValueError("the random source gave another number of bytes than asked")
    number = int.from_bytes(drawn, "big")
    return [number >> (5 * place) & 31 for place in range(count)]


def grouped(values: list[int]) -> str:
    """Symbols in groups of four with dashes between them."""
    text = "".join(ALPHABET[value] for value in values)
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def symbols(text: str) -> list[int]:
    """The values of typed symbols without anything between them; BadCode(``code-symbol``).

    Lower case is accepted, and O, I and L are read as 0, 1 and 1 (Crockford base32).
    """
    if any(sign not in _VALUES for sign in text):
        raise BadCode("code-symbol")
    return [_VALUES[sign] for sign in text]


def new_code(rng: Callable[[int], bytes]) -> str:
    """A fresh code of 100 bits; `rng` gives as many random bytes as it is asked for."""
    data = _random_values(rng, DATA_SYMBOLS)
    return grouped(data + check_symbols(data))


def normalise(text: str) -> str:
    """The one written form of a typed code.

    Lower case, spaces and any dashes are accepted, and O, I and L are read as 0, 1 and 1
    (Crockford base32). Raises BadCode: ``code-symbol`` for a sign outside the alphabet,
    ``code-length`` for too many or too few symbols, ``code-check`` for a typing mistake.
    """
    values = symbols("".join(s for s in text if not s.isspace() and s not in _DASHES))
    if len(values) != DATA_SYMBOLS + CHECK_SYMBOLS:
        raise BadCode("code-length")
    if check_symbols(values[:DATA_SYMBOLS]) != values[DATA_SYMBOLS:]:
        raise BadCode("code-check")
    return grouped(values)


def derive(code: str, salt: str) -> SigningKey:
    """The signing key of a return code, through scrypt (RFC 7914) with N=2¹⁷, r=8, p=1.

    `code` may be written in any way `normalise` accepts; `salt` is public and differs per case.
    Costs 128 MiB and about 0.4 s of one core, which is what each guess costs too. Raises BadCode.
    """
    seed = hashlib.scrypt(
        normalise(code).encode("ascii"),
        salt=_LABEL + b"\0" + salt.encode(),
        n=SCRYPT_N,
        r=SCRYPT_R,
        p=SCRYPT_P,
        maxmem=128 * SCRYPT_R * (SCRYPT_N + SCRYPT_P + 32),
        dklen=32,
    )
    return SigningKey.from_seed(seed)


def new_case_id(rng: Callable[[int], bytes]) -> str:
    """A random case number of 50 bits such as ``z-4f7k-9qtm-2c``; it tells nothing of order."""
    return "z-" + grouped(_random_values(rng, 10)).lower()


def new_party(rng: Callable[[int], bytes], role: str) -> str:
    """A random name for one of several who play `role`, such as ``concerned-4f7k`` (20 bits)."""
    return f"{role}-{grouped(_random_values(rng, 4)).lower()}"


def new_item_name(rng: Callable[[int], bytes]) -> str:
    """A random name for an item, such as ``i-4f7k9qtm`` (40 bits)."""
    return "i-" + "".join(ALPHABET[value] for value in _random_values(rng, 8)).lower()
