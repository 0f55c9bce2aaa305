import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Announcer } from "./announcer";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function heard() {
  const said: string[] = [];
  const announcer = new Announcer(
    (words) => said.push(words),
    (count) => `${count} changes`,
  );
  return { said, announcer };
}

test("what happens at once is said in one breath", () => {
  const { said, announcer } = heard();
  announcer.announce("A.");
  announcer.announce("B.");
  vi.advanceTimersByTime(1000);
  expect(said).toEqual(["A. B."]);
});

test("a second passes between two announcements", () => {
  const { said, announcer } = heard();
  vi.advanceTimersByTime(5000);
  announcer.announce("A.");
  vi.advanceTimersByTime(10);
  announcer.announce("B.");
  expect(said).toEqual(["A."]);
  vi.advanceTimersByTime(980);
  expect(said).toEqual(["A."]);
  vi.advanceTimersByTime(10);
  expect(said).toEqual(["A.", "B."]);
});

test("of much at once only the number is said", () => {
  const { said, announcer } = heard();
  for (const one of ["A.", "B.", "C.", "D."]) announcer.announce(one);
  vi.advanceTimersByTime(1000);
  expect(said).toEqual(["4 changes"]);
});

test("nothing is said after the end", () => {
  const { said, announcer } = heard();
  announcer.announce("A.");
  announcer.stop();
  vi.advanceTimersByTime(2000);
  expect(said).toEqual([]);
});
