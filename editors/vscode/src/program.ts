// Which program is started. A workspace never chooses it: the setting is the user's own, and a
// program that lies in a workspace runs only if the user trusts the workspace.

import { realpathSync, statSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";

/** What the choice depends on. */
export interface Surroundings {
  /** The user's home folder. */
  home: string;
  /** The folders of the workspace, the first one first. */
  folders: string[];
  /** Whether the user trusts the workspace. */
  isTrusted: boolean;
  /** The variable PATH. */
  searched: string | undefined;
  /** What the names of programs end in: nothing, or `.exe` on Windows. */
  suffix: string;
}

/** The program's path, or why none is started. */
export type Program = { command: string } | { refused: string };

/** The program that the setting `cxflow.path` names. */
export function programOf(setting: string | undefined, around: Surroundings): Program {
  const written = setting?.trim() || "cxflowc";
  const [folder] = around.folders;
  if (written.includes("${workspaceFolder}") && folder === undefined) {
    return { refused: "cxflow.path has ${workspaceFolder}, and no folder is open." };
  }
  const path = written
    .replace(/^~(?=$|[\\/])/, () => around.home)
    .replaceAll("${userHome}", () => around.home)
    .replaceAll("${workspaceFolder}", () => folder ?? "");
  const unknown = /\$\{[^}]*\}?/.exec(path);
  if (unknown) {
    return {
      refused: `cxflow.path has ${unknown[0]}, which means nothing here. It may have \${userHome}, \${workspaceFolder} and a ~ in front.`,
    };
  }
  const command = /[\\/]/.test(path) ? below(folder, path) : onPath(path, around);
  if (command === undefined) {
    return {
      refused: `There is no program ${path}. Install cxflowc, or say in the setting cxflow.path where it is; colours and snippets work without it.`,
    };
  }
  if (!around.isTrusted && around.folders.some((folder) => isBelow(folder, command))) {
    return { refused: `${command} lies in this workspace. It is started once you trust the workspace.` };
  }
  return { command };
}

/** A path that is not absolute begins at the workspace's folder. */
function below(folder: string | undefined, path: string): string | undefined {
  if (isAbsolute(path)) return path;
  return folder === undefined ? undefined : resolve(folder, path);
}

/** Looks a name up in PATH alone: on Windows, starting a bare name would look in the open folder first. */
function onPath(name: string, around: Surroundings): string | undefined {
  const folders = (around.searched ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  const names = name.toLowerCase().endsWith(around.suffix) ? [name] : [name + around.suffix];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isFile);
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Whether a path lies in a folder: where it is written, or where its links lead. */
function isBelow(folder: string, path: string): boolean {
  const top = real(folder);
  return [resolve(path), real(path)].some((start) => {
    for (let at = start; ; at = dirname(at)) {
      if (real(at) === top) return true;
      if (at === dirname(at)) return false;
    }
  });
}

function real(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return resolve(path);
  }
}
