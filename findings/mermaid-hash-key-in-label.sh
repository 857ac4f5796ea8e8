#!/usr/bin/env bash
# mermaid 12.3.0 (npm): "#9;" in a label is a character code, so a prompt loses its key.
#
# Mermaid writes special characters as `#quot;` and `#35;`. Any `#`, digits and `;` are read that
# way, in quoted labels too: "Dial #9; then wait" is a tab instead of "#9;". A label that a
# program makes has to write `#35;` for every `#`, not only for those that it means as codes.
#
# Seen: the label's text holds no "#9;" any more, without an error. "Dial #9 then wait" keeps it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund mermaid@12.3.0 jsdom@26 >/dev/null

cat > run.mjs <<'J'
import { JSDOM } from 'jsdom';
globalThis.window = new JSDOM('<body></body>').window;
globalThis.document = window.document;
const { default: mermaid } = await import('mermaid');
for (const label of ['Dial #9 then wait', 'Dial #9; then wait']) {
  const diagram = `flowchart LR\na["${label}"]`;
  await mermaid.parse(diagram);
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(diagram);
  const text = [...db.getVertices().values()][0].text;
  console.log(JSON.stringify(label), text.includes('#9') ? 'keeps the key' : 'loses the key');
}
J
node run.mjs | tee out.txt

grep -qx '"Dial #9 then wait" keeps the key' out.txt || { echo 'CHANGED: without a semicolon'; exit 1; }
grep -qx '"Dial #9; then wait" loses the key' out.txt || { echo 'CHANGED: with a semicolon'; exit 1; }
echo 'as described'
