// The preview: what the server answers, the node at the cursor, and a page that runs nothing but its own script.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { buildSync } from "esbuild";

import { program } from "./program.mjs";

const entry = new URL("../src/picture.ts", import.meta.url).pathname;
const bundled = buildSync({ entryPoints: [entry], format: "esm", write: false });
const { nodeAt, page } = await import(`data:text/javascript,${encodeURIComponent(bundled.outputFiles[0].text)}`);

const flow = 'flow "F"\nentry start\ndisclosure start {\n  say "Hi."\n  -> bye\n}\ndisconnect bye\n';

/** Asks a server for the picture of a document that is not saved. */
async function asked(text) {
  const server = spawn(program, ["lsp"]);
  const uri = "untitled:a.cxflow";
  const send = (message) => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  send({ id: 1, method: "initialize", params: { processId: null, rootUri: null, capabilities: {} } });
  send({ method: "initialized", params: {} });
  send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "cxflow", version: 1, text } } });
  send({ id: 2, method: "cxflow/picture", params: { textDocument: { uri }, theme: "dark" } });
  send({ id: 3, method: "shutdown" });
  send({ method: "exit" });
  let output = Buffer.alloc(0);
  for await (const bytes of server.stdout) output = Buffer.concat([output, bytes]);
  for (let rest = output; rest.length > 0; ) {
    const head = /Content-Length: (\d+)[\s\S]*?\r\n\r\n/.exec(rest.toString("latin1"));
    const end = head[0].length + Number(head[1]);
    const message = JSON.parse(rest.subarray(head[0].length, end).toString());
    if (message.id === 2) return { uri, answer: message.result };
    rest = rest.subarray(end);
  }
  assert.fail("no answer");
}

test("the node at the cursor is the one whose declaration is there", async () => {
  const { uri, answer } = await asked(flow);
  const at = (line, character) => nodeAt(answer.nodes, uri, { line, character })?.id;
  assert.deepEqual(
    [at(0, 3), at(2, 0), at(3, 5), at(5, 1), at(6, 14), at(7, 0)],
    [undefined, "start", "start", "start", "bye", undefined],
  );
  assert.equal(nodeAt(answer.nodes, "untitled:b.cxflow", { line: 3, character: 0 }), undefined);
  for (const { element } of answer.nodes) assert.ok(answer.svg.includes(`id="${element}"`), element);
});

test("the picture is marked with the nonce's styles alone: nothing in it needs more", async () => {
  const { answer } = await asked(flow);
  assert.doesNotMatch(answer.svg, /\sstyle="|<script|\son\w+="|href="(?!#)/);
});

test("the page loads nothing, and runs what has its nonce", () => {
  const html = page("abc123");
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html);
  assert.equal(policy, "default-src 'none'; script-src 'nonce-abc123'; style-src 'nonce-abc123'");
  assert.deepEqual(html.match(/<(?:script|style)[^>]*>/g), ['<style nonce="abc123">', '<script nonce="abc123">']);
  const [, script] = /<script[^>]*>([\s\S]*)<\/script>/.exec(html);
  assert.doesNotMatch(html, /\sstyle="|\son\w+="|src=|@import|url\(/);
  // It is whole as it is written out: it parses, and names nothing of the file that it was written in.
  assert.doesNotThrow(() => new Function("acquireVsCodeApi", "document", "window", script));
  assert.doesNotMatch(script, /__name|nodeAt|isBefore/);
});
