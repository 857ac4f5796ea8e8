// What package.json promises: snippets, tasks, the problem matcher, files that are there.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { buildSync } from "esbuild";

import { run } from "./program.mjs";

const here = (name) => new URL(`../${name}`, import.meta.url);
const json = async (name) => JSON.parse(await readFile(here(name), "utf8"));
const manifest = await json("package.json");

const bundled = buildSync({ entryPoints: [here("src/settings.ts").pathname], format: "esm", write: false });
const settings = await import(`data:text/javascript,${encodeURIComponent(bundled.outputFiles[0].text)}`);

/** A snippet as the editor writes it when nobody fills anything in. */
function plain(body) {
  return [body].flat().join("\n").replace(/\$\{\d+:([^}]*)\}/g, "$1").replace(/\$\d+/g, "");
}

const ends = 'agent desk "q"\ndisconnect goodbye';
const library = (exit) => `entry ask\nparam attempts = 3\n${exit}
collect ask "Press 1" retries attempts { on 1 | timeout | invalid -> verified }`;

/** The flow around each snippet. */
const around = {
  "A whole flow": (body) => body,
  "A menu": (body) => `${body}\n${"agent desk \"q\"\ndisconnect goodbye\nnotice -> menu"}`,
  "Answering machine detection": (body) =>
    `${body}\nvoicemail leave_message { say "Hello." }\nplay before { say "One moment."; -> line }`,
  "A long text": (body) => `play long {\n${body}\n-> end\n}\ndisconnect end\nnotice -> long`,
  "A declared kind": (body) => `${body}\nlookup find with url = "https://x.example.com" { on found -> desk; -> goodbye }\n${ends}\nnotice -> find`,
  "A variable": (body) =>
    `${body}\nplay count { set tries = 1; say "Hi."; -> desk }\nagent desk "q"\nnotice -> count`,
  "A branch on a value": (body) => `var tries\n${body}\nplay count { set tries = 1; say "Hi."; -> retry }\n${ends}\nnotice -> count`,
  "An exit": (body) => body,
  "An include with exits": (body) => `${body}\nagent desk "q"\nnotice -> auth`,
  "A policy": (body) => `${body}\nagent desk "q"\nnotice -> desk`,
  "A test": (body) => `${body}\ncollect menu "Press 1" { on 1 -> desk; on timeout | invalid -> desk }\nagent desk "q"\nnotice -> menu`,
};

test("every snippet is a flow's, as it stands", async () => {
  const snippets = await json("snippets/cxflow.json");
  assert.deepEqual(Object.keys(snippets).sort(), Object.keys(around).sort());
  for (const [name, { body }] of Object.entries(snippets)) {
    let flow = around[name](plain(body));
    if (name === "Answering machine detection") flow = `flow "F"\nentry before\ndisclosure notice { say "Hi."; -> bye }\ndisconnect bye\n${flow}`;
    else if (name === "An exit") flow = library(flow);
    else if (name !== "A whole flow") flow = `flow "F"\nentry notice\ndisclosure notice { say "Hi." }\n${flow}`;
    const files = { "a.cxflow": `${flow}\n`, "verify.cxflow": `${library("exit verified")}\n` };
    const checked = run(["check", "--message-format", "short", "a.cxflow"], files);
    assert.equal(checked.status, 0, `${name}\n${flow}\n${checked.stdout}${checked.stderr}`);
    if (name === "A whole flow") {
      assert.equal(run(["fmt", "--check", "a.cxflow"], { "a.cxflow": flow }).status, 0, "in the canonical layout");
    }
  }
});

