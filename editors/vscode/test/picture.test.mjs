// The preview: what the server answers, the node at the cursor, and a page that runs nothing but its own script.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { buildSync } from "esbuild";

import { program } from "./program.mjs";

const entry = new URL("../src/picture.ts", import.meta.url).pathname;
// As the extension is built.
const bundled = buildSync({ entryPoints: [entry], format: "esm", minify: true, write: false });
const { nodeAt, page } = await import(`data:text/javascript,${encodeURIComponent(bundled.outputFiles[0].text)}`);

const flow = 'flow "F"\nentry start\ndisclosure start {\n  say "Hi."\n  -> bye\n}\ndisconnect bye\n';

/** Asks a server for the picture of a document that is not saved. */
async function asked(text, theme = "dark") {
  const server = spawn(program, ["lsp"]);
  const uri = "untitled:a.cxflow";
  const send = (message) => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  send({ id: 1, method: "initialize", params: { processId: null, rootUri: null, capabilities: {} } });
  send({ method: "initialized", params: {} });
  send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "cxflow", version: 1, text } } });
  send({ id: 2, method: "cxflow/picture", params: { textDocument: { uri }, theme } });
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
  const [, script] = /<script[^>]*>([\s\S]*)<\/script>/.exec(html);
  const markup = html.replace(script, "");
  assert.deepEqual(markup.match(/<(?:script|style)[^>]*>/g), ['<style nonce="abc123">', '<script nonce="abc123">']);
  assert.doesNotMatch(html, /\sstyle="|\son\w+="|src=|@import|url\(/);
  // It is whole as it is written out: it parses, and names nothing of the file that it was written in.
  assert.doesNotThrow(() => new Function("acquireVsCodeApi", "document", "window", script));
  assert.doesNotMatch(script, /__name|nodeAt|isBefore/);
});

const chromium = process.env.CHROMIUM ?? "chromium";
const hasChromium = spawnSync(chromium, ["--version"]).status === 0;

/** Shows the page in Chromium, as the editor does, and what `look` says about it there. */
function looked(messages, look) {
  const nonce = "abc123";
  // What the editor sets in each of its pages, and what it answers.
  const before = `<style nonce="${nonce}">
    :root { --vscode-editor-background: rgb(10, 20, 30); --vscode-focusBorder: rgb(0, 120, 212); background: rgb(10, 20, 30); }
    body { margin: 0; padding: 0 20px; font-size: 13px; }
  </style><script nonce="${nonce}">
    window.told = { sent: [], refused: [] };
    window.acquireVsCodeApi = () => ({ postMessage: (message) => window.told.sent.push(message) });
    document.addEventListener("securitypolicyviolation", ({ violatedDirective }) => window.told.refused.push(violatedDirective));
    addEventListener("error", ({ message }) => window.told.refused.push(message));
  </script>`;
  const after = `<script nonce="${nonce}">
    for (const message of ${JSON.stringify(messages).replaceAll("<", "\\u003c")}) window.postMessage(message, "*");
    setTimeout(() => {
      const seen = (${look})();
      document.body.textContent = JSON.stringify({ ...window.told, seen });
    }, 200);
  </script>`;
  const html = page(nonce).replace("<style", `${before}<style`).replace("</body>", `${after}</body>`);
  const folder = mkdtempSync(join(tmpdir(), "cxflow-"));
  try {
    writeFileSync(join(folder, "page.html"), html);
    const options = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=700,800", "--virtual-time-budget=2000"];
    const dumped = spawnSync(chromium, [...options, `--user-data-dir=${join(folder, "profile")}`, "--dump-dom", join(folder, "page.html")], { encoding: "utf8" });
    const [, told] = /<body[^>]*>([\s\S]*)<\/body>/.exec(dumped.stdout) ?? assert.fail(dumped.stderr);
    return JSON.parse(told.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const theme of ["light", "dark"]) {
  test(`the page shows the ${theme} picture under its policy`, { skip: hasChromium ? false : "no Chromium is here" }, async () => {
    const { answer } = await asked(flow, theme);
    const { element } = answer.nodes.find((node) => node.id === "bye");
    const shown = [{ type: "picture", svg: answer.svg }, { type: "mark", element }];
    const { sent, refused, seen } = looked(shown, () => {
      const styleOf = (selector) => getComputedStyle(document.querySelector(selector));
      const outlines = [...document.querySelectorAll(".at-cursor > .outline")];
      const others = [...document.querySelectorAll(".at-cursor > .head, [id^=node-]:not(.at-cursor) > .outline")];
      return {
        fill: styleOf("#picture .page").fill,
        head: styleOf("#picture .disclosure .head").fill,
        note: document.getElementById("note").offsetHeight,
        marked: [...new Set(outlines.map((one) => getComputedStyle(one).stroke))],
        unmarked: others.every((one) => getComputedStyle(one).stroke !== "rgb(0, 120, 212)"),
        across: document.documentElement.scrollWidth,
      };
    });
    assert.deepEqual({ sent, refused }, { sent: [{ type: "ready" }], refused: [] });
    assert.deepEqual(seen, {
      fill: "rgb(10, 20, 30)",
      head: "rgb(240, 228, 66)",
      note: 0,
      marked: ["rgb(0, 120, 212)"],
      unmarked: true,
      across: seen.across,
    });
    assert.ok(seen.across <= 700, `the picture is ${seen.across} px wide in a page of 700`);
  });
}

test("a picture without a style of its own, and a note, are shown as they are", { skip: hasChromium ? false : "no Chromium is here" }, () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2000 100"><title>&lt;style></title></svg>';
  const { refused, seen } = looked([{ type: "picture", svg }, { type: "note", text: "<b>Not a word</b>" }], () => ({
    note: document.getElementById("note").textContent,
    title: document.querySelector("#picture title").textContent,
    width: document.querySelector("#picture svg").getBoundingClientRect().width,
  }));
  assert.deepEqual(refused, []);
  // As wide as can still be read.
  assert.deepEqual(seen, { note: "<b>Not a word</b>", title: "<style>", width: 1200 });
});
