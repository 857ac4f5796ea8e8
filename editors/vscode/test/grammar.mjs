// The grammar in VS Code's own engine.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";

const require = createRequire(import.meta.url);
const wasm = await readFile(require.resolve("vscode-oniguruma/release/onig.wasm"));
await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));

const files = {
  "source.cxflow": new URL("../syntaxes/cxflow.tmLanguage.json", import.meta.url),
  "markdown.cxflow.codeblock": new URL("../syntaxes/markdown.tmLanguage.json", import.meta.url),
};

const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async (scope) => {
    const file = files[scope];
    return file ? textmate.parseRawGrammar(await readFile(file, "utf8"), file.pathname) : null;
  },
});

/** Every token of a text: its line and column, its text, its scopes without the grammar's own. */
export async function tokens(text, scope = "source.cxflow") {
  const grammar = await registry.loadGrammar(scope);
  let state = textmate.INITIAL;
  return text.split(/\r?\n/).flatMap((line, number) => {
    const result = grammar.tokenizeLine(line, state);
    state = result.ruleStack;
    return result.tokens.map((token) => ({
      line: number,
      column: token.startIndex,
      end: token.endIndex,
      text: line.slice(token.startIndex, token.endIndex),
      scopes: token.scopes.slice(1),
    }));
  });
}
