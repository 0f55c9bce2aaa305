/** From top to bottom, in pixels. */
const CAPTION = 24;
const BARS = 110;
const NAMES = 28;
const MEDIANS = 90;

const base = CAPTION + BARS;
const namesTop = base + BARS + CAPTION;
const medianTop = namesTop + NAMES;
const medianBase = medianTop + CAPTION + MEDIANS;

export const ROWS = {
  caption: CAPTION,
  bars: BARS,
  /** Where bars begin, upwards and downwards. */
  base,
  namesTop,
  medianTop,
  height: medianBase + 10,
  /** Where a share of the whole axis lies. */
  above: (share: number) => base - share * BARS,
  below: (share: number) => base + share * BARS,
  median: (share: number) => medianBase - share * MEDIANS,
};

/** What the names of the axes take on the left, in pixels. */
export const LEFT = 56;
const RIGHT = 26;
const NARROWEST = 7;

/** From left to right, in pixels. */
export interface Places {
  /** What all days take. */
  plot: number;
  /** The same with room for the last day's name. */
  width: number;
  /** What each day takes. */
  slot: number;
  /** The middle of a day. */
  middle: (index: number) => number;
}

/** Fills the room; where days would become too narrow to be told apart, it needs more. */
export function placesOf(count: number, room: number): Places {
  const slot = Math.max(NARROWEST, (room - LEFT - RIGHT) / count);
  const plot = slot * count;
  return { plot, width: plot + RIGHT, slot, middle: (index) => slot * (index + 0.5) };
}
