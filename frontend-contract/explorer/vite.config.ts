import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { packed } from "../packed.ts";

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
