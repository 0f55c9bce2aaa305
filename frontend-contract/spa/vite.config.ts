import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { packed } from "../packed.ts";

const SITE = fileURLToPath(new URL("../../server/web/apps", import.meta.url));
// Below the site's folder lies what its addresses say: /assets/apps/… is found there as it is.
const ASSETS = "assets/apps";
// `npm run dev` here, beside `make run`: pages from Vite, everything else from the server.
const SERVER = process.env["SPAREKEY_PUBLIC_URL"] ?? "http://127.0.0.1:8000";

/** Beside Vite's own fallback to index.html: the desk's addresses, as the server has them. */
const desk: Plugin = {
  name: "desk",
  configureServer({ middlewares }) {
    middlewares.use((request, _, next) => {
      if (/^\/support(\/|\?|$)/.test(request.url ?? "")) request.url = "/support.html";
      next();
    });
  },
};

export default defineConfig({
  plugins: [react(), desk, packed()],
  server: { proxy: { "/graphql": { target: SERVER, ws: true }, "/pages": SERVER } },
  build: {
    outDir: SITE,
    emptyOutDir: true,
    assetsDir: ASSETS,
    // Small files stay files, so that the page's policy needs no data: for scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ["index.html", "support.html"] },
  },
});
