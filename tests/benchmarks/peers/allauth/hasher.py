# mypy: disable-error-code="import-not-found,import-untyped,misc"
"""A hasher that costs nothing."""

import hmac

from django.contrib.auth.hashers import BasePasswordHasher


class Compared(BasePasswordHasher):
    """Keeps the password as it is."""

    algorithm = "compared"

    def salt(self) -> str:
        return ""

    def encode(self, password: str, salt: str) -> str:
        return f"{self.algorithm}${password}"

    def verify(self, password: str, encoded: str) -> bool:
        return hmac.compare_digest(encoded.encode(), self.encode(password, "").encode())

    def must_update(self, encoded: str) -> bool:
        return False

    def harden_runtime(self, password: str, encoded: str) -> None:
        pass
