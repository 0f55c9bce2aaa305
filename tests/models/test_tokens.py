"""Secrets that are given out once."""

import hashlib
import re

import pytest

from models import tokens


class TestToken:
    def test_carries_256_bits_in_safe_characters(self) -> None:
        many = {tokens.new_token() for _ in range(200)}
        assert len(many) == 200
        assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in many)

    def test_is_kept_as_its_hash(self) -> None:
        token = tokens.new_token()
        assert tokens.token_hash(token) == hashlib.sha256(token.encode()).hexdigest()

    @pytest.mark.parametrize("sent", ["", "\0", "\ud800", "🗝" * 1000])
    def test_whatever_is_sent_as_one_has_a_hash(self, sent: str) -> None:
        assert len(tokens.token_hash(sent)) == 64


class TestReleaseCode:
    def test_is_read_aloud_without_mistakes(self) -> None:
        many = {tokens.new_release_code() for _ in range(200)}
        assert len(many) == 200
        assert all(re.fullmatch(r"([A-HJ-NP-Z2-9]{4}-){2}[A-HJ-NP-Z2-9]{4}", one) for one in many)

    @pytest.mark.parametrize("typed", ["7k3m-q94t-xb2c", "7K3MQ94TXB2C", " 7K3M q94t\tXB2C\n"])
    def test_is_the_same_however_it_was_typed(self, typed: str) -> None:
        assert tokens.bare_release_code(typed) == tokens.bare_release_code("7K3M-Q94T-XB2C")

    @pytest.mark.parametrize("typed", ["7K3M-Q94T-XB2", "7K3M-Q94T-XB2D", "7K3M-XB2C-Q94T", ""])
    def test_is_another_with_other_characters(self, typed: str) -> None:
        assert tokens.bare_release_code(typed) != tokens.bare_release_code("7K3M-Q94T-XB2C")


def test_a_reference_is_short_and_clear() -> None:
    assert re.fullmatch(r"R-[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}", tokens.new_reference())
