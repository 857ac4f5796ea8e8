#!/usr/bin/env bash
# tree-sitter 0.25.2 (PyPI): a tree has an error that no node and no query shows.
#
# Where a token is missing, the parser puts one in, and editors look for it with `is_missing` or with the
# query `(MISSING) @m`. If the token is hidden in the grammar (`_newline` of Python, the line end of Go), it is
# in no list of children, so that neither a walk nor a query finds it: a linter that collects error nodes
# reports nothing. `has_error` of the root and the printed tree know better.
#
# Seen with tree-sitter-python 0.25.0 and tree-sitter-go 0.25.0: has_error, `(MISSING _newline)` in print, and
# 0 nodes by walk, (MISSING) and (ERROR). With a visible token, `)`, the walk and (MISSING) find 1.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet tree-sitter==0.25.2 tree-sitter-python==0.25.0 tree-sitter-go==0.25.0

cat > run.py <<'P'
import tree_sitter_go, tree_sitter_python
from tree_sitter import Language, Parser, Query, QueryCursor


def nodes(node):
    yield node
    for child in node.children:
        yield from nodes(child)


def seen(grammar, text):
    language = Language(grammar.language())
    root = Parser(language).parse(text.encode()).root_node
    walked = sum(node.is_error or node.is_missing for node in nodes(root))
    asked = [QueryCursor(Query(language, f"({kind}) @m")).captures(root) for kind in ("MISSING", "ERROR")]
    asked = [sum(map(len, captures.values())) for captures in asked]
    printed = str(root).count("(MISSING") + str(root).count("(ERROR")
    print(f"{text!r:20} has_error {root.has_error}, printed {printed}, walk {walked}, queries {asked}")
    return root.has_error, printed, walked, asked


hidden = (True, 1, 0, [0, 0])
assert seen(tree_sitter_python, 'x\npass ""\n') == hidden, "CHANGED: Python"
assert seen(tree_sitter_go, "1\nf") == hidden, "CHANGED: Go"
assert seen(tree_sitter_python, "def f(:\n  pass\n") == (True, 1, 1, [1, 0]), "CHANGED: a visible token"
P
venv/bin/python run.py
echo 'as described'
