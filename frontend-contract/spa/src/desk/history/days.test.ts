import { expect, test } from "vitest";
import { countAxis, named, runs, sum, timeAxis, type Day } from "./days";
import { LEFT, placesOf } from "./places";

const HOUR = 3600;

function day(changes: Partial<Day> = {}): Day {
  return { day: "2030-01-31", submitted: 0, approved: 0, rejected: 0, cancelled: 0, medianSecondsToDecision: null, ...changes };
}

test("one axis serves what came in and what was decided", () => {
  expect(countAxis([day({ submitted: 3 }), day({ approved: 2, rejected: 3, cancelled: 2 })])).toEqual({
    top: 8,
    ticks: [0, 2, 4, 6, 8],
  });
});

test.each([[0, 1], [1, 1], [4, 4], [5, 6], [17, 20], [99, 100], [4001, 6000]])("%i fits below %i", (most, top) => {
  const axis = countAxis([day({ submitted: most })]);
  expect(axis.top).toBe(top);
  expect(axis.ticks.length).toBeLessThanOrEqual(5);
});

test("the time's axis has its lines at round hours", () => {
  expect(timeAxis([day()])).toBeNull();
  expect(timeAxis([day({ medianSecondsToDecision: 20 })])).toEqual({ top: 900, ticks: [0, 900] });
  expect(timeAxis([day({ medianSecondsToDecision: 5.5 * HOUR })])?.top).toBe(6 * HOUR);
  expect(timeAxis([day({ medianSecondsToDecision: 1000 * HOUR })])?.ticks.length).toBeLessThanOrEqual(5);
});

test("the last day is always named", () => {
  expect(named(7, 100, 60)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(named(30, 9, 60)).toEqual([1, 8, 15, 22, 29]);
  expect(named(1, 300, 60)).toEqual([0]);
});

test("days without a decision part the line", () => {
  const some = day({ medianSecondsToDecision: 60 });
  expect(runs([some, some, day(), some])).toEqual([[0, 1], [3]]);
  expect(runs([day()])).toEqual([]);
});

test("the sum counts every day", () => {
  expect(sum([day({ submitted: 2, approved: 1 }), day({ submitted: 1, cancelled: 4 })])).toEqual({
    submitted: 3,
    approved: 1,
    rejected: 0,
    cancelled: 4,
  });
});

test("a chart fills its room, and asks for more where days become too narrow", () => {
  expect(LEFT + placesOf(30, 900).width).toBeCloseTo(900);
  expect(placesOf(90, 320).width).toBeGreaterThan(600);
});
