"""Which passwords are taken, and whose hashes are understood."""

import hashlib
import sys
import unicodedata
from base64 import b64encode

import bcrypt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidInput, Reason
from models.policy import Policy
from models.signing_in import passwords
from models.signing_in.passwords import Passwords, Verified

EMAIL = "ada.lovelace@engines.example"


def check(password: str, email: str = EMAIL, product: str = "Sparekey") -> None:
    passwords.check("newPassword", password, email, product)


def refused(password: str, email: str = EMAIL, product: str = "Sparekey") -> InvalidInput:
    with pytest.raises(InvalidInput) as refusal:
        check(password, email, product)
    assert refusal.value.field == "newPassword"
    return refusal.value


class TestLength:
    def test_eight_characters_at_least(self) -> None:
        check("qzvx-jkw")
        short = refused("qzvx-jk")
        assert (short.reason, short.params) == (Reason.PASSWORD_SHORT, {"limit": 8})

    def test_characters_are_counted_not_bytes(self) -> None:
        assert refused("🔑🗝🔒🔐🛡🧱🚪").reason is Reason.PASSWORD_SHORT
        check("🔑🗝🔒🔐🛡🧱🚪🪟")

    def test_1024_bytes_at_most(self) -> None:
        check("ü" * 512)
        long = refused("ü" * 512 + "x")
        assert (long.reason, long.params) == (Reason.PASSWORD_LONG, {"limit": 1024})

    def test_a_megabyte_is_refused(self) -> None:
        assert refused("x" * 1_000_000).reason is Reason.PASSWORD_LONG

    def test_the_most_that_can_be_typed_for_1024_bytes(self) -> None:
        """Three characters for two bytes: whoever counts before composing must let them pass."""
        check("U\u0308\u0304" * 512)
        assert refused("U\u0308\u0304" * 512 + "x").reason is Reason.PASSWORD_LONG

    def test_nothing_is_made_of_more_characters(self) -> None:
        taken = (chr(c) for c in range(sys.maxunicode + 1) if unicodedata.category(chr(c)) != "Cs")
        assert all(2 * len(unicodedata.normalize("NFD", c)) <= 3 * len(c.encode()) for c in taken)


class TestContent:
    @pytest.mark.parametrize(
        "password",
        ["aaaabbbbcccc", "correct horse battery", "ключ от дома", "مفتاح الدار", "é" * 8],
    )
    def test_there_are_no_rules_of_composition(self, password: str) -> None:
        check(password)

    @pytest.mark.parametrize("password", ["seven\0turbines", "seven\ud800turbines"])
    def test_what_no_keyboard_writes_is_refused(self, password: str) -> None:
        assert refused(password).reason is Reason.CHARACTERS


class TestCommon:
    @pytest.mark.parametrize(
        "password", ["password", "password1", "12345678", "qwertyuiop", "iloveyou", "baseball"]
    )
    def test_refused(self, password: str) -> None:
        assert refused(password).reason is Reason.PASSWORD_COMMON

    @pytest.mark.parametrize("password", ["PassWord", "ILOVEYOU", "ｐａｓｓｗｏｒｄ", "ｉloveyou"])
    def test_refused_however_it_is_written(self, password: str) -> None:
        assert refused(password).reason is Reason.PASSWORD_COMMON


class TestPersonal:
    @pytest.mark.parametrize(
        "password",
        [
            EMAIL,
            EMAIL.upper(),
            "ada.lovelace",
            "Ada.Lovelace99",
            "engines.example",
            "!engines.example!",
            "sparekey",
            "Sparekey2027",
            "1sparekey1sparekey1",
            "ada.lovelace@sparekey",
            "ｓｐａｒｅｋｅｙ2027",
        ],
    )
    def test_refused(self, password: str) -> None:
        assert refused(password).reason is Reason.PASSWORD_PERSONAL

    @pytest.mark.parametrize("password", ["ada.lovelace likes birds", "a sparekey under the mat"])
    def test_taken_where_enough_is_left(self, password: str) -> None:
        check(password)

    def test_the_product_is_called_as_its_operator_calls_it(self) -> None:
        check("Sparekey2027", product="AirCloud")
        assert refused("aircloud2027", product="AirCloud").reason is Reason.PASSWORD_PERSONAL

    def test_a_short_name_forbids_little(self) -> None:
        check("banana boat", email="a@b.example")


