// What settings and tasks come to: no part of this needs the editor.

/** A task as `tasks.json` has it. */
export interface TaskDefinition {
  type: string;
  verb: "build" | "check" | "test";
  file?: string;
  arguments?: string[];
}

/** What the language server is started with. */
export function serverArguments(further: string[] | undefined): string[] {
  return ["lsp", ...(further ?? [])];
}

/** What a task is started with. */
export function taskArguments(definition: TaskDefinition): string[] {
  const file = definition.file ?? "${file}";
  return [definition.verb, "--message-format", "short", "--column-unit", "utf16", ...(definition.arguments ?? []), file];
}

/** What there is to say where the server does not start. */
export function failed(command: string, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return why.includes("ENOENT")
    ? `There is no program ${command}. Install cxflowc, or say in the setting cxflow.path where it is; colours and snippets work without it.`
    : `${command} lsp did not start: ${why}`;
}
