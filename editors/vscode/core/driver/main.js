// Uses the extension through the editor's own interface, as a person does, and writes down what came of it.

const { writeFileSync } = require("node:fs");
const vscode = require("vscode");

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function until(what, found) {
  for (let tries = 0; tries < 120; tries += 1) {
    if (await found()) return;
    await wait(250);
  }
  throw new Error(`it took too long: ${what}`);
}

const code = (one) => one.code?.value ?? one.code;
const name = (uri) => uri.path.split("/").pop();
const ask = (command, ...rest) => vscode.commands.executeCommand(`vscode.execute${command}`, ...rest);

async function use(said) {
  const folder = vscode.workspace.workspaceFolders[0].uri;
  const extension = vscode.extensions.getExtension("cxflowc.cxflow");
  said.version = vscode.version;
  said.trusted = vscode.workspace.isTrusted;
  const uri = vscode.Uri.joinPath(folder, "a.cxflow");
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  said.language = document.languageId;
  await until("activation", () => extension.isActive);
  said.arguments = vscode.workspace.getConfiguration("cxflow").get("arguments");
  const findings = (of) => vscode.languages.getDiagnostics(of);
  await until("findings", () => findings(uri).length > 0);
  said.findings = findings(uri).map((one) => `${code(one)} ${document.getText(one.range)}`);
  const finding = findings(uri).find((one) => code(one) === "CX103");
  if (!finding) return;
  said.page = (await vscode.workspace.openTextDocument(finding.code.target)).lineAt(0).text;
  const actions = await ask("CodeActionProvider", uri, finding.range);
  said.actions = actions.map((one) => one.title);
  await vscode.workspace.applyEdit(actions[0].edit);
  await until("no findings after the fix", () => findings(uri).length === 0);
  said.fixed = document.lineAt(finding.range.start.line).text;
  const at = document.positionAt(document.getText().indexOf("es.desk") + 4);
  const hovers = await ask("HoverProvider", uri, at);
  said.hover = hovers.flatMap((one) => one.contents.map((part) => part.value))[0];
  const edit = await ask("DocumentRenameProvider", uri, at, "mesa");
  said.renamed = edit.entries().map(([file, edits]) => `${name(file)}: ${edits.length}`).sort();
  said.definition = (await ask("DefinitionProvider", uri, at)).map((one) => name(one.uri ?? one.targetUri));
  said.symbols = (await ask("DocumentSymbolProvider", uri)).map((one) => one.name);
  const typed = document.positionAt(document.getText().indexOf("-> bye") + 3);
  const { items } = await ask("CompletionItemProvider", uri, typed);
  said.completed = items.some((one) => (one.label.label ?? one.label) === "bye");
  const settings = vscode.Uri.joinPath(folder, "cxflow.toml");
  await vscode.workspace.openTextDocument(settings);
  const slip = new vscode.WorkspaceEdit();
  slip.insert(settings, new vscode.Position(0, 0), "policys = []\n");
  await vscode.workspace.applyEdit(slip);
  await until("findings of settings", () => findings(settings).length > 0);
  said.settings = findings(settings).map(code);
  // In a folder that is not trusted the editor asks for trust first.
  if (!said.trusted) return;
  said.tasks = (await vscode.tasks.fetchTasks({ type: "cxflowc" })).map((one) => one.name).sort();
}

exports.activate = async () => {
  const said = {};
  try {
    await use(said);
  } catch (error) {
    said.failed = String(error.stack ?? error);
  }
  writeFileSync(process.env.DRIVER_SAYS, JSON.stringify(said, null, 2));
};