test("the problem matcher reads what the tasks print", () => {
  const [matcher] = manifest.contributes.problemMatchers;
  const wrong = 'flow "F"\nentry a\nlet x = "y"\ndisclosure a { say "Hi." }\na -> b\n';
  const definition = { type: "cxflowc", verb: "check", file: "a.cxflow", arguments: ["--color", "always"] };
  const { stdout, stderr } = run(settings.taskArguments(definition), { "a.cxflow": wrong });
  const pattern = new RegExp(matcher.pattern.regexp);
  // An editor takes colours out before it looks.
  const plainLines = `${stdout}${stderr}`.replace(/\u001b\[[0-9;]*m/g, "").split("\n");
  const found = plainLines.map((line) => pattern.exec(line)).filter(Boolean);
  const { file, line, column, severity, code, message } = matcher.pattern;
  assert.deepEqual(
    found.map((match) => [match[file], match[line], match[column], match[severity], match[code]]),
    [
      ["a.cxflow", "3", "5", "warning", "CX403"],
      ["a.cxflow", "5", "6", "error", "CX103"],
    ],
  );
  assert.match(found[1][message], /no such node/);
});

test("a column of the problem matcher counts UTF-16 units, as positions of the editor do", () => {
  const [matcher] = manifest.contributes.problemMatchers;
  const text = 'flow "F"; entry a\ndisclosure a { say "Hi." }\n\tlet t = "é漢😀e\u0301 ${nope}"; a -> b\n';
  const definition = { type: "cxflowc", verb: "check", file: "a.cxflow" };
  const { stderr } = run(settings.taskArguments(definition), { "a.cxflow": text });
  const pattern = new RegExp(matcher.pattern.regexp);
  const found = stderr.split("\n").map((line) => pattern.exec(line)).filter(Boolean);
  const places = found.map((match) => {
    const line = text.split("\n")[Number(match[matcher.pattern.line]) - 1];
    // A marker's column is an index into the line's string, from 1.
    return line.slice(Number(match[matcher.pattern.column]) - 1);
  });
  assert.ok(places.some((place) => place.startsWith("nope}")), places.join("\n"));
  assert.ok(places.some((place) => place === "b"), places.join("\n"));
});

test("the program is asked for what the settings say", () => {
  assert.deepEqual(settings.serverArguments(["--env", "prod"]), ["lsp", "--env", "prod"]);
  assert.deepEqual(settings.taskArguments({ type: "cxflowc", verb: "test" }), ["test", "--message-format", "short", "--column-unit", "utf16", "${file}"]);
  assert.equal(run(["lsp", "--env", "prod", "--help"], {}).status, 0);
  assert.match(settings.failed("cxflowc", new Error("spawn cxflowc ENOENT")), /cxflow\.path/);
  assert.match(settings.failed("cxflowc", new Error("exit 2")), /did not start: exit 2/);
});

test("typing goes on as the language is written", async () => {
  const { onEnterRules, indentationRules, wordPattern } = await json("language-configuration.json");
  assert.match("  /// The only menu.", new RegExp(onEnterRules[0].beforeText));
  assert.doesNotMatch("//// no documentation", new RegExp(onEnterRules[0].beforeText));
  const opens = new RegExp(indentationRules.increaseIndentPattern);
  for (const line of ['collect menu "Press 1" {', "policy house {", 'play a "https://x/{y}" { // why']) assert.match(line, opens);
  for (const line of ['say "a {', "disclosure a { -> b }", "// {", '  say "{"']) assert.doesNotMatch(line, opens);
  assert.match("  }", new RegExp(indentationRules.decreaseIndentPattern));
  const goesOn = new RegExp(indentationRules.indentNextLinePattern);
  for (const line of [
    "lookup account with",
    'test "t" on 1, // then',
    '  sales: forbid agent when purpose = "sales" and',
    '      purpose in ("sales", "charity") or // either',
    "  require fact rings >= 4 or",
    "  require callback or",
    "  require callback before or",
    "  require callback before or with // the same",
    "  named: limit 30s to end of @identity,",
    "  named: limit 30s to end of @identity, and // or never",
    '  limit 30s to heard in "es" and',
    'policy uk when country = "uk" or',
    "fact hours = mon..fri 9:00..13:00, // and",
    "    14:00..20:00,",
    "  in: require fact hours within mon..fri 9:00..20:00 and",
    "  forbid agent exempt when hours not within sat, holidays 9:00..13:00 or // why",
    "  conflicts with // another",
    '  covers "us-ca", // and',
  ]) assert.match(line, goesOn);
  for (const line of ['  say "one, two,"', "// this, and", "  on 1 -> or", "a -> b -> and", "disconnect or", "  require =or", "  forbid @x-or", "  forbid disposition or", '  say "either or"', "  on timeout | or", "  outcome full, and", "  color", "fact hours = mon..fri 9:00..13:00", "  version 3", '  covers "us-ca", "us-wa"', "  forbid agent from after or"]) {
    assert.doesNotMatch(line, goesOn);
  }
  const words = "a->es.menu @opt-out route-agent".match(new RegExp(wordPattern, "g"));
  assert.deepEqual(words, ["a", "es.menu", "@opt-out", "route-agent"]);
});

test("every file that is promised is there", async () => {
  const ignored = (await readFile(here(".vscodeignore"), "utf8")).split("\n");
  const named = [
    manifest.icon,
    ...manifest.contributes.languages.flatMap((one) => [one.configuration, one.icon.light]),
    ...manifest.contributes.grammars.map((one) => one.path),
    ...manifest.contributes.snippets.map((one) => one.path),
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
  ];
  for (const name of named.map((name) => name.replace("./", ""))) {
    assert.ok(existsSync(here(name)), name);
    const packed = ignored.some((line) => line === `!${name}` || line === `!${name.replace(/[^/]+(\.\w+)$/, "*$1")}`);
    assert.ok(packed, `${name} is not packed`);
  }
});
