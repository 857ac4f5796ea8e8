#!/usr/bin/env bash
# mermaid 12.3.0 (npm): an edge from a node called "click" disappears without an error.
#
# Other words that the grammar knows (`style`, `class`, `call`, `href`) are a parse error as a node's
# id. `click --> b` is taken for the statement "on a click on node -->, call b": it parses, and the
# diagram has neither the edge nor the two nodes.
#
# Seen: no error, 0 nodes, 0 edges; 2 nodes and 1 edge for `tap --> b`.
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
async function read(text) {
  await mermaid.parse(text);
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  return { nodes: db.getVertices().size, edges: db.getEdges().length };
}
for (const id of ['tap', 'click']) console.log(id, JSON.stringify(await read(`flowchart LR\n${id} --> b`)));
J
node run.mjs | tee out.txt

grep -qx 'tap {"nodes":2,"edges":1}' out.txt || { echo 'CHANGED: an ordinary edge'; exit 1; }
grep -qx 'click {"nodes":0,"edges":0}' out.txt || { echo 'CHANGED: the edge is there'; exit 1; }
echo 'as described'