@given(st.text(max_size=1100))
def test_what_is_taken_can_be_hashed(password: str) -> None:
    try:
        check(password)
    except InvalidInput:
        return
    assert len(unicodedata.normalize("NFKC", password).encode()) <= 1024


class TestVerify:
    async def test_only_the_same_password_is_right(self, policy: Policy) -> None:
        hashed = await policy.passwords.hash("seven quiet turbines")
        assert hashed.startswith("$argon2id$")
        assert await policy.passwords.verify("seven quiet turbines", hashed) == Verified(True)
        for wrong in ("Seven quiet turbines", "seven quiet turbines ", "", "\0", "\ud800"):
            assert not (await policy.passwords.verify(wrong, hashed)).right

    async def test_however_a_keyboard_composes_it(self, policy: Policy) -> None:
        hashed = await policy.passwords.hash("Kälteöl für Ä")
        decomposed = unicodedata.normalize("NFD", "Kälteöl für Ä")
        assert (await policy.passwords.verify(decomposed, hashed)).right

    async def test_all_1024_bytes_count(self, policy: Policy) -> None:
        hashed = await policy.passwords.hash("x" * 1024)
        assert (await policy.passwords.verify("x" * 1024, hashed)).right
        for wrong in ("x" * 1023, "x" * 1023 + "y", "x" * 1025):
            assert not (await policy.passwords.verify(wrong, hashed)).right

    async def test_nobodys_password_is_never_right(self, policy: Policy) -> None:
        assert await policy.passwords.verify("seven quiet turbines", None) == Verified(False)

    @pytest.mark.parametrize("hashed", ["", "x", "$argon2id$", "$2b$", "pbkdf2_sha256$", "{SHA}x"])
    async def test_a_hash_that_cannot_be_read_is_no_match(
        self, policy: Policy, hashed: str
    ) -> None:
        assert not (await policy.passwords.verify("seven quiet turbines", hashed)).right


class TestUpgrade:
    async def test_bcrypt(self, policy: Policy) -> None:
        imported = bcrypt.hashpw(b"seven quiet turbines", bcrypt.gensalt(4)).decode()
        await self.is_made_anew(policy, imported)

    @pytest.mark.parametrize("digest", ["sha256", "sha512"])
    async def test_pbkdf2(self, policy: Policy, digest: str) -> None:
        made = hashlib.pbkdf2_hmac(digest, b"seven quiet turbines", b"salt", 1000)
        await self.is_made_anew(policy, f"pbkdf2_{digest}$1000$salt${b64encode(made).decode()}")

    async def test_weaker_argon2(self, policy: Policy) -> None:
        weak = Passwords(memory_kib=32, time_cost=1)
        await self.is_made_anew(policy, await weak.hash("seven quiet turbines"))
        weak.close()

    async def test_a_long_password_of_bcrypt(self, policy: Policy) -> None:
        """bcrypt took 72 bytes of it into account; from now on all of them count."""
        imported = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()
        verified = await policy.passwords.verify("x" * 80, imported)
        assert verified.right and verified.upgrade
        assert not (await policy.passwords.verify("x" * 72, verified.upgrade)).right

    async def is_made_anew(self, policy: Policy, imported: str) -> None:
        assert not (await policy.passwords.verify("seven quiet turbine", imported)).right
        verified = await policy.passwords.verify("seven quiet turbines", imported)
        assert verified.right and verified.upgrade and verified.upgrade.startswith("$argon2id$")
        again = await policy.passwords.verify("seven quiet turbines", verified.upgrade)
        assert again == Verified(True)
