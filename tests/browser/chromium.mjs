// A Chromium that needs nothing installed: the browser, its libraries and fonts out of a package.
// @sparticuz/chromium stays at the last version that runs on Node 20.
//
// `node chromium.mjs` unpacks it; `launch()` starts it, or the one SPAREKEY_TEST_CHROMIUM names.

import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createBrotliDecompress } from "node:zlib";
import { chromium } from "playwright-core";
import { extract } from "tar-fs";

const MODULES = fileURLToPath(new URL("node_modules", import.meta.url));
const PACKED = join(MODULES, "@sparticuz/chromium/bin");
const PLACE = join(MODULES, ".chromium");
const FONTS = `<fontconfig>
  <dir>${join(PLACE, "fonts")}</dir>
  <cachedir>${join(PLACE, "fonts/cache")}</cachedir>
</fontconfig>
`;
const FLAGS = [
  "--headless",
  "--no-sandbox", // tests may run as root
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--font-render-hinting=none",
];

/** A running browser, of Playwright's kind. */
export async function launch() {
  const named = process.env.SPAREKEY_TEST_CHROMIUM;
  if (!named && !existsSync(PLACE)) throw new Error("Chromium is not unpacked: run make setup.");
  return await chromium.launch({
    executablePath: named || join(PLACE, "chromium"),
    env: named ? process.env : own(),
    args: FLAGS,
  });
}

/** Unpacks aside and renames, so that what is there is whole. */
async function unpack() {
  const aside = `${PLACE}.new`;
  for (const folder of [aside, PLACE]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(aside);
  await Promise.all([
    pour("chromium.br", createWriteStream(join(aside, "chromium"), { mode: 0o755 })),
    pour("fonts.tar.br", extract(join(aside, "fonts"), { chown: false })),
    pour("al2023.tar.br", extract(join(aside, "libraries"), { chown: false })),
  ]);
  writeFileSync(join(aside, "fonts/fonts.conf"), FONTS);
  renameSync(aside, PLACE);
}

async function pour(part, target) {
  await pipeline(createReadStream(join(PACKED, part)), createBrotliDecompress(), target);
}

function own() {
  return {
    ...process.env,
    LD_LIBRARY_PATH: [join(PLACE, "libraries/lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":"),
    FONTCONFIG_PATH: join(PLACE, "fonts"),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await unpack();
