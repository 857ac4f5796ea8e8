#!/usr/bin/env bash
# sarif-tools 3.0.5 (PyPI): a message given by id is shown as its id.
#
# SARIF 2.1.0, 3.11.7: a result may give `message.id` and `arguments`; the text stands once, in the
# rule's `messageStrings`. sarif-tools does not look it up: every such finding reads as the bare id,
# without its arguments.
#
# Seen: the description column of the CSV is "default", not "node sales cannot be reached".
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet sarif-tools==3.0.5

cat > log.sarif <<'X'
{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{
  "tool": {"driver": {"name": "Checker", "rules": [{"id": "R1", "messageStrings": {"default": {"text": "node {0} cannot be reached"}}}]}},
  "results": [{"ruleId": "R1", "ruleIndex": 0, "level": "error",
    "message": {"id": "default", "arguments": ["sales"]},
    "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a.txt"}, "region": {"startLine": 3}}}]}]}]}
X
venv/bin/sarif csv log.sarif -o out.csv >/dev/null
cat out.csv

grep -q ',R1,default,a.txt,3' out.csv || { echo 'CHANGED: another description'; exit 1; }
! grep -q 'sales' out.csv || { echo 'CHANGED: the arguments are shown'; exit 1; }
echo 'as described'
