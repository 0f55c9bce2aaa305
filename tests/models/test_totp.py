"""Which codes are accepted when, and what is said of the others."""

import base64
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import CodeHint
from models.second_factor import totp
from models.second_factor.totp import Accepted, Rejected

# RFC 6238, appendix B: its secret, and the last six of its eight digits.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = datetime(2027, 1, 8, 14, 0, 7, tzinfo=UTC)
STEP = totp.step_at(NOW)


def matched(
    steps: int, last_step: int = 0, spent: tuple[int, ...] = ()
) -> totp.Accepted | totp.Rejected:
    """What is said now to the code of the step so many from the present one."""
    return totp.match(SECRET, totp.code_at(SECRET, STEP + steps), NOW, last_step, spent)


class TestSecrets:
    @given(st.binary(min_size=14, max_size=40), st.booleans())
    def test_are_read_as_base32_whatever_their_length_and_case(
        self, raw: bytes, small: bool
    ) -> None:
        secret = base64.b32encode(raw).decode().rstrip("=")
        typed = secret.lower() if small else secret
        assert totp.code_at(typed, STEP) == pyotp.HOTP(secret).at(STEP)

    @pytest.mark.parametrize("wrong", ["0", "1", "8", "9", "!", "_", "\u0661", "\u00df"])
    def test_what_is_no_base32_is_refused(self, wrong: str) -> None:
        with pytest.raises(ValueError):
            totp.code_at(SECRET[:-1] + wrong, STEP)


class TestCodes:
    @pytest.mark.parametrize(
        ("seconds", "code"),
        [
            (59, "287082"),
            (1111111109, "081804"),
            (1111111111, "050471"),
            (1234567890, "005924"),
            (2000000000, "279037"),
            (20000000000, "353130"),
        ],
    )
    def test_are_those_of_the_rfc(self, seconds: int, code: str) -> None:
        at = datetime.fromtimestamp(seconds, UTC)
        assert totp.code_at(RFC_SECRET, totp.step_at(at)) == code

    def test_change_every_30_seconds(self) -> None:
        begins = datetime.fromtimestamp(STEP * 30, UTC)
        assert totp.step_at(begins) == STEP
        assert totp.step_at(begins + timedelta(seconds=29, microseconds=999_999)) == STEP
        assert totp.step_at(begins + timedelta(seconds=30)) == STEP + 1
        assert totp.step_at(begins - timedelta(microseconds=1)) == STEP - 1

    def test_come_from_160_random_bits(self) -> None:
        one, other = totp.new_secret(), totp.new_secret()
        assert one != other
        assert len(pyotp.TOTP(one).byte_secret()) == 20


class TestDrift:
    @pytest.mark.parametrize("steps", [-1, 0, 1])
    def test_one_step_either_way_is_accepted(self, steps: int) -> None:
        assert matched(steps) == Accepted(STEP + steps)

    @pytest.mark.parametrize("steps", [-10, -9, -2])
    def test_up_to_ten_steps_late_is_another_time(self, steps: int) -> None:
        assert matched(steps) == Rejected(CodeHint.CLOCK_OFF)

    @pytest.mark.parametrize("steps", [2, 9, 10])
    def test_up_to_ten_steps_early_is_disclosed(self, steps: int) -> None:
        assert matched(steps) == Rejected(CodeHint.CLOCK_OFF, disclosed=STEP + steps)

    @pytest.mark.parametrize("steps", [-12, -11, 11, 12])
    def test_beyond_ten_steps_is_wrong(self, steps: int) -> None:
        assert matched(steps) == Rejected(CodeHint.NONE)


class TestUsedSteps:
    @pytest.mark.parametrize("steps", [-1, 0, 1])
    def test_the_last_one_is_not_accepted_again(self, steps: int) -> None:
        assert matched(steps, last_step=STEP + steps) == Rejected(CodeHint.ALREADY_USED)

    @pytest.mark.parametrize(("steps", "last"), [(-1, 0), (-1, 1), (0, 1)])
    def test_nor_one_before_it(self, steps: int, last: int) -> None:
        assert matched(steps, last_step=STEP + last) == Rejected(CodeHint.ALREADY_USED)

    @pytest.mark.parametrize(("steps", "last"), [(1, 0), (0, -1), (1, -1)])
    def test_one_after_it_is_accepted(self, steps: int, last: int) -> None:
        assert matched(steps, last_step=STEP + last) == Accepted(STEP + steps)

    def test_the_last_one_is_known_minutes_later(self) -> None:
        assert matched(-7, last_step=STEP - 7) == Rejected(CodeHint.ALREADY_USED)

    @pytest.mark.parametrize("steps", [-1, 0, 1])
    def test_a_disclosed_one_is_refused_when_its_time_comes(self, steps: int) -> None:
        spent = (STEP + steps,)
        assert matched(steps, spent=spent) == Rejected(CodeHint.ALREADY_USED)

    def test_those_beside_a_disclosed_one_are_accepted(self) -> None:
        assert matched(0, spent=(STEP - 1, STEP + 1)) == Accepted(STEP)


class TestTyping:
    @pytest.mark.parametrize("form", ["{0} {1}", " {0}{1} ", "{0}\t{1}\n", "{0}\u00a0{1}"])
    def test_spaces_do_no_harm(self, form: str) -> None:
        code = totp.code_at(SECRET, STEP)
        assert totp.match(SECRET, form.format(code[:3], code[3:]), NOW, 0) == Accepted(STEP)

    @pytest.mark.parametrize("change", ["{}0", "0{}", "{}x", "-{}", "+{}", "{}.0", "{}\0"])
    def test_anything_around_it_does(self, change: str) -> None:
        typed = change.format(totp.code_at(SECRET, STEP))
        assert totp.match(SECRET, typed, NOW, 0) == Rejected(CodeHint.NONE)

    def test_other_scripts_digits_are_no_code(self) -> None:
        arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
        typed = totp.code_at(SECRET, STEP).translate(arabic)
        assert totp.match(SECRET, typed, NOW, 0) == Rejected(CodeHint.NONE)

    @given(st.text(max_size=40))
    def test_whatever_is_typed_gets_an_answer(self, typed: str) -> None:
        assert isinstance(totp.match(SECRET, typed, NOW, 0), Accepted | Rejected)


def test_the_present_step_counts_where_the_used_one_had_the_same_code() -> None:
    step, code = 60_779_458, "566269"  # six digits repeat now and then
    at = datetime.fromtimestamp(step * 30, UTC)
    assert totp.code_at(SECRET, step - 1) == totp.code_at(SECRET, step) == code
    assert totp.match(SECRET, code, at, last_step=step - 1) == Accepted(step)
    assert totp.match(SECRET, code, at, last_step=step) == Rejected(CodeHint.ALREADY_USED)
