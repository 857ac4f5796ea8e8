// Colours: every file that the compiler takes, and annotated cases.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";

import { tokens } from "./grammar.mjs";

const root = new URL("../../../", import.meta.url);
const folders = ["examples/", "examples/library/", "src/bundled/", "src/bundled/libraries/"];

async function flows(folder) {
  const names = await readdir(new URL(folder, root));
  const files = names.filter((name) => name.endsWith(".cxflow")).map((name) => `${folder}${name}`);
  assert.ok(files.length > 0, folder);
  return Promise.all(files.map(async (name) => ({ name, text: await readFile(new URL(name, root), "utf8") })));
}

test("every word of what compiles has a colour, and nothing is called wrong", async () => {
  for (const { name, text } of (await Promise.all(folders.map(flows))).flat()) {
    for (const token of await tokens(text)) {
      const where = `${name}:${token.line + 1}:${token.column + 1}: ${token.text}`;
      assert.ok(!token.scopes.some((scope) => scope.startsWith("invalid")), where);
      const colours = token.scopes.filter((scope) => !scope.startsWith("meta."));
      assert.ok(token.text.trim() === "" || colours.length > 0, `no colour: ${where}`);
    }
  }
});

// Below a line of the flow: `//: word scope`, a word of that line and what it is, from left to right.
test("the annotated cases are coloured as they say", async () => {
  const lines = (await readFile(new URL("cases.cxflow", import.meta.url), "utf8")).split("\n");
  const isNote = (line) => line.startsWith("//: ");
  const all = await tokens(lines.map((line) => (isNote(line) ? "" : line)).join("\n"));
  let above = 0;
  let from = 0;
  let notes = 0;
  for (const [number, line] of lines.entries()) {
    if (!isNote(line)) {
      [above, from] = [number, 0];
      continue;
    }
    const [, word, scope] = /^\/\/: (.+) (\S+)$/.exec(line);
    const at = lines[above].indexOf(word, from);
    assert.ok(at >= 0, `${number + 1}: no ${word} left in ${lines[above]}`);
    const inside = all.filter((one) => one.line === above && one.column < at + word.length && at < one.end);
    assert.ok(inside.length > 0);
    for (const token of inside) {
      const found = token.scopes.some((one) => one === scope || one.startsWith(`${scope}.`));
      assert.ok(found, `${number + 1}: ${token.text} is ${token.scopes.join(" ")}`);
    }
    from = at + word.length;
    notes += 1;
  }
  assert.ok(notes > 200, `${notes} notes`);
});

