import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const SITE = fileURLToPath(new URL("../../server/web/explorer", import.meta.url));
// Below the site's folder lies what its addresses say: /assets/explorer/… is found there as it is.
const ASSETS = "assets/explorer";

export default defineConfig({
  plugins: [react(), packed()],
  worker: { format: "es" },
  build: {
    outDir: SITE,
    emptyOutDir: true,
    assetsDir: ASSETS,
    // Small files stay files, so that the page's policy needs no data: for scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4096,
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
});

/** Puts a .gz beside each file, so that the server packs nothing while people wait. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    closeBundle() {
      const folder = join(SITE, ASSETS);
      for (const name of readdirSync(folder)) {
        const content = readFileSync(join(folder, name));
        writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}
