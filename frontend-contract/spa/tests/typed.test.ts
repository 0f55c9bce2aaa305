import { describe, expect, test } from "vitest";
import { canBecomeCode, cleaned, isComplete, lengthOf } from "../src/sign-in/typed";

describe("a code", () => {
  test.each(["123456", " 123 456\n", "123\u00a0456", "123-456", "1 2 3 4 5 6", "12.34.56", "123\u200b456", "１２３４５６"])(
    "is taken from %j",
    (typed) => expect(cleaned(typed)).toBe("123456"),
  );

  test.each(["", "12345", "1234567", "12345a", "code123456"])("is not complete as %j", (typed) => {
    expect(isComplete(cleaned(typed))).toBe(false);
  });

  test("can be typed digit by digit", () => {
    expect(["", "1", "12345", "123456"].every(canBecomeCode)).toBe(true);
  });

  test.each(["1234567", "12a", "x"])("cannot come of %j", (typed) => {
    expect(canBecomeCode(cleaned(typed))).toBe(false);
  });
});

test("Characters are counted as the server counts them", () => {
  expect(lengthOf("Dach 🏠")).toBe(6);
});
