"""Addresses that are taken without a closer look: all are valid, and the same afterwards."""

import pytest
from email_validator import SPECIAL_USE_DOMAIN_NAMES, validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.accounts import addresses
from models.accounts.addresses import is_usual
from models.errors import InvalidInput

_LABELS = st.from_regex(r"[a-z0-9-]{1,70}", fullmatch=True)
_NEARLY = st.builds(
    lambda local, labels, last: f"{local}@{'.'.join([*labels, last])}",
    st.from_regex(r"[a-z0-9._+-]{1,70}", fullmatch=True),
    st.lists(_LABELS, min_size=1, max_size=6),
    st.one_of(st.sampled_from(SPECIAL_USE_DOMAIN_NAMES), _LABELS, st.just("com")),
)


@given(
    st.one_of(_NEARLY, st.from_regex(r"[a-z0-9]{1,9}(\.[a-z]{1,5})?@[a-z0-9-]{1,9}\.[a-z]{2,9}"))
)
@example("ada@example.com")
@example("ada@xn--80ak6aa92e.com")
@example("ada@ab--cd.com")
@example(f"{'a' * 65}@example.com")
@example(f"ada@{'a' * 64}.com")
@example("ada@example.com\n")
@settings(deadline=None, max_examples=500)
def test_what_is_usual_is_valid_and_kept_as_it_is(address: str) -> None:
    if is_usual(address):
        found = validate_email(address, check_deliverability=False, globally_deliverable=False)
        assert found.normalized == address


@pytest.mark.parametrize(
    "address",
    ["ada@example.com", "ada.king+desk@mail-1.example.co.uk", "user17@x.io", "a_b-c@9.example.de"],
)
def test_what_people_have_is_usual(address: str) -> None:
    assert is_usual(address) and addresses.normalised(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "Ada@example.com",
        "ada@Example.com",
        "ada@example",
        "ada@localhost.test",
        "ada@onion",
        "ada..king@example.com",
        "ada@ab--cd.com",
        "ada@xn--80ak6aa92e.com",
        "ada@example.c0m",
        " ada@example.com",
        "ada@example.com\n",
        "ädä@example.com",
        f"{'a' * 65}@example.com",
        f"ada@{'a' * 64}.com",
        f"ada@{'a.' * 125}com",
    ],
)
def test_everything_else_is_looked_at(address: str) -> None:
    assert not is_usual(address)


def test_nobody_has_mail_at_a_reserved_name() -> None:
    for name in SPECIAL_USE_DOMAIN_NAMES:
        assert not is_usual(f"ada@mail.{name}")
        with pytest.raises(InvalidInput):
            addresses.normalised(f"ada@mail.{name}")