test("every keyword of the language is known", async () => {
  const pest = await readFile(new URL("grammar/cxflow.pest", root), "utf8");
  const quoted = (rule) => {
    const body = new RegExp(`^${rule} *= @\\{(.*)!name_more`, "m").exec(pest)[1];
    return [...body.matchAll(/"([a-z_]+)"/g)].map((match) => match[1]);
  };
  const keywords = [...pest.matchAll(/^(?:kw_\w+|any|ends) *= @\{(.*)!name_more/gm)].flatMap((match) =>
    [...match[1].matchAll(/"([a-z_]+)"/g)].map((word) => word[1]),
  );
  const words = new Set([...keywords, ...quoted("kind"), ...quoted("verb")]);
  assert.ok(words.size > 50, `${words.size} words`);
  const grammar = await readFile(new URL("../syntaxes/cxflow.tmLanguage.json", import.meta.url), "utf8");
  const missing = [...words].filter((word) => !new RegExp(`[(|]${word}[)|]`).test(grammar));
  assert.deepEqual(missing, []);
});

test("a condition about facts goes on in the next line", async () => {
  const lines = [
    'policy house when country = "uk" or // the first',
    '    country in ("ie",',
    '      "fr") and not voice = "tts" | // either',
    "      // or the other",
    '      "live" {',
    '  sales: forbid agent when purpose = "sales" and',
    '      voice = "live" // the last',
    "  or: require callback or // the next",
    "      voicemail before agent",
    "}",
  ];
  const all = await tokens(lines.join("\n"));
  const expected = [
    [0, "or", "keyword.operator.logical"],
    [0, "// the first", "comment.line.double-slash"],
    [1, "country", "variable.other.constant"],
    [1, "in", "keyword.operator.comparison"],
    [2, "and", "keyword.operator.logical"],
    [2, "not", "keyword.operator.logical"],
    [2, "voice", "variable.other.constant"],
    [2, "|", "keyword.operator.logical"],
    [3, "// or the other", "comment.line.double-slash"],
    [4, "live", "string.quoted.double"],
    [4, "{", "punctuation.section.block.begin"],
    [5, "sales", "variable.other.property.rule"],
    [5, "and", "keyword.operator.logical"],
    [6, "voice", "variable.other.constant"],
    [6, "// the last", "comment.line.double-slash"],
    [7, "or", "variable.other.property.rule"],
    [7, "callback", "storage.type.kind"],
    [8, "voicemail", "storage.type.kind"],
    [9, "}", "punctuation.section.block.end"],
  ];
  for (const [number, word, scope] of expected) {
    const at = lines[number].indexOf(word);
    for (const token of all.filter((one) => one.line === number && one.column < at + word.length && at < one.end)) {
      assert.ok(token.scopes.includes(`${scope}.cxflow`), `${number + 1}: ${token.text} is ${token.scopes.join(" ")}`);
    }
  }
});

test("a rule goes on in the next line behind its words", async () => {
  const lines = [
    "policy house {",
    "  require @a before or // either",
    "      // or the same",
    "      with // what is heard",
    "      heard or",
    "      key",
    "  limit 30s to end of =menu on 1 |",
    "      heard, // never",
    "      and",
    "      must occur",
    "  heard: forbid key",
    "}",
    "heard -> key",
  ];
  const all = await tokens(lines.join("\n"));
  const expected = [
    [1, "before", "keyword.other"],
    [1, "or", "keyword.operator.logical"],
    [1, "// either", "comment.line.double-slash"],
    [2, "// or", "comment.line.double-slash"],
    [3, "with", "keyword.other"],
    [3, "// what", "comment.line.double-slash"],
    [4, "heard", "keyword.other"],
    [4, "or", "keyword.operator.logical"],
    [5, "key", "keyword.other"],
    [6, "1", "constant.numeric.key"],
    [7, "heard", "keyword.other"],
    [7, ",", "punctuation.separator"],
    [8, "and", "keyword.operator.logical"],
    [9, "must", "keyword.other"],
    [9, "occur", "keyword.other"],
    [10, "heard", "variable.other.property.rule"],
    [10, "key", "keyword.other"],
    [12, "heard", "entity.name.function"],
    [12, "key", "entity.name.function"],
  ];
  let [above, from] = [0, 0];
  for (const [number, word, scope] of expected) {
    const at = lines[number].indexOf(word, number === above ? from : 0);
    [above, from] = [number, at + word.length];
    for (const token of all.filter((one) => one.line === number && one.column < at + word.length && at < one.end)) {
      assert.ok(token.scopes.includes(`${scope}.cxflow`), `${number + 1}: ${token.text} is ${token.scopes.join(" ")}`);
    }
  }
});

test("calling times go on in the next line", async () => {
  const lines = [
    "fact hours = mon..fri 9:00..13:00, // in the morning",
    "    // and after noon",
    "    14:00..20:00,",
    "    sat, closed holidays // by agreement",
    "fact closed = holidays 9:00..10:00 // no more",
    "policy house {",
    "  conflicts with // another",
    "      us_regf because \"x\"",
    "  sat: require fact hours within mon..fri 9:00..20:00, // or",
    "      holidays,",
    "      sun 9:00..13:00 and",
    "      rings > 3 exempt when hours within sat 9:00..13:00 // why",
    "  version 3 // the last",
    "  sun: forbid agent when hours not within mon..fri 9:00..20:00,",
    "      sat 9:00..13:00",
    "  covers \"us-ca\", // the first",
    "      // and the next",
    "      \"us-wa\"",
    "  forbid callback",
    "}",
    "sun -> sat",
  ];
  const all = await tokens(lines.join("\n"));
  const expected = [
    [0, "mon", "constant.language.weekday"],
    [0, "// in", "comment.line.double-slash"],
    [1, "// and", "comment.line.double-slash"],
    [2, "14:00", "constant.numeric.time"],
    [2, ",", "punctuation.separator"],
    [3, "sat", "constant.language.weekday"],
    [3, "closed", "keyword.other"],
    [3, "holidays", "constant.language.weekday"],
    [4, "closed", "variable.other.constant"],
    [4, "holidays", "constant.language.weekday"],
    [5, "house", "entity.name.class.policy"],
    [6, "conflicts", "keyword.control.rule"],
    [6, "with", "keyword.other"],
    [6, "// another", "comment.line.double-slash"],
    [7, "us_regf", "entity.name.class.policy"],
    [7, "because", "keyword.other"],
    [8, "sat", "variable.other.property.rule"],
    [8, "within", "keyword.operator.comparison"],
    [8, "// or", "comment.line.double-slash"],
    [9, "holidays", "constant.language.weekday"],
    [10, "sun", "constant.language.weekday"],
    [10, "and", "keyword.operator.logical"],
    [11, "rings", "variable.other.constant"],
    [11, "exempt", "keyword.other"],
    [11, "hours", "variable.other.constant"],
    [11, "sat", "constant.language.weekday"],
    [12, "version", "keyword.control.rule"],
    [12, "3", "constant.numeric"],
    [13, "sun", "variable.other.property.rule"],
    [13, "not", "keyword.operator.logical"],
    [14, "sat", "constant.language.weekday"],
    [15, "covers", "keyword.control.rule"],
    [15, "us-ca", "string.quoted.double"],
    [15, ",", "punctuation.separator"],
    [15, "// the", "comment.line.double-slash"],
    [16, "// and", "comment.line.double-slash"],
    [17, "us-wa", "string.quoted.double"],
    [18, "forbid", "keyword.control.rule"],
    [18, "callback", "storage.type.kind"],
    [20, "sun", "entity.name.function"],
    [20, "sat", "entity.name.function"],
  ];
  let [above, from] = [0, 0];
  for (const [number, word, scope] of expected) {
    const at = lines[number].indexOf(word, number === above ? from : 0);
    [above, from] = [number, at + word.length];
    for (const token of all.filter((one) => one.line === number && one.column < at + word.length && at < one.end)) {
      assert.ok(token.scopes.includes(`${scope}.cxflow`), `${number + 1}: ${token.text} is ${token.scopes.join(" ")}`);
    }
  }
});

test("a line that is broken does not spoil the next", async () => {
  const broken = [
    'play a "not closed',
    "collect m {",
    "on on on ->",
    "policy p {",
    "policy p when",
    "policy p when x = 1 and",
    "policy p { forbid agent when x in (1,",
    "policy p { require agent or",
    "policy p { require agent before or",
    "policy p { require agent before or with",
    "policy p { limit 2s to end",
    "policy p { limit 2s to agent, and",
    "policy p { forbid heard in",
    "fact hours = mon..",
    "fact hours = mon..fri 9:00..17:00,",
    "policy p when hours within",
    "policy p { require fact hours within mon..fri 9:00..13:00,",
    "policy p { forbid agent exempt when",
    "policy p { forbid agent exempt when a = 1 because",
    "policy p { forbid agent from after",
    "policy p { conflicts with",
    "policy p { reviewed by",
    "policy p { version",
    "policy p { covers",
    'policy p { covers "us-ca',
    'policy p { covers "us-ca",',
    "policy p { expects fact hours = mon..fri 9:00..13:00 |",
    'let x = "${y',
    "node x type",
    "`open",
    'kind k type "t" {',
    'kind k type "t" as',
    'quota q with a = ["x", y',
    "quota q {",
    "exit",
    "var",
    "decide d { when x =",
    "play p { set x =",
    "waive CX201 at",
    'include "x" as y with z',
    'hours o in "x" {',
    'hours o in "x" { mon..',
    'hours o in "x" { open 2026-12-2',
    "hours o in",
    "hours",
    "decide d { when open",
    'test "x" at',
    'test "x" at 2026-12-21T',
  ];
  for (const line of broken) {
    const all = await tokens(`${line}\nagent desk "front_desk"`);
    const below = all.filter((token) => token.line === 1);
    const name = below.find((token) => token.text === "desk");
    assert.ok(name?.scopes.includes("entity.name.function.node.cxflow"), line);
  }
});

test("a condition that lacks its end does not spoil the next rule", async () => {
  for (const line of ["when", "when x", "when x = 1 and", "when x = 1 or // why", "when x in (1,", "when x = 1 |", "when x within", "when x within sun 9:00..10:00,", "exempt when x = 1 because", "from after"]) {
    for (const rule of ["when: forbid agent", "sat: forbid agent", "forbid =menu when x = 1", 'covers "x"; forbid agent']) {
      const all = await tokens(`policy p {\n  forbid agent ${line}\n  ${rule}\n}`);
      const word = all.find((token) => token.line === 2 && token.text === "forbid");
      assert.ok(word?.scopes.includes("keyword.control.rule.cxflow"), `${line}: ${rule}`);
    }
  }
});

test("a node of a declared kind ends a block that lacks its brace", async () => {
  for (const line of ["collect m {", 'kind k type "t" {', 'hours o in "x" {', "policy p {", "decide d {"]) {
    for (const node of ["quota full {", "quota full with a = 1"]) {
      const all = await tokens(`${line}\n${node}`);
      const name = all.find((token) => token.line === 1 && token.text === "full");
      assert.ok(name?.scopes.includes("entity.name.function.node.cxflow"), line);
    }
  }
});

test("flows in Markdown are coloured", async () => {
  const all = await tokens("```cxflow\nentry start\n```\nentry start", "markdown.cxflow.codeblock");
  const words = all.filter((token) => token.text === "entry");
  assert.ok(words[0].scopes.includes("keyword.declaration.cxflow"));
  assert.equal(all.filter((token) => token.line === 3).flatMap((token) => token.scopes).length, 0);
});
