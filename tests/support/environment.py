"""The settings that tests serve with: everything real, but cheap hashes and wide limits."""

from pathlib import Path

CHEAP_ARGON2 = {"ARGON2_MEMORY_KIB": "64", "ARGON2_TIME": "1"}
WIDE_LIMITS = {
    "LIMIT_REGISTRATIONS": "10000/hour",
    "LIMIT_FAILED_LOGINS": "10000/hour",
    "LIMIT_RESETS": "10000/hour",
    "LIMIT_SOCKETS": "1000",
}


def environment(
    database_url: str, folder: Path, url: str, secret_keys: str, **changes: str
) -> dict[str, str]:
    """`SPAREKEY_…` variables; mail goes to `folder/mail`. `changes` are by name, without prefix."""
    wanted = {
        "DATABASE_URL": database_url,
        "PUBLIC_URL": url,
        "SECRET_KEYS": secret_keys,
        "MAIL_URL": f"file:{folder / 'mail'}",
        **CHEAP_ARGON2,
        **WIDE_LIMITS,
        **changes,
    }
    return {f"SPAREKEY_{name}": value for name, value in wanted.items()}
