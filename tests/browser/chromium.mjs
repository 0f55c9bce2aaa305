// Unpacks a Chromium that needs nothing installed: the browser, its libraries and fonts.
// @sparticuz/chromium stays at the last version that runs on Node 20.

import { createReadStream, createWriteStream, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createBrotliDecompress } from "node:zlib";
import { extract } from "tar-fs";

const MODULES = fileURLToPath(new URL("node_modules", import.meta.url));
const PACKED = join(MODULES, "@sparticuz/chromium/bin");
const PLACE = join(MODULES, ".chromium");
const FONTS = `<fontconfig>
  <dir>${join(PLACE, "fonts")}</dir>
  <cachedir>${join(PLACE, "fonts/cache")}</cachedir>
</fontconfig>
`;

// Aside, then renamed, so that what is there is whole.
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

async function pour(part, target) {
  await pipeline(createReadStream(join(PACKED, part)), createBrotliDecompress(), target);
}
