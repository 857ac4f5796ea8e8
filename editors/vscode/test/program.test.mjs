// Which program the extension starts, and which it does not.

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { buildSync } from "esbuild";

const here = (name) => new URL(`../${name}`, import.meta.url);
const built = buildSync({ entryPoints: [here("src/program.ts").pathname], format: "esm", write: false });
const { programOf } = await import(`data:text/javascript,${encodeURIComponent(built.outputFiles[0].text)}`);

const root = realpathSync(mkdtempSync(join(tmpdir(), "cxflow-program-")));
after(() => rmSync(root, { recursive: true }));
const place = (path) => {
  const whole = join(root, path);
  mkdirSync(join(whole, ".."), { recursive: true });
  writeFileSync(whole, "#!/bin/sh\n");
  chmodSync(whole, 0o755);
  return whole;
};
const installed = place("bin/cxflowc");
const own = place("home/tools/cxflowc");
const inside = place("flows/tools/cxflowc");
const hidden = place("flows/cxflowc");
const folder = join(root, "flows");
symlinkSync(join(folder, "tools"), join(root, "home/linked"));

const around = {
  home: join(root, "home"),
  folders: [folder],
  isTrusted: false,
  searched: [join(root, "nothing"), join(root, "bin")].join(delimiter),
  suffix: "",
};

test("the setting's path is that of the program", () => {
  const cases = [
    [undefined, installed],
    ["", installed],
    ["  ", installed],
    ["cxflowc", installed],
    [own, own],
    ["~/tools/cxflowc", own],
    ["${userHome}/tools/cxflowc", own],
    [` ${own} `, own],
    ["/opt/a~b/$HOME/cxflowc", "/opt/a~b/$HOME/cxflowc"],
  ];
  for (const [setting, command] of cases) assert.deepEqual(programOf(setting, around), { command }, setting);
  const home = { ...around, home: "/home/$&" };
  assert.deepEqual(programOf("~/cxflowc", home), { command: "/home/$&/cxflowc" });
});

test("a program in a workspace is started where the workspace is trusted", () => {
  const settings = [
    "${workspaceFolder}/tools/cxflowc",
    "./tools/cxflowc",
    "tools/cxflowc",
    inside,
    `${folder}/../flows/tools/cxflowc`,
    "~/linked/cxflowc",
    "${userHome}/../flows/tools/cxflowc",
  ];
  for (const setting of settings) {
    assert.match(programOf(setting, around).refused, /trust the workspace/, setting);
    assert.equal(realpathSync(programOf(setting, { ...around, isTrusted: true }).command), inside, setting);
  }
  const second = { ...around, folders: [join(root, "other"), folder] };
  assert.match(programOf(inside, second).refused, /trust/);
  const searched = [folder, join(root, "bin")].join(delimiter);
  assert.match(programOf("cxflowc", { ...around, searched }).refused, /trust/);
});

test("a link in a workspace is of the workspace, however the folder is spelt", () => {
  symlinkSync(folder, join(root, "spelt"));
  symlinkSync(installed, join(folder, "out"));
  symlinkSync(join(root, "bin"), join(folder, "outside"));
  for (const opened of [folder, join(root, "spelt")]) {
    for (const path of ["flows/out", "spelt/out", "flows/outside/cxflowc", "spelt/outside/cxflowc"]) {
      const refused = programOf(join(root, path), { ...around, folders: [opened] }).refused;
      assert.match(refused ?? "", /trust/, `${opened} ${path}`);
    }
    assert.deepEqual(programOf(installed, { ...around, folders: [opened] }), { command: installed });
  }
  const beside = place("flows-and-more/cxflowc");
  assert.deepEqual(programOf(beside, around), { command: beside });
});

test("a bare name is never that of a file in the open folder", () => {
  for (const searched of [undefined, "", ".", `${delimiter}.${delimiter}`, "tools"]) {
    assert.match(programOf("cxflowc", { ...around, isTrusted: true, searched }).refused, /no program cxflowc/);
  }
  assert.ok(hidden);
  const windows = { ...around, suffix: ".exe" };
  assert.match(programOf("cxflowc", windows).refused, /no program/);
  const exe = place("bin/cxflowc.exe");
  for (const name of ["cxflowc", "cxflowc.exe"]) assert.deepEqual(programOf(name, windows), { command: exe });
});

test("what a path may not have is said", () => {
  assert.match(programOf("${workspaceFolder}/x", { ...around, folders: [] }).refused, /no folder is open/);
  assert.match(programOf("./x", { ...around, folders: [] }).refused, /no program/);
  for (const setting of ["${env:HOME}/x", "${workspaceFolder:other}/x", "a/${", "${workspaceRoot}/x"]) {
    assert.match(programOf(setting, around).refused, /means nothing here/, setting);
  }
});

test("no workspace can choose the program or its arguments unseen", async () => {
  const manifest = JSON.parse(await readFile(here("package.json"), "utf8"));
  const { properties } = manifest.contributes.configuration;
  assert.equal(properties["cxflow.path"].scope, "machine");
  const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
  assert.equal(untrustedWorkspaces.supported, "limited");
  const narrowed = Object.keys(properties).filter((name) => properties[name].scope === "resource");
  assert.deepEqual(untrustedWorkspaces.restrictedConfigurations, narrowed);
  for (const one of [untrustedWorkspaces, virtualWorkspaces]) assert.ok(one.description.length > 20);
});
