"""Random lives of one account: its owner, a thief who knows the password, and the desk."""

from datetime import timedelta
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from models.accounts.account import Role
from models.mail import Kind
from models.second_factor import totp
from tests.pathways.guide import Guide
from tests.pathways.things import LINK, OWNER, THIEF, Half, Held, Link, Ticket
from tests.pathways.world import PASSWORD, SERIAL, Browser, World, links_of

T = TypeVar("T")
WHO = st.sampled_from([OWNER, THIEF])
ADDED = "AHU-7"
PICK = st.integers(0, 5)
TYPED = st.sampled_from(["right", "right", "right", "wrong", "used", "early"])
JUMPS = st.sampled_from(
    [
        *[timedelta(seconds=31)] * 8,
        timedelta(minutes=5, seconds=3),
        timedelta(minutes=11),
        timedelta(minutes=16),
        timedelta(minutes=61),
        timedelta(hours=25),
        timedelta(days=8),
    ]
)


class Pathways(RuleBasedStateMachine):
    """Whatever people do in whatever order, the real thing answers as the guide says."""

    world: ClassVar[World]
    reached: ClassVar[dict[str, int]] = {}

    @initialize(registered=st.booleans(), settled=st.sampled_from([True, True, False]))
    def begin_life(self, registered: bool, settled: bool) -> None:
        self.browsers = {OWNER: Browser(), THIEF: Browser()}
        self.email = self.world.new_account(registered)
        self.guide = Guide(self.world.now(), first_sign_in=registered, units={SERIAL: True})
        self.links: list[Link] = []
        self.receipts: list[tuple[str, Ticket, bool]] = []
        self.ticket_id = ""
        self.release_code = ""
        self.old_codes: list[str] = ["AAAA-BBBB-CCCC"]
        self.agents = {role: self.world.new_agent(role) for role in (Role.SUPPORT, Role.SUPERVISOR)}
        self.fresh = {role: self.world.now() for role in self.agents}
        self.read_mail()
        if settled:
            self.login(OWNER, right=True)
            self.walk_in(OWNER)

    # Stories that random steps would seldom tell

    @rule(who=WHO)
    def walk_in(self, who: str) -> None:
        """E-mail, password, and then whatever the person can do to get in."""
        self.wait(timedelta(seconds=31))
        before = len(self.guide.halves)
        self.login(who, right=True)
        if len(self.guide.halves) == before:
            return
        if self.guide.halves[-1].step == "CODE":
            self.verify_code(0, "right")
        else:
            self.begin_enrollment(0, "right")
            self.confirm_enrollment(0, "right")

    @rule(who=WHO, stolen=st.booleans(), approve=st.sampled_from([True, True, False]))
    def lose_the_phone(self, who: str, stolen: bool, approve: bool) -> None:
        """A request, and the desk's decision."""
        self.login(who, right=True)
        if self.guide.halves:
            self.request_reset(0, stolen, SERIAL)
        if self.guide.open_ticket():
            self.claim(Role.SUPERVISOR)
            self.decide(Role.SUPERVISOR, approve)
        if self.guide.granted():
            self.login(who, right=True)
            self.begin_enrollment(0, "none")

    @rule()
    def look_over_the_shoulder(self) -> None:
        """The thief types what the owner has just typed."""
        self.login(THIEF, right=True)
        if self.guide.halves:
            self.verify_code(0, "used")

    @rule(who=WHO)
    def think_better_of_it(self, who: str) -> None:
        """A request, and its end by the receipt that came last."""
        self.login(who, right=True)
        if self.guide.halves:
            self.request_reset(0, stolen=False, serial=SERIAL)
        if self.receipts:
            self.cancel_by_receipt(who, -1)

    # People

    @rule(who=WHO, right=st.sampled_from([True, True, True, False]))
    def login(self, who: str, right: bool) -> None:
        password = PASSWORD if right else "another windy morning"
        expected = self.guide.login(who, right)
        answer = self.ask(
            who, expected, "Login", email=self.email, password=password, delivery="BEARER"
        )
        if expected == "SignedIn":
            self.opened(answer)
        elif expected in ("CodeRequired", "EnrollmentRequired"):
            self.guide.halves[-1].token = answer["challenge"]["token"]
            release = answer.get("releaseCodeRequired", False)
            assert release == (self.guide.halves[-1].step == "RELEASE")

    @precondition(lambda self: self.guide.halves)
    @rule(pick=PICK, typed=TYPED)
    def verify_code(self, pick: int, typed: str) -> None:
        half = newest(self.guide.halves, pick)
        code, step = self.code(half.who, typed)
        expected = self.guide.verify(half, step)
        answer = self.ask(half.who, expected, "VerifyCode", challenge=half.token, code=code)
        if expected == "SignedIn":
            self.opened(answer)

    @precondition(lambda self: self.guide.sessions)
    @rule(pick=PICK, typed=TYPED)
    def step_up(self, pick: int, typed: str) -> None:
        held = newest(self.guide.sessions, pick)
        code, step = self.code(held.who, typed)
        self.ask(held.who, self.guide.step_up(held, step), "StepUp", held.token, code=code)

    @precondition(lambda self: self.guide.halves or self.guide.sessions)
    @rule(pick=PICK, release=st.sampled_from(["none", "wrong", "right", "right"]))
    def begin_enrollment(self, pick: int, release: str) -> None:
        subject = newest(self.subjects(), pick)
        # Only the owner reads the mailbox.
        release = "wrong" if subject.who == THIEF and release == "right" else release
        code = {"none": None, "wrong": self.old_codes[-1], "right": self.release_code}[release]
        expected = self.guide.begin(subject, release)
        answer = self.ask(
            subject.who,
            expected,
            "BeginEnrollment",
            self.token_of(subject),
            challenge=self.challenge_of(subject),
            releaseCode=code,
        )
        if expected == "Enrollment":
            self.guide.offered(subject, answer["manualKey"].replace(" ", ""))

    @precondition(lambda self: self.guide.halves or self.guide.sessions)
    @rule(pick=PICK, typed=st.sampled_from(["right", "right", "right", "wrong", "early"]))
    def confirm_enrollment(self, pick: int, typed: str) -> None:
        begun = [one for one in self.subjects() if one.pending]
        subject = newest(begun or self.subjects(), pick)
        secret = subject.pending.secret if subject.pending else totp.new_secret()
        code, step = self.code_of(secret, typed, 0)
        expected = self.guide.confirm(subject, step)
        answer = self.ask(
            subject.who,
            expected,
            "ConfirmEnrollment",
            self.token_of(subject),
            challenge=self.challenge_of(subject),
            code=code,
        )
        if expected == "SignedIn":
            self.opened(answer, subject if isinstance(subject, Held) else None)

    @precondition(lambda self: self.guide.sessions)
    @rule(pick=PICK, right=st.booleans())
    def change_password(self, pick: int, right: bool) -> None:
        held = newest(self.guide.sessions, pick)
        current = PASSWORD if right else "another windy morning"
        expected = self.guide.change_password(held, right)
        fields = {"currentPassword": current, "newPassword": PASSWORD}
        self.ask(held.who, expected, "ChangePassword", held.token, **fields)

    @precondition(lambda self: self.guide.sessions)
    @rule(pick=PICK)
    def add_device(self, pick: int) -> None:
        held = newest(self.guide.sessions, pick)
        fields = {"serialNumber": ADDED, "name": "Cellar"}
        self.ask(held.who, self.guide.add_device(held, ADDED), "AddDevice", held.token, **fields)

    @precondition(lambda self: self.guide.sessions)
    @rule(pick=PICK)
    def logout(self, pick: int) -> None:
        held = newest(self.guide.sessions, pick)
        answer = self.world.ask(self.browsers[held.who], "Logout", held.token)
        assert answer is self.guide.live(held)
        held.ended = True

    @precondition(lambda self: self.guide.sessions)
    @rule(pick=PICK, other=PICK)
    def revoke_session(self, pick: int, other: int) -> None:
        held, ended = newest(self.guide.sessions, pick), newest(self.guide.sessions, other)
        expected = self.guide.revoke(held, ended)
        browser = self.browsers[held.who]
        assert self.world.ask(browser, "RevokeSession", held.token, id=ended.id) is expected

    # The lost phone

    @precondition(lambda self: self.guide.halves)
    @rule(pick=PICK, stolen=st.booleans(), serial=st.sampled_from([SERIAL, ADDED, None]))
    def request_reset(self, pick: int, stolen: bool, serial: str | None) -> None:
        half = newest(self.guide.halves, pick)
        before = self.guide.open_ticket()
        expected = self.guide.request(half, stolen, serial)
        answer = self.ask(
            half.who,
            expected,
            "RequestReset",
            challenge=half.token,
            reason="PHONE_STOLEN" if stolen else "PHONE_LOST",
            deviceSerialNumber=serial,
        )
        if expected == "ResetRequested" and self.guide.ticket:
            first = before is None
            self.receipts.append((answer["receipt"], self.guide.ticket, first))
            self.ticket_id = self.newest_ticket() if first else self.ticket_id

    @precondition(lambda self: self.receipts)
    @rule(who=WHO, pick=PICK)
    def cancel_by_receipt(self, who: str, pick: int) -> None:
        receipt, ticket, first = self.receipts[pick % len(self.receipts)]
        self.ask(who, self.guide.cancel_by_receipt(ticket, first), "CancelReset", receipt=receipt)

    @precondition(lambda self: self.mailed("cancel"))
    @rule(pick=PICK)
    def cancel_by_link(self, pick: int) -> None:
        link = newest(self.mailed("cancel"), pick)
        expected = self.guide.cancel_by_link(link)
        self.ask(OWNER, expected, "CancelReset", receipt=link.token)
        if expected == "ResetStatus":
            self.links.remove(link)

    @precondition(lambda self: self.mailed("confirm"))
    @rule(pick=PICK)
    def confirm_mailbox(self, pick: int) -> None:
        link = newest(self.mailed("confirm"), pick)
        expected = self.guide.confirm_mailbox(link)
        self.ask(OWNER, expected, "ConfirmMailbox", None, token=link.token)
        if expected == "ResetStatus":
            self.links.remove(link)

    @precondition(lambda self: any(half.step == "RELEASE" for half in self.guide.halves))
    @rule(pick=PICK)
    def resend_release_code(self, pick: int) -> None:
        half = newest(self.guide.halves, pick)
        self.ask(half.who, self.guide.resend(half), "ResendReleaseCode", challenge=half.token)

    @precondition(lambda self: len(self.guide.halves) > (12 if self.guide.factor else 3))
    @precondition(lambda self: self.mailed("not-me"))
    @rule()
    def close_account(self) -> None:
        (link,) = self.mailed("not-me")
        expected = self.guide.close(link)
        self.ask(OWNER, expected, "CloseAccount", None, token=link.token)
        if expected == "AccountClosed":
            self.links.remove(link)

    # The desk

    @precondition(lambda self: self.ticket_id)
    @rule(role=st.sampled_from([Role.SUPPORT, Role.SUPERVISOR]))
    def claim(self, role: Role) -> None:
        expected = self.guide.claim(role, role == Role.SUPERVISOR)
        self.at_desk(role, expected, "ClaimTicket", ticketId=self.ticket_id)

    @precondition(lambda self: self.ticket_id)
    @rule(role=st.sampled_from([Role.SUPPORT, Role.SUPERVISOR]))
    def release(self, role: Role) -> None:
        expected = self.guide.release(role)
        self.at_desk(role, expected, "ReleaseTicket", ticketId=self.ticket_id)

    @precondition(lambda self: self.ticket_id)
    @rule(role=st.sampled_from([Role.SUPPORT, Role.SUPERVISOR]))
    def note(self, role: Role) -> None:
        fields = {"ticketId": self.ticket_id, "text": "Nobody picks up."}
        self.at_desk(role, "RecoveryTicket", "AddTicketNote", **fields)

    @precondition(lambda self: self.guide.open_ticket())
    @rule(role=st.sampled_from([Role.SUPPORT, Role.SUPERVISOR]))
    def call_back(self, role: Role) -> None:
        fields = {"kind": "CALLBACK", "outcome": "MATCHED", "detail": "Called the office."}
        self.at_desk(role, "RecoveryTicket", "RecordEvidence", ticketId=self.ticket_id, **fields)
        self.called_back = self.guide.ticket
        assert self.guide.ticket
        self.guide.ticket.strong = True

    @precondition(lambda self: self.ticket_id)
    @rule(role=st.sampled_from([Role.SUPPORT, Role.SUPERVISOR]), approve=st.booleans())
    def decide(self, role: Role, approve: bool) -> None:
        recent = self.fresh[role] > self.guide.now - timedelta(minutes=15)
        expected = self.guide.decide(role, recent, approve)
        fields: dict[str, Any] = {"ticketId": self.ticket_id, "note": "Looked into it."}
        if approve:
            called = getattr(self, "called_back", None) is self.guide.ticket
            fields["checked"] = ["CALLBACK" if called else "DEVICE_SERIAL"]
        self.at_desk(role, expected, "ApproveReset" if approve else "RejectReset", **fields)

    # Time

    @rule(by=JUMPS)
    def wait(self, by: timedelta) -> None:
        self.world.travel(by)
        self.guide.now = self.world.now()

    # What always holds

    @invariant()
    def sessions_are_as_told(self) -> None:
        for held in getattr(self, "guide", Guide(self.world.now(), False)).sessions:
            viewer = self.world.ask(self.browsers[held.who], "Viewer", held.token)
            assert (viewer is not None) is self.guide.live(held)

    @invariant()
    def no_thief_is_in_beside_the_owners_phone(self) -> None:
        guide: Guide | None = getattr(self, "guide", None)
        if guide and guide.factor and guide.factor.holder == OWNER:
            assert not any(held.who == THIEF and guide.live(held) for held in guide.sessions)

    # How it is done

    def ask(
        self, who: str, expected: str, name: str, token: str | None = None, /, **fields: Any
    ) -> Any:
        answer = self.world.ask(self.browsers[who], name, token, **fields)
        assert answer["__typename"] == expected, f"{name}: {answer} where the guide says {expected}"
        self.reached[f"{name} → {expected}"] = self.reached.get(f"{name} → {expected}", 0) + 1
        self.read_mail()
        return answer

    def at_desk(self, role: Role, expected: str, name: str, /, **fields: Any) -> None:
        if self.guide.now - self.fresh[role] > timedelta(minutes=30):
            self.agents[role] = (
                self.agents[role][0],
                self.world.agent_session(self.agents[role][0]),
            )
            self.fresh[role] = self.guide.now
        self.ask(OWNER, expected, name, self.agents[role][1], **fields)

    def opened(self, answer: Any, held: Held | None = None) -> None:
        held = held or self.guide.sessions[-1]
        held.token, held.id = answer["token"], answer["session"]["id"]

    def read_mail(self) -> None:
        for letter in self.world.letters():
            if letter.to != self.email:
                continue
            for page, token in links_of(letter):
                until = letter.written_at + LINK
                self.links.append(Link(page, token, until, self.guide.ticket))
            if letter.kind == Kind.RESET_APPROVED:
                self.old_codes.append(self.release_code or self.old_codes[0])
                self.release_code = letter.params["release_code"]

    def mailed(self, page: str) -> list[Link]:
        return [link for link in self.links if link.page == page]

    def subjects(self) -> list[Half | Held]:
        return [*self.guide.sessions, *self.guide.halves]

    def token_of(self, subject: Half | Held) -> str | None:
        return subject.token if isinstance(subject, Held) else None

    def challenge_of(self, subject: Half | Held) -> str | None:
        return subject.token if isinstance(subject, Half) else None

    def code(self, who: str, typed: str) -> tuple[str, int | None]:
        """What that person can type. A thief sees what the owner has typed, and guesses."""
        factor = self.guide.factor
        if factor is None:
            return "123456", None
        if who != factor.holder:
            typed = "used" if typed == "used" else "wrong"
        return self.code_of(factor.secret, typed, factor.last_step)

    def code_of(self, secret: str, typed: str, last_step: int) -> tuple[str, int | None]:
        present = totp.step_at(self.guide.now)
        step = {"right": present, "early": present + 3, "used": last_step}.get(typed)
        around = {at: totp.code_at(secret, at) for at in range(present - 12, present + 13)}
        if step in around and list(around.values()).count(around[step]) == 1:
            return around[step], step
        return next(
            code for code in map("{:06}".format, range(99)) if code not in around.values()
        ), None

    def newest_ticket(self) -> str:
        search = {"search": self.email, "states": ["WAITING"]}
        found = self.world.ask(
            Browser(),
            "RecoveryQueue",
            self.world.agent_session(self.agents[Role.SUPPORT][0]),
            filter=search,
            first=1,
        )
        return str(found["edges"][0]["node"]["id"])


def newest(things: list[T], pick: int) -> T:
    """One of them, late ones more often than others."""
    return things[-1 - pick % len(things)]
