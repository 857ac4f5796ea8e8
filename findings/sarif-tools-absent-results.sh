#!/usr/bin/env bash
# sarif-tools 3.0.5 (PyPI): a finding that is gone still fails the gate.
#
# SARIF 2.1.0, 3.27.24: baselineState "absent" says that a result was in the baseline and is not in
# this run any more. sarif-tools counts it as an error like any other, so `--check error` fails a
# run whose only entry is a repaired finding.
#
# Seen: "error: 1" and exit status 1.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet sarif-tools==3.0.5

cat > log.sarif <<'X'
{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{
  "tool": {"driver": {"name": "Checker", "rules": [{"id": "R1"}]}},
  "results": [{"ruleId": "R1", "ruleIndex": 0, "level": "error", "baselineState": "absent",
    "message": {"text": "was there before"},
    "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a.txt"}, "region": {"startLine": 3}}}]}]}]}
X
status=0
venv/bin/sarif --check error summary log.sarif > out.txt || status=$?
cat out.txt; echo "status $status"

grep -q '^error: 1' out.txt || { echo 'CHANGED: the absent result is not counted'; exit 1; }
[ "$status" = 1 ] || { echo 'CHANGED: the gate passes'; exit 1; }
echo 'as described'
