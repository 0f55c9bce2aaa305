"""The guide's rules told a second time, as plainly as they can be, for one account.

It knows nothing of the database. Each verb says what the answer must be (`__typename`) and makes
the change that follows; what only the real thing can make up (tokens, secrets) is handed in after.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.second_factor import totp
from tests.pathways.things import (
    CLAIM,
    CODES,
    DAY,
    LIFETIME,
    LINK,
    OPEN,
    PASSWORDS,
    RECENT,
    RELEASE_CODES,
    RESENDS,
    TICKETS,
    Factor,
    Grant,
    Half,
    Held,
    Link,
    Pending,
    Ticket,
)


@dataclass
class Guide:
    """The account as it should be."""

    now: datetime
    first_sign_in: bool
    version: int = 1
    closed: bool = False
    factor: Factor | None = None
    grant: Grant | None = None
    ticket: Ticket | None = None
    asked: list[datetime] = field(default_factory=list)
    halves: list[Half] = field(default_factory=list)
    sessions: list[Held] = field(default_factory=list)
    units: dict[str, bool] = field(default_factory=dict)
    """Serial numbers, and whether more than the password stood behind them."""
    known: set[str] = field(default_factory=set)
    """Whose browser has entered a right code: it has attempts of its own."""
    tries: dict[tuple[str, str], list[datetime]] = field(default_factory=lambda: defaultdict(list))

    # What holds now

    def alive(self, half: Half, *steps: str) -> bool:
        """Whether the challenge still leads on."""
        lasts = half.until > self.now and half.attempts > 0 and not half.used
        return lasts and half.step in steps and half.version == self.version and not self.closed

    def live(self, held: Held) -> bool:
        """Whether the session still holds."""
        return not held.ended and held.until > self.now and not self.closed

    def granted(self) -> bool:
        """Whether a release code leads on."""
        return self.unused() is not None and self.grant.version == self.version  # type: ignore[union-attr]

    def unused(self) -> Grant | None:
        """The grant that was neither used nor ended."""
        grant = self.grant
        return grant if grant and not grant.ended and grant.until > self.now else None

    def open_ticket(self) -> Ticket | None:
        """The request that waits for support."""
        return self.ticket if self.ticket and self.ticket.state in OPEN else None

    def proves(self, serial: str | None) -> bool:
        """Whether that serial number speaks for who says it."""
        return serial is not None and self.units.get(serial, False)

    # Verbs

    def login(self, who: str, right: bool) -> str:
        """E-mail and password."""
        key = self._budget("password", who)
        if not self._pay(key, PASSWORDS):
            return "Throttled"
        if not right or self.closed:
            return "InvalidCredentials"
        self.tries[key].pop()
        if self.granted():
            return self._challenge(who, "RELEASE")
        if self.factor:
            return self._challenge(who, "CODE")
        if self.first_sign_in:
            self.first_sign_in = False
            self._open(who, None)
            return "SignedIn"
        return self._challenge(who, "ENROLL")

    def verify(self, half: Half, step: int | None) -> str:
        """The second step; `step` is the one whose code was typed, None for a wrong code."""
        if not self.alive(half, "CODE", "RELEASE"):
            return "ChallengeExpired"
        if refused := self._pay_for_code(half.who):
            return refused
        half.attempts -= 1
        if not self._takes(step):
            return "CodeRejected"
        self._accept(half.who, step)
        if self.unused():
            self.version += 1
        half.used = True
        self.known.add(half.who)
        self._call_off()
        self._open(half.who, self.now)
        return "SignedIn"

    def step_up(self, held: Held, step: int | None) -> str:
        """A fresh code."""
        if not self.live(held) or not self.factor:
            return "NotAllowed"
        if refused := self._pay_for_code(held.who):
            return refused
        if not self._takes(step):
            return "CodeRejected"
        self._accept(held.who, step)
        held.verified_at = self.now
        return "Session"

    def begin(self, subject: Half | Held, release_code: str) -> str:
        """Ask for a secret; `release_code` is "none", "wrong" or "right"."""
        if isinstance(subject, Held):
            return self._may_move(subject) or "Enrollment"
        if not self.alive(subject, "ENROLL", "RELEASE"):
            return "ChallengeExpired"
        if subject.step == "RELEASE" and not subject.released:
            return self._release(subject, release_code)
        if subject.step == "RELEASE" and not self.granted():
            return "ChallengeExpired"
        return "Enrollment"

    def confirm(self, subject: Half | Held, step: int | None) -> str:
        """The first code of the secret that was offered."""
        if refused := self._may_confirm(subject):
            return refused
        pending = self.pending_of(subject)
        if pending is None:
            return "ChallengeExpired"
        pending.attempts -= 1
        if step is None or abs(step - totp.step_at(self.now)) > 1:
            return "CodeRejected"
        self._bind(subject, pending, step)
        return "SignedIn"

    def add_device(self, held: Held, serial: str) -> str:
        """A further unit, which can serve as evidence where a code stood behind it."""
        if not self.live(held):
            return "NotAllowed"
        if self.factor and not self._recent(held):
            return "StepUpRequired"
        self.units[serial] = self.proves(serial) or self._recent(held)
        return "Device"

    def revoke(self, held: Held, other: Held) -> bool:
        """End one of one's own sessions."""
        revoked = self.live(held) and not other.ended
        other.ended = other.ended or revoked
        return revoked

    def change_password(self, held: Held, right: bool) -> str:
        """From within a session."""
        if not self.live(held):
            return "NotAllowed"
        if self.factor and not self._recent(held):
            return "StepUpRequired"
        key = self._budget("password", held.who)
        if not self._pay(key, PASSWORDS):
            return "Throttled"
        if not right:
            return "InvalidCredentials"
        self.tries[key].pop()
        self.version += 1
        self.first_sign_in = False
        self._end_sessions(but=held)
        if self.unused():
            self._call_off()
        return "Account"

    def request(self, half: Half, stolen: bool, serial: str | None) -> str:
        """The form of somebody whose phone is gone."""
        if not self.alive(half, "CODE"):
            return "ChallengeExpired"
        if self.open_ticket():
            return "ResetRequested"
        if not self._within(self.asked, TICKETS):
            return "Throttled"
        self.asked.append(self.now)
        self.ticket = Ticket(strong=self.proves(serial))
        if stolen:
            self.version += 1
            self._end_sessions()
            if self.factor and not self.factor.suspended:
                self.factor.suspended = self.ticket
        return "ResetRequested"

    def cancel_by_receipt(self, ticket: Ticket, first: bool) -> str:
        """By what requestReset gave."""
        if ticket.closed_at and ticket.closed_at <= self.now - LINK:
            return "ChallengeExpired"
        if not first:
            return "NotAllowed"
        if ticket.state == "CANCELLED":
            return "ResetStatus"
        if ticket.state not in OPEN:
            return "NotAllowed"
        self._end(ticket, "CANCELLED")
        return "ResetStatus"

    def confirm_mailbox(self, link: Link) -> str:
        """By an unused link."""
        if link.until <= self.now or link.ticket is None or link.ticket.state not in OPEN:
            return "ChallengeExpired"
        return "ResetStatus"

    def cancel_by_link(self, link: Link) -> str:
        """By an unused link that was mailed about a ticket."""
        ticket = link.ticket
        if link.until <= self.now or ticket is None:
            return "ChallengeExpired"
        stolen = self.factor is not None and self.factor.suspended is ticket
        unused = self.unused()
        concerned = self.open_ticket() or (unused.ticket if unused else None)
        if self.closed or not (stolen or concerned is ticket):
            return "ChallengeExpired"
        self.version += 1
        if stolen and self.factor:
            self.factor.suspended = False
        if concerned is ticket:
            self._call_off()
        return "ResetStatus"

    def resend(self, half: Half) -> str:
        """Another release code."""
        if not self.alive(half, "RELEASE") or not self.granted() or not self.grant:
            return "ChallengeExpired"
        if not self._within(self.grant.resent, RESENDS):
            return "Throttled"
        self.grant.resent.append(self.now)
        return "ReleaseCodeSent"

    def claim(self, agent: str, supervisor: bool) -> str:
        """Take the newest ticket."""
        ticket = self.ticket
        if ticket is None or ticket.state not in OPEN:
            return "TicketConflict"
        if not supervisor and self._holds_another(ticket, agent):
            return "TicketConflict"
        ticket.state, ticket.claimed_by, ticket.claimed_until = "CLAIMED", agent, self.now + CLAIM
        return "RecoveryTicket"

    def release(self, agent: str) -> str:
        """Give the newest ticket back."""
        ticket = self.ticket
        if ticket is None or not self._holds(ticket, agent):
            return "TicketConflict"
        ticket.state, ticket.claimed_by, ticket.claimed_until = "WAITING", None, None
        return "RecoveryTicket"

    def decide(self, agent: str, recent: bool, approve: bool) -> str:
        """Approve or reject the newest ticket, on its serial number or call back."""
        ticket = self.ticket
        if ticket is None or not self._holds(ticket, agent):
            return "TicketConflict"
        if not recent:
            return "StepUpRequired"
        if approve and not ticket.strong:
            return "InvalidInput"
        self._end(ticket, "APPROVED" if approve else "REJECTED")
        if approve:
            self.version += 1
            self.grant = Grant(ticket, self.version, self.now + DAY)
        elif self.factor and self.factor.suspended is ticket:
            self.factor.suspended = False
        return "RecoveryTicket"

    def close(self, link: Link) -> str:
        """By the "not me" link, while the password is all there is."""
        if self.closed or self.factor or link.until <= self.now:
            return "ChallengeExpired"
        self.closed = True
        return "AccountClosed"

    def pending_of(self, subject: Half | Held) -> Pending | None:
        """What was begun, unless it is void."""
        one = subject.pending
        if one is None or one.attempts <= 0 or one.until <= self.now:
            return None
        return one if one.version == self.version else None

    def offered(self, subject: Half | Held, secret: str) -> None:
        """The secret that the answer told: the same one while it waits."""
        if waiting := self.pending_of(subject):
            assert waiting.secret == secret, "another secret while one waits"
            return
        until = subject.until if isinstance(subject, Half) else self.now + LIFETIME
        subject.pending = Pending(secret, self.version, until)

    # Parts of verbs

    def _challenge(self, who: str, step: str) -> str:
        self.halves.append(Half(who, step, self.version, self.now + LIFETIME))
        return "CodeRequired" if step == "CODE" else "EnrollmentRequired"

    def _open(self, who: str, verified_at: datetime | None) -> None:
        self.sessions.append(Held(who, verified_at, self.now + 30 * DAY))

    def _pay_for_code(self, who: str) -> str | None:
        if self.factor is None or self.factor.suspended:
            return "FactorSuspended"
        if not self._pay(self._budget("code", who), CODES):
            return "Throttled"
        self.factor.failures += 1
        return None

    def _takes(self, step: int | None) -> bool:
        factor, present = self.factor, totp.step_at(self.now)
        if factor is None or step is None:
            self._count_failure()
            return False
        if abs(step - present) <= 1 and step > factor.last_step and step not in factor.disclosed:
            return True
        if 1 < step - present <= 10:
            factor.disclosed.add(step)
        self._count_failure()
        return False

    def _count_failure(self) -> None:
        if self.factor and self.factor.failures >= 100:
            self.factor.suspended = True
            self.version += 1

    def _accept(self, who: str, step: int | None) -> None:
        assert self.factor and step is not None
        self.factor.last_step, self.factor.failures = step, 0
        self.tries[self._budget("code", who)].pop()

    def _may_move(self, held: Held) -> str | None:
        if not self.live(held):
            return "NotAllowed"
        if self.factor and self.factor.suspended:
            return "NotAllowed"
        needs_code = self.factor is not None or self.granted()
        return "StepUpRequired" if needs_code and not self._recent(held) else None

    def _may_confirm(self, subject: Half | Held) -> str | None:
        if isinstance(subject, Held):
            return self._may_move(subject)
        if not self.alive(subject, "ENROLL", "RELEASE"):
            return "ChallengeExpired"
        if subject.step == "RELEASE" and not (self.granted() and subject.released):
            return "ChallengeExpired"
        return None

    def _release(self, half: Half, code: str) -> str:
        if not self.granted():
            return "ChallengeExpired"
        if code == "none":
            return "ReleaseCodeRejected"
        key = self._budget("release", half.who)
        if not self._pay(key, RELEASE_CODES):
            return "Throttled"
        if code == "wrong":
            half.attempts -= 1
            return "ReleaseCodeRejected"
        self.tries[key].pop()
        half.released = True
        return "Enrollment"

    def _bind(self, subject: Half | Held, pending: Pending, step: int) -> None:
        self.version += 1
        self.first_sign_in = False
        subject.pending = None
        self.known.add(subject.who)
        self.factor = Factor(pending.secret, step, subject.who)
        if isinstance(subject, Half) and subject.step == "RELEASE" and self.grant:
            self.grant.ended = True
        if isinstance(subject, Held):
            self._end_sessions(but=subject)
            subject.verified_at = self.now
        else:
            subject.used = True
            self._end_sessions()
            self._open(subject.who, self.now)
        self._call_off()

    def _call_off(self) -> None:
        ticket, unused = self.open_ticket(), self.unused()
        if unused:
            unused.ended = True
            ticket = ticket or unused.ticket
        if ticket and ticket.state in (*OPEN, "APPROVED"):
            self._end(ticket, "CANCELLED")

    def _end(self, ticket: Ticket, state: str) -> None:
        ticket.state, ticket.closed_at = state, self.now

    def _end_sessions(self, but: Held | None = None) -> None:
        for held in self.sessions:
            held.ended = held.ended or held is not but

    def _recent(self, held: Held) -> bool:
        return held.verified_at is not None and held.verified_at > self.now - RECENT

    def _holds(self, ticket: Ticket, agent: str) -> bool:
        until = ticket.claimed_until
        lasts = until is not None and until > self.now
        return ticket.state == "CLAIMED" and ticket.claimed_by == agent and lasts

    def _holds_another(self, ticket: Ticket, agent: str) -> bool:
        other = ticket.claimed_by not in (None, agent) and ticket.state == "CLAIMED"
        return other and ticket.claimed_until is not None and ticket.claimed_until > self.now

    def _budget(self, what: str, who: str) -> tuple[str, str]:
        return what, who if who in self.known else "anybody"

    def _pay(self, key: tuple[str, str], limits: Any) -> bool:
        if not self._within(self.tries[key], limits):
            return False
        self.tries[key].append(self.now)
        return True

    def _within(self, times: list[datetime], limits: Any) -> bool:
        return all(sum(at > self.now - span for at in times) < most for most, span in limits)
