// The command `cxflow.preview`: the picture of a flow beside its text. It follows what is typed, marks the node at the
// cursor, and goes to the node that is clicked.

import { randomBytes } from "node:crypto";

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

import { nodeAt, page, type Picture, type PictureNode, type ToPage } from "./picture";

/** How long nothing is typed before the picture is drawn anew. */
const PAUSE_MS = 150;

/** One preview, which shows the flow of the text editor that was used last. */
export class Preview implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private document: vscode.TextDocument | undefined;
  private nodes: PictureNode[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** Counts the drawings, so that a late answer does not replace a newer one. */
  private drawing = 0;
  private readonly listeners: vscode.Disposable[];

  constructor(private readonly client: () => LanguageClient | undefined) {
    this.listeners = [
      vscode.workspace.onDidChangeTextDocument(() => this.soon()),
      vscode.window.onDidChangeActiveColorTheme(() => this.soon()),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.follow(editor)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.mark(textEditor)),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const listener of this.listeners) listener.dispose();
    this.panel?.dispose();
  }

  /** Opens it beside the active editor. */
  open(): void {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== "cxflow") {
      void vscode.window.showInformationMessage("Open a call flow first: a file whose name ends in .cxflow.");
      return;
    }
    if (this.panel === undefined) {
      this.panel = vscode.window.createWebviewPanel(
        "cxflow.preview",
        "Call flow",
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
        { enableScripts: true, localResourceRoots: [], retainContextWhenHidden: true },
      );
      this.panel.onDidDispose(() => {
        this.panel = undefined;
      });
      this.panel.webview.onDidReceiveMessage((message: { type: string; element?: string }) => {
        if (message.type === "ready") void this.draw();
        if (message.type === "reveal") void this.reveal(message.element);
      });
      this.panel.webview.html = page(randomBytes(16).toString("hex"));
    } else {
      this.panel.reveal(undefined, true);
    }
    this.follow(editor);
  }

  private follow(editor: vscode.TextEditor | undefined): void {
    if (this.panel === undefined || editor?.document.languageId !== "cxflow") return;
    this.document = editor.document;
    this.soon();
  }

  private soon(): void {
    if (this.panel === undefined) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.draw(), PAUSE_MS);
  }

  private tell(message: ToPage): void {
    void this.panel?.webview.postMessage(message);
  }

  private async draw(): Promise<void> {
    const { document, panel } = this;
    const client = this.client();
    if (document === undefined || panel === undefined) return;
    if (client === undefined) {
      this.tell({ type: "note", text: "The language server does not run." });
      return;
    }
    const number = ++this.drawing;
    const kind = vscode.window.activeColorTheme.kind;
    const isLight = kind === vscode.ColorThemeKind.Light || kind === vscode.ColorThemeKind.HighContrastLight;
    try {
      const picture = await client.sendRequest<Picture>("cxflow/picture", {
        textDocument: { uri: client.code2ProtocolConverter.asUri(document.uri) },
        theme: isLight ? "light" : "dark",
      });
      if (number !== this.drawing) return;
      if (picture === null) {
        this.tell({ type: "note", text: "This file belongs to no flow." });
        return;
      }
      this.nodes = picture.nodes;
      panel.title = `Call flow: ${document.uri.path.split("/").pop()}`;
      this.tell({ type: "picture", svg: picture.svg });
      this.mark(vscode.window.visibleTextEditors.find((editor) => editor.document === document));
    } catch (error) {
      // The last picture stays.
      this.tell({ type: "note", text: error instanceof Error ? error.message : String(error) });
    }
  }

  private mark(editor: vscode.TextEditor | undefined): void {
    const client = this.client();
    if (this.panel === undefined || client === undefined || editor === undefined) return;
    if (editor.document.languageId !== "cxflow") return;
    const uri = client.code2ProtocolConverter.asUri(editor.document.uri);
    this.tell({ type: "mark", element: nodeAt(this.nodes, uri, editor.selection.active)?.element ?? null });
  }

  private async reveal(element: string | undefined): Promise<void> {
    const node = this.nodes.find((node) => node.element === element);
    if (node === undefined) return;
    const { start, end } = node.selectionRange;
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(node.uri));
    const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
    await vscode.window.showTextDocument(document, {
      viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One,
      selection: new vscode.Range(start.line, start.character, end.line, end.character),
    });
  }
}
