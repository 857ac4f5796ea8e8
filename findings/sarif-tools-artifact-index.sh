#!/usr/bin/env bash
# sarif-tools 3.0.5 (PyPI): a location given by index loses its file.
#
# SARIF 2.1.0, 3.4.5: `artifactLocation.index` points into `run.artifacts`, and the URI may then
# stand there alone, which keeps large logs small. sarif-tools does not follow the index: the
# finding is listed without a file.
#
# Seen: the file column is "-", not "flows/survey.txt".
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet sarif-tools==3.0.5

cat > log.sarif <<'X'
{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{
  "tool": {"driver": {"name": "Checker", "rules": [{"id": "R1"}]}},
  "artifacts": [{"location": {"uri": "flows/survey.txt"}}],
  "results": [{"ruleId": "R1", "ruleIndex": 0, "level": "error", "message": {"text": "dead end"},
    "locations": [{"physicalLocation": {"artifactLocation": {"index": 0}, "region": {"startLine": 3}}}]}]}]}
X
venv/bin/sarif csv log.sarif -o out.csv >/dev/null
cat out.csv

grep -q ',R1,dead end,-,3' out.csv || { echo 'CHANGED: another location'; exit 1; }
echo 'as described'
