"""Hashes from elsewhere: compared as their makers do, and never at a ruinous price."""

import hashlib
import time
from base64 import b64encode

import bcrypt
import pytest

from models.policy import Policy
from models.signing_in import foreign_hashes
from models.signing_in.foreign_hashes import Kind, Unfit, UnfitHash

# Published with the algorithms and the libraries that write these forms.
KNOWN = [
    (Kind.BCRYPT, "U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
    (Kind.BCRYPT, "U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
    (Kind.BCRYPT, "U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
    (
        Kind.PBKDF2,
        "password",
        "$pbkdf2-sha256$6400$.6UI/S.nXIk8jcbdHx3Fhg$98jZicV16ODfEsEZeYPGHU3kbrUrvUEXOPimVSQDD44",
    ),
    (  # RFC 7914 §11, the first 32 bytes
        Kind.PBKDF2,
        "Password",
        "pbkdf2_sha256$80000$NaCl$TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1Y=",
    ),
    (
        Kind.SCRYPT,
        "password",
        "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E",
    ),
    (  # RFC 7914 §12
        Kind.SCRYPT,
        "pleaseletmein",
        "scrypt$16384$SodiumChloride$8$1$"
        "cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw==",
    ),
    (
        Kind.ARGON2,
        "password",
        "$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
    ),
    (
        Kind.ARGON2,
        "password",
        "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
    ),
    (
        Kind.ARGON2,
        "password",
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    ),
]
SALT, KEY = "c29tZXNhbHQ", b64encode(b"k" * 32).decode().rstrip("=")
BCRYPT_REST = "CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"


class TestVerify:
    @pytest.mark.parametrize(("kind", "password", "hashed"), KNOWN)
    async def test_known_ones(self, policy: Policy, kind: Kind, password: str, hashed: str) -> None:
        assert foreign_hashes.read(hashed) == (kind, hashed)
        for wrong in (f"{password}x", password[:-1], ""):
            assert not (await policy.passwords.verify(wrong, hashed)).right
        verified = await policy.passwords.verify(password, hashed)
        assert verified.right and verified.upgrade
        assert verified.upgrade.startswith("$argon2id$v=19$m=64,t=1,p=1$")
        assert (await policy.passwords.verify(password, verified.upgrade)).right

    @pytest.mark.parametrize("digest", ["sha256", "sha512"])
    async def test_pbkdf2_in_every_form(self, policy: Policy, digest: str) -> None:
        salt = b"\xfb\xef\xbe salt"  # in base64 with + and /
        key = b64encode(hashlib.pbkdf2_hmac(digest, b"a password", salt, 1200)).decode()
        plain = b64encode(salt).decode().rstrip("=")
        bare = key.rstrip("=")
        passlib = f"{plain}${bare}".replace("+", ".")
        sized = f"i=1200,l={len(b64encode(salt))}"
        for form in (f"1200${passlib}", f"i=1200${plain}${bare}", f"{sized}${plain}${bare}"):
            await self.is_right(policy, f"$pbkdf2-{digest}${form}")

    async def test_scrypt_by_django_with_several_lanes(self, policy: Policy) -> None:
        key = hashlib.scrypt(b"a password", salt=b"sea/salt", n=1024, r=8, p=5, dklen=64)
        await self.is_right(policy, f"scrypt$1024$sea/salt$8$5${b64encode(key).decode()}")

    async def test_what_django_puts_in_front_is_taken_off(self, policy: Policy) -> None:
        made = bcrypt.hashpw(b"a password", bcrypt.gensalt(4)).decode()
        assert foreign_hashes.read(f"bcrypt${made}") == (Kind.BCRYPT, made)
        argon2 = KNOWN[-1][2]
        assert foreign_hashes.read(f"argon2{argon2}") == (Kind.ARGON2, argon2)
        with pytest.raises(UnfitHash):
            foreign_hashes.read(f"bcrypt_sha256${made}")

    async def is_right(self, policy: Policy, hashed: str) -> None:
        _, kept = foreign_hashes.read(hashed)
        assert not (await policy.passwords.verify("b password", kept)).right
        assert (await policy.passwords.verify("a password", kept)).right


class TestForms:
    """What is typed is brought into one form, but what others hashed was not."""

    @pytest.mark.parametrize("typed", ["Kältöl ①②③", "ｆｕｌｌ width", "nai\u0308f decomposed"])
    async def test_the_raw_form_is_tried_too(self, policy: Policy, typed: str) -> None:
        hashed = bcrypt.hashpw(typed.encode(), bcrypt.gensalt(4)).decode()
        verified = await policy.passwords.verify(typed, hashed)
        assert verified.right and verified.upgrade
        later = await policy.passwords.verify(typed, verified.upgrade)
        assert later.right and later.upgrade is None

    async def test_the_one_form_is_tried_first(self, policy: Policy) -> None:
        hashed = bcrypt.hashpw("Kältöl".encode(), bcrypt.gensalt(4)).decode()
        assert (await policy.passwords.verify("Ka\u0308lto\u0308l", hashed)).right

    async def test_nothing_more_opens_our_own(self, policy: Policy) -> None:
        hashed = await policy.passwords.hash("123 turbines")
        assert (await policy.passwords.verify("①②③ turbines", hashed)).right
        for wrong in ("①②④ turbines", "ﬀ①②③ turbines"):
            assert not (await policy.passwords.verify(wrong, hashed)).right

    async def test_of_nobody_neither_form_is_right(self, policy: Policy) -> None:
        for typed in ("①②③ turbines", "ﷺ" * 60, "ｘ" * 400, "ｘ" * 2000):
            assert not (await policy.passwords.verify(typed, None)).right


class TestPrice:
    @pytest.mark.parametrize(
        "hashed",
        [
            f"$2b$15${BCRYPT_REST}",
            f"$2b$31${BCRYPT_REST}",
            f"$2b$99${BCRYPT_REST}",
            f"$pbkdf2-sha256$2000001${SALT}${KEY}",
            f"pbkdf2_sha256$999999999$salt${KEY}=",
            f"$scrypt$ln=18,r=8,p=1${SALT}${KEY}",
            f"$scrypt$ln=63,r=8,p=1${SALT}${KEY}",
            f"$scrypt$ln=10,r=8,p=999999${SALT}${KEY}",
            f"$scrypt$ln=1,r=99999999,p=1${SALT}${KEY}",
            f"scrypt$131072$salt$8$16${KEY}=",
            f"$argon2id$v=19$m=131073,t=1,p=1${SALT}${KEY}",
            f"$argon2id$v=19$m=131072,t=5,p=1${SALT}${KEY}",
            f"$argon2id$v=19$m=8,t=999999999,p=1${SALT}${KEY}",
            f"$argon2i$v=19$m=65536,t=1,p=17${SALT}${KEY}",
        ],
    )
    async def test_too_high_is_refused_and_never_paid(self, policy: Policy, hashed: str) -> None:
        with pytest.raises(UnfitHash, match=Unfit.COSTLY.value):
            foreign_hashes.read(hashed)
        if not hashed.startswith(("$2", "$argon2")):
            begun = time.perf_counter()
            assert not (await policy.passwords.verify("x", hashed)).right
            assert time.perf_counter() - begun < 1

    @pytest.mark.parametrize(
        "hashed",
        [
            f"$2b$14${BCRYPT_REST}",
            f"$pbkdf2-sha512$2000000${SALT}${b64encode(b'k' * 64).decode().rstrip('=')}",
            f"$scrypt$ln=17,r=8,p=1${SALT}${KEY}",
            f"scrypt$16384$salt$8$5${KEY}=",
            f"$argon2id$v=19$m=65536,t=4,p=4${SALT}${KEY}",
            f"$argon2id$v=19$m=102400,t=2,p=8${SALT}${KEY}",
        ],
    )
    def test_what_others_use_is_taken(self, hashed: str) -> None:
        assert foreign_hashes.read(hashed)[1] == hashed


class TestNotWhole:
    @pytest.mark.parametrize(
        "hashed",
        [
            "",
            "seven quiet turbines",
            "5f4dcc3b5aa765d61d8327deb882cf99",
            "{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
            "$1$salt$qJH7.N4xYta3aEG/dfqo/0",
            "$6$saltsalt$" + "a" * 86,
            f"$2x$05${BCRYPT_REST}",
            f"$2b$03${BCRYPT_REST}",
            f"$2b$05${BCRYPT_REST[:-1]}",
            f"$2b$05${BCRYPT_REST}W",
            f"$2b$05${BCRYPT_REST[:-1]}X",  # bits to spare that are not zero never match
            f"$2b$05${BCRYPT_REST}\n",
            f"$2b$٠٥${BCRYPT_REST}",
            f"$pbkdf2$6400${SALT}${KEY}",
            f"$pbkdf2-sha256$0${SALT}${KEY}",
            f"$pbkdf2-sha256$6400${SALT}$AA",  # a byte: one password in 256 would be right
            f"$pbkdf2-sha256$6400${SALT}$",
            f"$pbkdf2-sha512$6400${SALT}${KEY}",
            f"pbkdf2_sha256$-1$salt${KEY}=",
            f"pbkdf2_md5$1000$salt${KEY}=",
            f"pbkdf2_sha256$1000${'s' * 129}${KEY}=",
            f"$scrypt$ln=0,r=8,p=1${SALT}${KEY}",
            f"$scrypt$ln=14,r=0,p=1${SALT}${KEY}",
            f"$scrypt$ln=14,r=8,p=0${SALT}${KEY}",
            f"$scrypt$ln=14,r=8,p=1${SALT}$AAAA",
            f"scrypt$16383$salt$8$1${KEY}=",
            f"$argon2d$v=19$m=65536,t=2,p=1${SALT}${KEY}",
            f"$argon2id$v=18$m=65536,t=2,p=1${SALT}${KEY}",
            f"$argon2id$v=19$m=0,t=2,p=1${SALT}${KEY}",
            f"$argon2id$v=19$m=65536,t=0,p=1${SALT}${KEY}",
            f"$argon2id$v=19$m=65536,t=2,p=0${SALT}${KEY}",
            f"$argon2id$v=19$m=65536,t=2,p=1${SALT}$AAAA",
            f"$argon2id$v=19$m=65536,t=2,p=1$AAAA${KEY}",
            f"$argon2id$v=19$m=65536,t=2,p=1,keyid=x${SALT}${KEY}",
            f"$argon2id$v=19$m=65536,t=2,p=1${SALT}",
        ],
    )
    def test_is_refused(self, hashed: str) -> None:
        with pytest.raises(UnfitHash, match=Unfit.UNKNOWN.value):
            foreign_hashes.read(hashed)
