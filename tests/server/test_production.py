"""What `production` does not serve with, by the name of each setting."""

import pytest

from server import policy, readiness, settings
from server.settings import Unsettled

# Written down: each process of a run has to find the same rows.
FIRST = "one:XEQ6GIVSb0dC87+KFWjR1eeyIO5p7ksc1gnssKCdVGI="
SECOND = "two:fwTojZr51hfZhC66zSiUyu8qPbmnptP6W77w6CFvkRc="
SAFE = {
    "MODE": "production",
    "PUBLIC_URL": "https://access.example.com",
    "SECRET_KEYS": FIRST,
    "MAIL_URL": "smtps://mail.example.com",
}
ZEROS = "zeros:" + "A" * 43 + "="
SENTENCE = "words:Y29ycmVjdCBob3JzZSBiYXR0ZXJ5IHN0YXBsZSBpcyA="
WEAK = [
    {"PUBLIC_URL": "http://access.example.com"},
    {"PUBLIC_URL": "https://localhost"},
    {"PUBLIC_URL": "https://127.0.0.1:8443"},
    {"PUBLIC_URL": "https://[::1]"},
    {"ALLOWED_ORIGINS": "http://desk.example.com"},
    {"ALLOWED_ORIGINS": "https://localhost:3000"},
    {"SECRET_KEYS": ZEROS},
    {"SECRET_KEYS": SENTENCE},
    {"SECRET_KEYS": f"{FIRST},{ZEROS}"},
    {"MAIL_URL": "smtp://relay.example.com?starttls=never"},
    {"ARGON2_MEMORY_KIB": "19455"},
    {"ARGON2_TIME": "1"},
    {"TRUSTED_PROXIES": "0.0.0.0/0"},
    {"TRUSTED_PROXIES": "10.0.0.1, ::/0"},
    {"TRUSTED_PROXIES": "128.0.0.0/1"},
    {"STAFF_SESSION": "25h"},
    {"STAFF_IDLE": "13h"},
    {"CUSTOMER_SESSION": "366d"},
    {"LIMIT_REGISTRATIONS": "10001/hour"},
    {"LIMIT_FAILED_LOGINS": "3/second"},
    {"LIMIT_RESETS": "1000000/day"},
    {"LIMIT_SOCKETS": "10001"},
    {"APPROVALS_PER_HOUR": "1001"},
    {"DATABASE_URL": "postgres://sparekey@db.example.com/sparekey"},
    {"DATABASE_URL": "postgres://sparekey@8.8.8.8/sparekey"},
]
FINE = [
    {},
    {"SECRET_KEYS": f"{FIRST},{SECOND}"},
    {"PUBLIC_URL": "https://192.168.1.7:8443"},
    {"ALLOWED_ORIGINS": "https://desk.example.com"},
    {"MAIL_URL": "file:/var/spool/pickup"},
    {"MAIL_URL": "smtp://127.0.0.1:25?starttls=never"},
    {"TRUSTED_PROXIES": "10.0.0.0/8, fc00::/7, 127.0.0.1"},
    {"STAFF_SESSION": "24h", "STAFF_IDLE": "24h", "CUSTOMER_SESSION": "365d"},
    {"LIMIT_REGISTRATIONS": "10000/hour", "LIMIT_SOCKETS": "10000"},
    {"DOCUMENTS": "open"},
    {"DATABASE_URL": "postgres://sparekey@db.example.com/sparekey?ssl=true"},
    {"DATABASE_URL": "postgres://sparekey:pw@postgres/sparekey"},
    {"DATABASE_URL": "postgres://sparekey@10.1.2.3/sparekey"},
    {"DATABASE_URL": "postgres://sparekey@db.prod.internal/sparekey"},
    {"DATABASE_URL": "postgres://sparekey@/sparekey?host=/run/postgresql"},
]


@pytest.fixture(autouse=True)
def safe(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SAFE.items():
        monkeypatch.setenv(f"SPAREKEY_{name}", value)


def faults(monkeypatch: pytest.MonkeyPatch, workers: int = 1, /, **changes: str) -> list[str]:
    """What a start is refused for, with these in place of safe settings."""
    for name, value in changes.items():
        monkeypatch.setenv(f"SPAREKEY_{name}", value)
    try:
        readiness.require(settings.read(), workers)
    except Unsettled as refused:
        return refused.faults
    return []


@pytest.mark.parametrize("weak", WEAK, ids=str)
def test_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch, weak: dict[str, str]) -> None:
    (fault,) = faults(monkeypatch, 1, **weak)
    (name,) = weak
    assert f"SPAREKEY_{name}" in fault.partition(": ")[0].split(", ")
    assert fault.partition(": ")[2]


@pytest.mark.parametrize("fine", FINE, ids=str)
def test_is_served_with(monkeypatch: pytest.MonkeyPatch, fine: dict[str, str]) -> None:
    assert faults(monkeypatch, 1, **fine) == []


@pytest.mark.parametrize("weak", WEAK, ids=str)
def test_development_takes_it(monkeypatch: pytest.MonkeyPatch, weak: dict[str, str]) -> None:
    assert faults(monkeypatch, 1, **{"MODE": "development"} | weak) == []


def test_no_refusal_quotes_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    said = faults(
        monkeypatch,
        SECRET_KEYS=SENTENCE,
        DATABASE_URL="postgres://sparekey:hunter2@db.example.com/sparekey",
        MAIL_URL="smtp://postman:hunter2@relay.example.com?starttls=never",
    )
    assert len(said) == 3
    assert not [one for one in said if "hunter2" in one or SENTENCE[6:] in one]


@pytest.mark.parametrize("name", ["SECRET_KEYS", "MAIL_URL"])
def test_what_must_be_given(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(f"SPAREKEY_{name}")
    (fault,) = faults(monkeypatch)
    assert fault.startswith(f"SPAREKEY_{name}: must be given in production")


def test_no_keys_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPAREKEY_SECRET_KEYS")
    with pytest.raises(Unsettled, match="SPAREKEY_SECRET_KEYS"):
        policy.check(settings.read())


def test_a_plain_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "whsec_" + "c3BhcmVrZXktd2ViaG9vay10ZXN0LWtleQ=="
    given = {"WEBHOOK_URL": "http://desk.example.com/hooks", "WEBHOOK_SECRET": secret}
    (fault,) = faults(monkeypatch, 1, **given)
    assert fault.startswith("SPAREKEY_WEBHOOK_URL: ")


def test_several_processes_that_do_not_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgres://localhost/sparekey"
    (fault,) = faults(monkeypatch, 2, DATABASE_URL=url)
    assert fault.startswith("SPAREKEY_RATE_LIMIT_URL: ")
    together = "async+redis://localhost"
    assert faults(monkeypatch, 2, DATABASE_URL=url, RATE_LIMIT_URL=together) == []


def test_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPAREKEY_SECRET_KEYS")
    said = faults(monkeypatch, 2, PUBLIC_URL="http://localhost", ARGON2_TIME="1")
    assert len(said) == 5
