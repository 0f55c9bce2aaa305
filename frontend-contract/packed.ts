import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const READABLE = /\.(js|css|svg|json|ttf|woff)$/;
// Beyond this, brotli takes ten times as long for a twentieth less.
const DENSE = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

/** Puts a .gz and a .br beside each asset, so that the server packs nothing while people wait. */
export function packed(): Plugin {
  let folder = "";
  return {
    name: "packed",
    apply: "build",
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir, build.assetsDir);
    },
    closeBundle() {
      for (const name of readdirSync(folder).filter((name) => READABLE.test(name))) {
        const content = readFileSync(join(folder, name));
        writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content, DENSE));
      }
    },
  };
}
