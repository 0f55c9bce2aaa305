import { expect, test } from "vitest";
import { matched, suffices, toClaim, toDecide, toNote, toRecord, type Me, type Ticket } from "./ticket";

const agent: Me = { id: "1", email: "agent@example.com", roles: ["SUPPORT"] };
const chief: Me = { id: "2", email: "chief@example.com", roles: ["SUPERVISOR"] };

function ticket(changes: Partial<Ticket> = {}, staff = false, email = "petra@example.com"): Ticket {
  return { state: "WAITING", claimedBy: null, account: { email, staff }, ...changes } as Ticket;
}

const held = (by: Me) => ({ state: "CLAIMED" as const, claimedBy: { id: by.id, email: by.email } });

test("a ticket that waits can be claimed, and decided once it is", () => {
  expect(toClaim(ticket(), agent)).toBeNull();
  expect(toDecide(ticket(), agent)).toBe("claimFirst");
  expect(toDecide(ticket(held(agent)), agent)).toBeNull();
});

test("only a supervisor takes over what a colleague holds", () => {
  expect(toClaim(ticket(held(chief)), agent)).toBe("held");
  expect(toDecide(ticket(held(chief)), agent)).toBe("held");
  expect(toClaim(ticket(held(agent)), chief)).toBeNull();
  expect(toDecide(ticket(held(agent)), chief)).toBe("claimFirst");
});

test("only a supervisor decides on staff", () => {
  expect(toClaim(ticket({}, true), agent)).toBeNull();
  expect(toDecide(ticket(held(agent), true), agent)).toBe("supervisor");
  expect(toDecide(ticket(held(chief), true), chief)).toBeNull();
});

test("nobody works on their own ticket", () => {
  const own = ticket({}, true, chief.email);
  for (const step of [toClaim, toDecide, toNote, toRecord]) expect(step(own, chief)).toBe("own");
});

test("a closed ticket takes notes only", () => {
  for (const state of ["APPROVED", "REJECTED", "CANCELLED"] as const) {
    const closed = ticket({ state });
    for (const step of [toClaim, toDecide, toRecord]) expect(step(closed, chief)).toBe("closed");
    expect(toNote(closed, agent)).toBeNull();
  }
});

test("a serial number or a call back carries an approval, the rest does not", () => {
  expect(suffices(["DEVICE_SERIAL"])).toBe(true);
  expect(suffices(["MAILBOX", "CALLBACK"])).toBe(true);
  expect(suffices(["MAILBOX", "KNOWN_NETWORK", "PASSWORD_AGE"])).toBe(false);
  expect(suffices([])).toBe(false);
});

test("only what is matched can be checked", () => {
  const evidence = [
    { kind: "DEVICE_SERIAL" as const, outcome: "MISMATCHED" as const, detail: "" },
    { kind: "MAILBOX" as const, outcome: "MATCHED" as const, detail: "" },
    { kind: "CALLBACK" as const, outcome: "UNKNOWN" as const, detail: "" },
  ];
  expect(matched(evidence)).toEqual(["MAILBOX"]);
});
