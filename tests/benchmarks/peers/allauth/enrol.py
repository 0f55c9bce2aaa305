# mypy: disable-error-code="import-not-found,import-untyped"
"""`python enrol.py`: makes the tables and ACCOUNTS accounts with authenticators of TOTP_SECRET."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from allauth.account.models import EmailAddress  # noqa: E402
from allauth.mfa.models import Authenticator  # noqa: E402
from allauth.mfa.utils import encrypt  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402


def main() -> None:
    """The command."""
    call_command("migrate", verbosity=0)
    password = make_password(os.environ["PASSWORD"])
    names = [f"user{n}" for n in range(int(os.environ["ACCOUNTS"]))]
    users = User.objects.bulk_create(
        [User(username=name, email=f"{name}@example.com", password=password) for name in names],
        batch_size=1_000,
    )
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=u, email=u.email, verified=True, primary=True) for u in users],
        batch_size=1_000,
    )
    data = {"secret": encrypt(os.environ["TOTP_SECRET"])}
    totp = Authenticator.Type.TOTP
    Authenticator.objects.bulk_create(
        [Authenticator(user=u, type=totp, data=data) for u in users], batch_size=1_000
    )


main()
