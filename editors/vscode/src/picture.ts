// The picture of a flow as `cxflow/picture` gives it, and the page that shows it: no part of this needs the editor.

/** A place in a document, as the protocol counts: from 0. */
export interface Place {
  line: number;
  character: number;
}

export interface Range {
  start: Place;
  end: Place;
}

/** A node in a picture. */
export interface PictureNode {
  id: string;
  /** The id of its element in the SVG. */
  element: string;
  uri: string;
  range: Range;
  selectionRange: Range;
}

/** What the server answers; `null` if the document belongs to no flow. */
export type Picture = { svg: string; uri?: string; nodes: PictureNode[] } | null;

/** What the page is told. */
export type ToPage =
  | { type: "picture"; svg: string }
  | { type: "mark"; element: string | null }
  | { type: "note"; text: string };

function isBefore(left: Place, right: Place): boolean {
  return left.line < right.line || (left.line === right.line && left.character <= right.character);
}

/** The node whose declaration is at a place. */
export function nodeAt(nodes: PictureNode[], uri: string, place: Place): PictureNode | undefined {
  return nodes.find(
    (node) => node.uri === uri && isBefore(node.range.start, place) && isBefore(place, node.range.end),
  );
}

/** Runs in the page. It is written out as text, so it uses nothing from outside. */
function show(editor: { postMessage(message: unknown): void }, nonce: string): void {
  const picture = document.getElementById("picture") as HTMLElement;
  const note = document.getElementById("note") as HTMLElement;
  let marked: string | null = null;
  /** How large it is drawn; `null` as long as nobody has zoomed: as wide as there is room, if that can be read. */
  let zoom: number | null = null;

  function mark(isMoved: boolean): void {
    for (const old of picture.querySelectorAll(".at-cursor")) old.classList.remove("at-cursor");
    const node = marked === null ? null : picture.querySelector(`[id="${CSS.escape(marked)}"]`);
    if (node === null) return;
    node.classList.add("at-cursor");
    if (isMoved) node.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function scale(): number {
    const width = picture.querySelector("svg")?.viewBox.baseVal.width ?? 1;
    return zoom ?? Math.min(1, Math.max(0.6, document.documentElement.clientWidth / width));
  }

  function resize(): void {
    const drawn = picture.querySelector("svg");
    const { width, height } = drawn?.viewBox.baseVal ?? { width: 0, height: 0 };
    drawn?.setAttribute("width", String(width * scale()));
    drawn?.setAttribute("height", String(height * scale()));
  }

  window.addEventListener("message", (event) => {
    const message = event.data as ToPage;
    if (message.type === "picture") {
      // The page's policy takes no styles but those with its nonce, and holds for what is parsed as well. Texts in the
      // picture are escaped.
      const svg = message.svg.replace("<style>", `<style nonce="${nonce}">`);
      const drawn = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
      if (drawn.localName !== "svg") return;
      picture.replaceChildren(document.importNode(drawn, true));
      note.textContent = "";
      resize();
      mark(false);
    } else if (message.type === "mark") {
      const isMoved = marked !== message.element;
      marked = message.element;
      mark(isMoved);
    } else {
      note.textContent = message.text;
    }
  });
  picture.addEventListener("click", (event) => {
    const node = (event.target as Element).closest('[id^="node-"]');
    if (node !== null) editor.postMessage({ type: "reveal", element: node.id });
  });
  window.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom = Math.min(4, Math.max(0.2, scale() * (event.deltaY < 0 ? 1.1 : 1 / 1.1)));
      resize();
    },
    { passive: false },
  );
  window.addEventListener("resize", resize);
  editor.postMessage({ type: "ready" });
}

/** The page: it loads nothing, and runs and styles only what has its nonce. */
export function page(nonce: string): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Call flow</title>
<style nonce="${nonce}">
  body { padding: 0; }
  #note { position: sticky; top: 0; left: 0; margin: 0; background: var(--vscode-editorWidget-background); }
  #note:not(:empty) { padding: 0.5em 1em; }
  #picture svg { display: block; }
  #picture .page, #picture .label { fill: var(--vscode-editor-background); }
  #picture [id^="node-"] { cursor: pointer; }
  #picture .at-cursor > .outline { stroke: var(--vscode-focusBorder, #0078d4); stroke-width: 5px; }
</style>
</head>
<body>
<p id="note" role="status"></p>
<div id="picture"></div>
<script nonce="${nonce}">(${show.toString()})(acquireVsCodeApi(), "${nonce}");</script>
</body>
</html>
`;
}
