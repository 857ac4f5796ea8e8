// The extension: it starts `cxflowc lsp`, says so in words where that does not work, shows a flow's picture,
// and offers build, check and test as tasks. What the language means the server knows.

import { homedir } from "node:os";

import * as vscode from "vscode";
import { LanguageClient, RevealOutputChannelOn } from "vscode-languageclient/node";

import { Preview } from "./preview";
import { type Program, programOf } from "./program";
import { failed, serverArguments, taskArguments, type TaskDefinition } from "./settings";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const preview = new Preview(() => client);
  context.subscriptions.push(
    preview,
    vscode.commands.registerCommand("cxflow.restart", restart),
    vscode.commands.registerCommand("cxflow.preview", () => preview.open()),
    vscode.tasks.registerTaskProvider("cxflowc", new Tasks()),
    vscode.workspace.onDidChangeConfiguration((changed) => {
      if (changed.affectsConfiguration("cxflow.path") || changed.affectsConfiguration("cxflow.arguments")) {
        void restart();
      }
    }),
    // A program that lies in the workspace may be started now.
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

function settings(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration("cxflow");
}

function program(): Program {
  return programOf(settings().get<string>("path"), {
    home: homedir(),
    folders: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
    isTrusted: vscode.workspace.isTrusted,
    searched: process.env.PATH,
    suffix: process.platform === "win32" ? ".exe" : "",
  });
}

async function start(): Promise<void> {
  const chosen = program();
  if ("refused" in chosen) {
    offerSettings(chosen.refused);
    return;
  }
  const { command } = chosen;
  const args = serverArguments(settings().get<string[]>("arguments"));
  client = new LanguageClient(
    "cxflow",
    "cxflow",
    { command, args },
    {
      // Settings are no flow, and have findings of their own. What git or a review shows is no file.
      documentSelector: [
        { language: "cxflow", scheme: "file" },
        { language: "cxflow", scheme: "untitled" },
        { scheme: "file", pattern: "**/cxflow.toml" },
      ],
      revealOutputChannelOn: RevealOutputChannelOn.Never,
    },
  );
  try {
    await client.start();
  } catch (error) {
    offerSettings(failed(command, error));
  }
}

/** Nobody waits for the answer: until somebody clicks, the extension would count as not started. */
function offerSettings(why: string): void {
  void vscode.window.showErrorMessage(why, "Open the settings").then((choice) => {
    if (choice !== undefined) {
      void vscode.commands.executeCommand("workbench.action.openSettings", "cxflow.path");
    }
  });
}

async function restart(): Promise<void> {
  try {
    await client?.stop();
  } catch {
    // It was not running.
  }
  client = undefined;
  await start();
}

/** `cxflowc check`, `test` and `build` of the open file, and those of `tasks.json`. */
class Tasks implements vscode.TaskProvider {
  provideTasks(): vscode.Task[] {
    const verbs = ["check", "test", "build"] as const;
    return verbs.map((verb) => task({ type: "cxflowc", verb })).filter((made) => made !== undefined);
  }

  resolveTask(known: vscode.Task): vscode.Task | undefined {
    const definition = known.definition as TaskDefinition;
    return definition.verb ? task(definition, known.scope) : undefined;
  }
}

function task(definition: TaskDefinition, scope: vscode.Task["scope"] = vscode.TaskScope.Workspace): vscode.Task | undefined {
  const chosen = program();
  if ("refused" in chosen) return undefined;
  const run = new vscode.ProcessExecution(chosen.command, taskArguments(definition));
  const name = `${definition.verb} ${definition.file ?? "the open file"}`;
  const made = new vscode.Task(definition, scope, name, "cxflowc", run, "$cxflowc");
  made.group = definition.verb === "test" ? vscode.TaskGroup.Test : vscode.TaskGroup.Build;
  return made;
}
