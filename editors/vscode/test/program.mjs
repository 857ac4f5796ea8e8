// The compiler, as it was built here: `cargo build`, or where CXFLOWC says.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const program = process.env.CXFLOWC ?? fileURLToPath(new URL("../../../target/debug/cxflowc", import.meta.url));

/** Runs it in a folder with these files. */
export function run(args, files) {
  const folder = mkdtempSync(join(tmpdir(), "cxflow-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const result = spawnSync(program, args, { cwd: folder, encoding: "utf8" });
    assert.ok(!result.error, `no program ${program}: run \`cargo build\`, or set CXFLOWC`);
    return result;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
