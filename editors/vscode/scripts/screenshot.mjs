// Makes images/highlighting.png: an example, coloured by VS Code's engine in one of its themes.
// Needs Chromium: CHROMIUM says where, else `chromium` on the PATH.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHighlighter } from "shiki";

const here = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const grammar = JSON.parse(readFileSync(here("syntaxes/cxflow.tmLanguage.json"), "utf8"));
const flow = readFileSync(here("images/highlighting.cxflow"), "utf8").trimEnd();

const highlighter = await createHighlighter({ themes: ["dark-plus"], langs: [{ ...grammar, name: "cxflow" }] });
const code = highlighter.codeToHtml(flow, { lang: "cxflow", theme: "dark-plus" });
const lines = flow.split("\n");
const width = Math.max(...lines.map((line) => line.length)) * 8.43 + 64;
const height = lines.length * 21 + 48;

const page = `<style>
  body { margin: 0; background: #1e1e1e; }
  pre { margin: 0; padding: 24px 32px; font: 14px/21px "DejaVu Sans Mono", monospace; }
</style>${code}`;

const folder = mkdtempSync(join(tmpdir(), "cxflow-"));
writeFileSync(join(folder, "page.html"), page);
const shot = spawnSync(process.env.CHROMIUM ?? "chromium", [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--hide-scrollbars",
  "--force-device-scale-factor=2",
  `--window-size=${Math.ceil(width)},${height}`,
  `--screenshot=${here("images/highlighting.png")}`,
  join(folder, "page.html"),
]);
rmSync(folder, { recursive: true });
if (shot.status !== 0) throw new Error(`no picture: ${shot.error ?? shot.stderr}`);
