"""Keys: written down, exchanged, and bound to what they seal."""

import base64

import pytest
from cryptography.exceptions import InvalidTag

from models.keys.keyring import Keyring

OLD, NEW, FOREIGN = (Keyring.generate_text() for _ in range(3))


def encoded(size: int) -> str:
    return base64.b64encode(bytes(size)).decode()


class TestParse:
    def test_a_generated_ring_is_read(self) -> None:
        ring = Keyring.parse(OLD)
        assert ring.decrypt(ring.encrypt("secret", "row"), "row") == "secret"

    def test_spaces_around_keys_do_no_harm(self) -> None:
        assert Keyring.parse(f" {NEW} ,\n{OLD}").mac("use", "it") == Keyring.parse(NEW).mac(
            "use", "it"
        )

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("", "Key 1 has no id"),
            (f":{encoded(32)}", "Key 1 has no id"),
            (f"a:{encoded(32)},", "Key 2 has no id"),
            (f"a:{encoded(32)},a:{encoded(32)}", "Key 2 has no id of its own"),
            ("a:not base64!", "Key 1 is not standard base64"),
            ("a:" + "_" * 43 + "=", "Key 1 is not standard base64"),
            (f"a:{encoded(16)}", "Key 1 has 16 bytes instead of 32"),
            (f"a:{encoded(32)},b:{encoded(33)}", "Key 2 has 33 bytes instead of 32"),
            ("a:", "Key 1 has 0 bytes instead of 32"),
        ],
    )
    def test_a_fault_is_named_by_its_place(self, text: str, fault: str) -> None:
        with pytest.raises(ValueError, match=fault):
            Keyring.parse(text)

    def test_a_fault_does_not_quote_the_key(self) -> None:
        with pytest.raises(ValueError) as fault:
            Keyring.parse("a:hunter2hunter2")
        assert "hunter2" not in str(fault.value)


class TestEncrypt:
    def test_the_same_text_never_looks_the_same(self) -> None:
        ring = Keyring.parse(OLD)
        assert ring.encrypt("secret", "row") != ring.encrypt("secret", "row")

    def test_it_opens_only_in_its_row(self) -> None:
        ring = Keyring.parse(OLD)
        with pytest.raises(InvalidTag):
            ring.decrypt(ring.encrypt("secret", "authenticator:1"), "authenticator:2")

    def test_a_changed_bit_is_noticed(self) -> None:
        ring = Keyring.parse(OLD)
        name, _, text = ring.encrypt("secret", "row").partition(":")
        raw = base64.b64decode(text)
        for place in (0, 12, len(raw) - 1):
            changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
            with pytest.raises(InvalidTag):
                ring.decrypt(f"{name}:{base64.b64encode(changed).decode()}", "row")

    def test_another_key_of_the_same_name_does_not_open_it(self) -> None:
        one, other = (Keyring.parse(f"a:{text.partition(':')[2]}") for text in (OLD, NEW))
        with pytest.raises(InvalidTag):
            other.decrypt(one.encrypt("secret", "row"), "row")


class TestExchange:
    def test_the_newest_key_seals_and_the_older_still_opens(self) -> None:
        before, ring = Keyring.parse(OLD), Keyring.parse(f"{NEW},{OLD}")
        assert ring.decrypt(before.encrypt("secret", "row"), "row") == "secret"
        assert Keyring.parse(NEW).decrypt(ring.encrypt("secret", "row"), "row") == "secret"

    @pytest.mark.parametrize("rest", ["", "!", "A", "AAAA", "A" * 16, "A" * 64])
    def test_whatever_became_of_it_it_is_told_to_be_altered(self, rest: str) -> None:
        with pytest.raises(InvalidTag):
            Keyring.parse(OLD).decrypt(f"{Keyring.parse(OLD).newest}:{rest}", "row")

    def test_a_key_that_is_gone_opens_nothing(self) -> None:
        with pytest.raises(KeyError):
            Keyring.parse(NEW).decrypt(Keyring.parse(OLD).encrypt("secret", "row"), "row")

    def test_signatures_of_older_keys_hold(self) -> None:
        signature = Keyring.parse(OLD).mac("use", "it")
        assert Keyring.parse(f"{NEW},{OLD}").verify("use", "it", signature)
        assert not Keyring.parse(NEW).verify("use", "it", signature)


class TestSign:
    def test_for_one_purpose_and_one_message(self) -> None:
        ring = Keyring.parse(OLD)
        signature = ring.mac("use", "it")
        assert ring.verify("use", "it", signature)
        assert not ring.verify("abuse", "it", signature)
        assert not ring.verify("use", "that", signature)
        assert not Keyring.parse(FOREIGN).verify("use", "it", signature)

    @pytest.mark.parametrize("forged", ["", "0", "é" * 64, "0" * 64])
    def test_whatever_is_sent_as_one_is_compared(self, forged: str) -> None:
        assert not Keyring.parse(OLD).verify("use", "it", forged)
