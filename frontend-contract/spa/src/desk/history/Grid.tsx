import type { Places } from "./places";

/** The lines of an axis. */
export function Grid({ places, heights }: { places: Places; heights: number[] }) {
  return heights.map((y) => <line key={y} className="grid" x1={0} x2={places.plot} y1={y} y2={y} />);
}
