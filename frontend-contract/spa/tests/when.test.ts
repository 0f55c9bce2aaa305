import { beforeEach, describe, expect, test, vi } from "vitest";

const spoken = vi.hoisted(() => ({ language: "en" }));
vi.mock("../src/i18n/index", () => ({ language: () => spoken.language }));

const { ago, countdown, deadline } = await import("../src/i18n/when");

// 7 January 2030 is a Monday; all times are the reader's own.
const at = (day: number, hours: number, minutes = 0) => new Date(2030, 0, day, hours, minutes);
const due = (day: number, hours: number, now: Date, minutes = 0) =>
  deadline(at(day, hours, minutes).toISOString(), now.getTime());

beforeEach(() => {
  spoken.language = "en";
});

describe("a deadline", () => {
  test.each([
    ["de", "heute, 15:00"],
    ["en", "today, 15:00"],
    ["sv", "i dag, 15:00"],
  ])("of today in %s", (language, said) => {
    spoken.language = language;
    expect(due(7, 15, at(7, 9))).toBe(said);
  });

  test.each([
    ["de", "morgen, 15:00"],
    ["en", "tomorrow, 15:00"],
    ["sv", "i morgon, 15:00"],
  ])("of tomorrow in %s", (language, said) => {
    spoken.language = language;
    expect(due(8, 15, at(7, 23, 59))).toBe(said);
  });

  test.each([
    ["de", "Montag, 15:00"],
    ["en", "Monday, 15:00"],
    ["sv", "måndag, 15:00"],
  ])("within a week in %s", (language, said) => {
    spoken.language = language;
    expect(due(7, 15, at(4, 15))).toBe(said);
  });

  test("at midnight belongs to the day that it ends", () => {
    expect(due(8, 0, at(5, 12))).toBe("Monday, 24:00");
    expect(due(8, 0, at(7, 12))).toBe("today, 24:00");
    expect(due(8, 0, at(6, 12))).toBe("tomorrow, 24:00");
  });

  test("a minute past midnight belongs to the new day", () => {
    expect(due(8, 0, at(7, 12), 1)).toBe("tomorrow, 00:01");
  });

  test("that is a week away, or past, names its date", () => {
    expect(due(14, 15, at(7, 9))).toMatch(/14 January, 15:00$/);
    expect(due(4, 15, at(7, 9))).toMatch(/4 January, 15:00$/);
  });
});

test.each([
  [0, "0:00"],
  [-5, "0:00"],
  [9.2, "0:10"],
  [245, "4:05"],
  [3600, "1:00:00"],
  [11045, "3:04:05"],
])("A countdown of %d seconds is %s", (seconds, said) => {
  expect(countdown(seconds)).toBe(said);
});

test("What is past or to come is said in its largest unit", () => {
  const now = at(7, 12);
  const from = (day: number, hours: number, minutes = 0) => ago(at(day, hours, minutes).toISOString(), now.getTime());
  expect(from(7, 11, 57)).toBe("3 minutes ago");
  expect(from(7, 14)).toBe("in 2 hours");
  spoken.language = "de";
  expect(from(6, 12)).toBe("gestern");
});
