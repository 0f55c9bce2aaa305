"""What an operator may set: defaults, and faults that are told by their names."""

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from server import policy, readiness, settings
from server.settings import Settings, Unsettled
from tests.support import trusted

SECRET = "hunter2"
KEY = "k1:" + "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
SAFE = {
    "SPAREKEY_MODE": "production",
    "SPAREKEY_PUBLIC_URL": "https://access.example.com",
    "SPAREKEY_SECRET_KEYS": KEY,
    "SPAREKEY_MAIL_URL": "smtps://mail.example.com",
}


def read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    """The settings in an environment that holds these, by name without prefix."""
    for name, value in variables.items():
        monkeypatch.setenv(f"SPAREKEY_{name}", value)
    return settings.read()


def faults(monkeypatch: pytest.MonkeyPatch, **variables: str) -> list[str]:
    """The faults for which these are not taken."""
    with pytest.raises(Unsettled) as refused:
        read(monkeypatch, **variables)
    assert str(refused.value) == "\n".join(refused.value.faults)
    return refused.value.faults


class TestDefaults:
    def test_are_those_of_the_readme(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = read(monkeypatch)
        assert found.mode == "development"
        assert found.database_url.get_secret_value() == "sqlite://var/sparekey.sqlite3"
        assert found.public_url == "http://127.0.0.1:8000"
        assert found.mail_url.get_secret_value() == "file:var/mail"
        assert found.rate_limit_url.get_secret_value() == "async+memory://"
        assert (found.issuer, found.timezone, found.calendar) == ("Sparekey", "Europe/Berlin", "DE")
        assert (found.documents, found.trusted_proxies, found.secret_keys) == ("open", (), None)
        assert found.allowed_origins == frozenset()
        assert found.documents_file == trusted.FILE
        assert found.limit_sockets == 200
        limits = (found.limit_registrations, found.limit_failed_logins, found.limit_resets)
        assert limits == ("20/hour", "30/5minutes", "10/hour")

    def test_sessions_and_hashes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = read(monkeypatch)
        sessions = (found.customer_session, found.staff_session, found.staff_idle)
        assert sessions == (timedelta(days=30), timedelta(hours=12), timedelta(hours=1))
        costs = (found.argon2_memory_kib, found.argon2_time, found.argon2_parallelism)
        assert costs == (19456, 2, 1)
        assert (found.hash_queue, found.approvals_per_hour) == (64, 30)


class TestWhatIsTaken:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("90s", timedelta(seconds=90)),
            ("15m", timedelta(minutes=15)),
            ("12h", timedelta(hours=12)),
            ("30d", timedelta(days=30)),
            ("PT12H", timedelta(hours=12)),
        ],
    )
    def test_durations(
        self, monkeypatch: pytest.MonkeyPatch, written: str, meant: timedelta
    ) -> None:
        assert read(monkeypatch, STAFF_SESSION=written).staff_session == meant

    @pytest.mark.parametrize("written", ["", "0", "30", "-5d", "5 d", "soon", "12:00:00"])
    def test_no_duration(self, monkeypatch: pytest.MonkeyPatch, written: str) -> None:
        with pytest.raises(Unsettled) as refused:
            read(monkeypatch, DRAIN=written)
        assert str(refused.value) == "SPAREKEY_DRAIN: must be written as 90s, 15m, 12h or 30d"

    def test_networks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = read(monkeypatch, TRUSTED_PROXIES="10.0.0.1/8, 192.0.2.7, 2001:db8::/32,")
        expected = ("10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32")
        assert found.trusted_proxies == tuple(map(ip_network, expected))

    def test_origins(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = read(monkeypatch, ALLOWED_ORIGINS="https://Desk.example:443/, http://a.test:81,")
        assert found.allowed_origins == {"https://desk.example", "http://a.test:81"}

    def test_a_public_address_ends_without_a_slash(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = read(monkeypatch, PUBLIC_URL="https://access.example.com/")
        assert found.public_url == "https://access.example.com"
        assert found.secure

    def test_what_belongs_to_others_is_left_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MODE", "nonsense")
        monkeypatch.setenv("SPAREKEY_UNHEARD_OF", "1")
        assert settings.read().mode == "development"


class TestFaults:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("MODE", "test"),
            ("DATABASE_URL", f"mysql://root:{SECRET}@localhost/sparekey"),
            ("PUBLIC_URL", "access.example.com"),
            ("PUBLIC_URL", "https://access.example.com/app"),
            ("PUBLIC_URL", "ftp://access.example.com"),
            ("MAIL_URL", "file:"),
            ("MAIL_URL", f"imap://postman:{SECRET}@localhost"),
            ("LIMIT_SOCKETS", "0"),
            ("LIMIT_SOCKETS", "many"),
            ("LIMIT_REGISTRATIONS", "often"),
            ("LIMIT_FAILED_LOGINS", ""),
            ("LIMIT_RESETS", "10/fortnight"),
            ("ISSUER", "Spare:key"),
            ("ISSUER", ""),
            ("TIMEZONE", "Europe/Atlantis"),
            ("DOCUMENTS", "closed"),
            ("TRUSTED_PROXIES", "10.0.0.0/8, proxy.example.com"),
            ("ALLOWED_ORIGINS", "https://a.example, *"),
            ("ALLOWED_ORIGINS", "https://a.example/app"),
            ("STAFF_IDLE", "5 fortnights"),
            ("STAFF_IDLE", "0s"),
            ("CUSTOMER_SESSION", "-1h"),
            ("ARGON2_MEMORY_KIB", "8"),
            ("APPROVALS_PER_HOUR", "none"),
        ],
    )
    def test_are_told_by_name(self, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
        (fault,) = faults(monkeypatch, **{name: value})
        assert fault.startswith(f"SPAREKEY_{name}: ")
        assert SECRET not in fault

    def test_are_told_all_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        told = faults(monkeypatch, MODE="test", ISSUER="a:b", LIMIT_RESETS="often")
        names = {fault.partition(":")[0] for fault in told}
        assert names == {"SPAREKEY_MODE", "SPAREKEY_ISSUER", "SPAREKEY_LIMIT_RESETS"}

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("CALENDAR", "XX"),
            ("SECRET_KEYS", f"k1:{SECRET}"),
            ("SECRET_KEYS", "k1:AAAA"),
            ("SECRET_KEYS", f"{KEY},{KEY}"),
            ("RATE_LIMIT_URL", f"async+carrier-pigeon://postman:{SECRET}@localhost"),
        ],
    )
    def test_that_show_when_the_policy_is_made(
        self, monkeypatch: pytest.MonkeyPatch, name: str, value: str
    ) -> None:
        found = read(monkeypatch, **{"SECRET_KEYS": KEY} | {name: value})
        with pytest.raises(Unsettled) as refused:
            policy.check(found)
        (fault,) = refused.value.faults
        assert fault.startswith(f"SPAREKEY_{name}: ")
        assert SECRET not in fault

    def test_secrets_do_not_show_in_settings(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = read(
            monkeypatch,
            DATABASE_URL=f"postgres://root:{SECRET}@localhost/sparekey",
            RATE_LIMIT_URL=f"async+redis://:{SECRET}@localhost",
            MAIL_URL=f"smtp://postman:{SECRET}@localhost",
            SECRET_KEYS=KEY,
        )
        assert SECRET not in repr(found)
        assert KEY not in repr(found)


@pytest.mark.parametrize("mode", ["development", "production"])
def test_sqlite_serves_one_process_only(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    read(monkeypatch, RATE_LIMIT_URL="async+redis://localhost")
    found = read(
        monkeypatch,
        MODE=mode,
        PUBLIC_URL="https://a.example",
        SECRET_KEYS=KEY,
        MAIL_URL="smtps://mail.example.com",
    )
    readiness.require(found)
    with pytest.raises(Unsettled, match="SPAREKEY_DATABASE_URL: SQLite serves one process only"):
        readiness.require(found, workers=2)


class TestSecretsDir:
    def test_files_of_the_names_of_settings(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "sparekey_secret_keys").write_text(f"{KEY}\n")
        (tmp_path / "sparekey_trusted_proxies").write_text("10.0.0.0/8, ::1")
        (tmp_path / "sparekey_issuer").write_text("From a file")
        found = read(monkeypatch, SECRETS_DIR=str(tmp_path), ISSUER="From the environment")
        assert found.secret_keys is not None and found.secret_keys.get_secret_value() == KEY
        assert [str(one) for one in found.trusted_proxies] == ["10.0.0.0/8", "::1/128"]
        assert found.issuer == "From the environment"

    def test_what_is_wrong_in_a_file_is_told_by_the_name_of_the_setting(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "sparekey_database_url").write_text(f"mysql://{SECRET}")
        with pytest.raises(Unsettled) as refused:
            read(monkeypatch, SECRETS_DIR=str(tmp_path))
        (fault,) = refused.value.faults
        assert fault.startswith("SPAREKEY_DATABASE_URL: ") and SECRET not in fault

    def test_a_folder_that_is_not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(Unsettled, match="SPAREKEY_SECRETS_DIR: there is no folder /nowhere"):
            read(monkeypatch, SECRETS_DIR="/nowhere")

    def test_a_file_that_cannot_be_read(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        def refuse(file: Path, *_: object, **__: object) -> str:
            raise PermissionError(13, "Permission denied", str(file))

        (tmp_path / "sparekey_secret_keys").touch()
        monkeypatch.setattr(Path, "read_text", refuse)
        with pytest.raises(Unsettled, match="sparekey_secret_keys cannot be read"):
            read(monkeypatch, SECRETS_DIR=str(tmp_path))


class TestDrain:
    @pytest.mark.parametrize(("text", "seconds"), [("0s", 0), ("5s", 5), ("1m", 60)])
    def test_takes(self, monkeypatch: pytest.MonkeyPatch, text: str, seconds: int) -> None:
        assert read(monkeypatch, DRAIN=text).drain.total_seconds() == seconds

    def test_is_never_negative(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(Unsettled, match="SPAREKEY_DRAIN"):
            read(monkeypatch, DRAIN="PT-1S")
