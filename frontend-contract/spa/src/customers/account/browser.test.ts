import { describe, expect, it } from "vitest";
import { browserOf, placeOf } from "./browser";

describe("browserOf", () => {
  it.each([
    ["Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Windows"],
    ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "Chrome", "Linux"],
    ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge", "Windows"],
    ["Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", "Samsung Internet", "Android"],
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1", "Chrome", "iOS"],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15", "Safari", "macOS"],
    ["curl/8.5.0", undefined, undefined],
    [null, undefined, undefined],
  ])("%s", (userAgent, program, system) => {
    expect(browserOf(userAgent)).toEqual({ program, system });
  });
});

describe("placeOf", () => {
  it.each([
    [null, "203.0.113.7", "unknown"],
    ["203.0.113.7", "203.0.113.7", "same"],
    ["198.51.100.4", "203.0.113.7", "elsewhere"],
    ["172.20.0.3", null, "local"],
    ["172.32.0.3", null, "elsewhere"],
    ["fd12:3456::1", null, "local"],
    ["::1", null, "local"],
    ["2001:db8::1", null, "elsewhere"],
  ] as const)("%s seen from %s is %s", (address, own, place) => {
    expect(placeOf(address, own)).toBe(place);
  });
});
