import { kept } from "../../kept";

const KEPT = "sparekey.sound";
const NOTES = [659.25, 523.25]; // E5, C5
const LENGTH = 0.5; // seconds
const LOUDNESS = 0.08;

let context: AudioContext | undefined;

export function isKept(): boolean {
  return kept.get(KEPT) === "on";
}

export function keep(on: boolean): void {
  kept.set(KEPT, on ? "on" : "off");
}

/** A short soft tone. Browsers allow it once the page was clicked or typed at. */
export function chime(): void {
  if (!navigator.userActivation?.hasBeenActive) return;
  context ??= new AudioContext();
  for (const [index, note] of NOTES.entries()) play(context, note, context.currentTime + (index * LENGTH) / 3);
}

function play(on: AudioContext, frequency: number, at: number): void {
  const tone = new OscillatorNode(on, { frequency });
  const volume = new GainNode(on, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + LENGTH);
  tone.connect(volume).connect(on.destination);
  tone.start(at);
  tone.stop(at + LENGTH);
}
