"""Return codes: every typing mistake of the usual kinds is found before any key is derived."""

import os
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from hypothesis import given
from hypothesis import strategies as st

from workflow.crypto import codes, keys

pytestmark = pytest.mark.usefixtures("costly_guesses")

ZERO = "0000-0000-0000-0000-0000-0000"


def fixed(drawn: bytes) -> Callable[[int], bytes]:
    """A random source that always gives the same bytes."""
    return lambda size: drawn[:size]


all_codes = st.binary(min_size=13, max_size=13).map(lambda drawn: codes.new_code(fixed(drawn)))


def refused(text: str) -> str:
    """The code with which a typed text is refused."""
    with pytest.raises(codes.BadCode) as caught:
        codes.normalise(text)
    return caught.value.code


@given(code=all_codes)
def test_new_code_is_its_own_normal_form(code: str) -> None:
    """A new code is six groups of four symbols and normalises to itself."""
    assert [len(group) for group in code.split("-")] == [4] * 6
    assert codes.normalise(code) == code


@given(drawn=st.sets(st.binary(min_size=13, max_size=13), min_size=2, max_size=9))
def test_codes_hold_100_bits(drawn: set[bytes]) -> None:
    """Draws that differ in their last hundred bits give different codes."""
    distinct = {int.from_bytes(one, "big") & (1 << 100) - 1 for one in drawn}
    assert len({codes.new_code(fixed(one)) for one in drawn}) == len(distinct)


@given(code=all_codes, data=st.data())
def test_one_wrong_symbol_is_found(code: str, data: st.DataObject) -> None:
    """Replacing any one symbol by any other is code-check."""
    place = data.draw(st.sampled_from([i for i, sign in enumerate(code) if sign != "-"]))
    other = data.draw(st.sampled_from(codes.ALPHABET.replace(code[place], "")))
    assert refused(code[:place] + other + code[place + 1 :]) == "code-check"


@given(code=all_codes)
def test_adjacent_transpositions_are_found(code: str) -> None:
    """Exchanging any two neighbours that differ is code-check."""
    plain = code.replace("-", "")
    for place in range(len(plain) - 1):
        left, right = plain[place], plain[place + 1]
        if left != right:
            assert refused(plain[:place] + right + left + plain[place + 2 :]) == "code-check"


@given(code=all_codes, data=st.data())
def test_up_to_four_wrong_symbols_are_found(code: str, data: st.DataObject) -> None:
    """Changing one to four symbols at any places is code-check."""
    plain = list(code.replace("-", ""))
    places = data.draw(st.sets(st.integers(0, 23), min_size=1, max_size=4))
    for place in places:
        others = codes.ALPHABET.replace(plain[place], "")
        plain[place] = data.draw(st.sampled_from(others))
    assert refused("".join(plain)) == "code-check"


@given(code=all_codes, data=st.data())
def test_every_usual_way_of_typing_is_understood(code: str, data: st.DataObject) -> None:
    """Lower case, other dashes, spaces, and O, I and L for 0 and 1 give the same code."""
    spellings = {"0": "0Oo", "1": "1IiLl", "-": ["-", " ", "", "\u2013", " - ", "\u00a0"]}
    typed = "".join(
        data.draw(st.sampled_from(spellings.get(sign, [sign, sign.lower()]))) for sign in code
    )
    assert codes.normalise(f" {typed}\n") == code


@pytest.mark.parametrize("sign", ["U", "u", "*", "é", "ı", "ſ", "\0", "_", "٣"])
def test_other_signs_are_refused(sign: str) -> None:
    """A sign outside Crockford's alphabet is code-symbol and not quietly dropped or folded."""
    assert refused(ZERO[:-1] + sign) == "code-symbol"
    assert refused(ZERO + sign) == "code-symbol"


@pytest.mark.parametrize("text", ["", "-", ZERO[:-1], ZERO + "0"])
def test_other_lengths_are_refused(text: str) -> None:
    """Too few or too many symbols is code-length."""
    assert refused(text) == "code-length"


def test_refusal_does_not_repeat_the_code() -> None:
    """The error text has nothing of what was typed in it."""
    with pytest.raises(codes.BadCode) as caught:
        codes.normalise(ZERO[:-1] + "7")
    assert str(caught.value) == "code-check"


def test_check_group_has_the_roots_of_its_generator() -> None:
    """Every code, read as a polynomial over GF(32), is zero at x¹ to x⁴ (Reed-Solomon)."""

    def times(a: int, b: int) -> int:
        product = 0
        for bit in range(5):
            product ^= (a << bit) * (b >> bit & 1)
        for bit in range(8, 4, -1):
            product ^= (0b100101 << bit - 5) * (product >> bit & 1)
        return product

    for _ in range(50):
        values = [codes.ALPHABET.index(s) for s in codes.new_code(os.urandom).replace("-", "")]
        for root in (2, 4, 8, 16):
            total = 0
            for value in values:
                total = times(total, root) ^ value
            assert total == 0


def test_short_random_source_is_refused() -> None:
    """A random source that gives fewer bytes than asked makes no code."""
    with pytest.raises(ValueError, match="random source"):
        codes.new_code(lambda size: bytes(size - 1))


def test_derive_is_fixed() -> None:
    """A code and a salt give this key for ever, however the code is typed."""
    code = codes.new_code(fixed(bytes(range(13))))
    assert code == "CR2M-G401-7G1A-02C0-2800-N944"
    key = codes.derive(code.lower().replace("-", " "), "z-4f7k-9qtm-2c")
    assert key.public.fingerprint == "SHA256:0LyIfZHcn02OXoC/59RQaa6IY0qnCP5rNyEUFl9HF/Y"


def test_derive_is_scrypt_of_rfc_7914() -> None:
    """Another scrypt implementation with the documented inputs gives the same key."""
    salt = b"zaakgang return code v1\0zout"
    seed = Scrypt(salt=salt, length=32, n=131072, r=8, p=1).derive(ZERO.encode())
    assert codes.derive(ZERO, "zout").public == keys.SigningKey.from_seed(seed).public


def test_salt_and_code_each_change_the_key() -> None:
    """Another salt, or another code, gives another key."""
    other = codes.new_code(fixed(b"\1" * 13))
    derived = [codes.derive(ZERO, "a"), codes.derive(ZERO, "b"), codes.derive(other, "a")]
    assert len({key.public for key in derived}) == 3


def test_derive_refuses_a_mistyped_code() -> None:
    """A mistyped code is refused instead of giving the key of nobody."""
    with pytest.raises(codes.BadCode):
        codes.derive(ZERO[:-1] + "1", "zout")


@given(drawn=st.binary(min_size=7, max_size=7))
def test_case_id_has_its_form(drawn: bytes) -> None:
    """A case number is z- and ten lower-case symbols in groups of four."""
    case_id = codes.new_case_id(fixed(drawn))
    lead, *groups = case_id.split("-")
    assert lead == "z"
    assert [len(group) for group in groups] == [4, 4, 2]
    assert set("".join(groups)) <= set(codes.ALPHABET.lower())


def test_case_id_uses_50_bits() -> None:
    """Each of fifty bits of the draw changes the case number."""
    drawn = [(1 << bit).to_bytes(7, "big") for bit in range(50)]
    assert len({codes.new_case_id(fixed(one)) for one in [bytes(7), *drawn]}) == 51
