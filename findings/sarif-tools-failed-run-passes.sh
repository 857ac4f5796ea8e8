#!/usr/bin/env bash
# sarif-tools 3.0.5 (PyPI): a scan that failed passes every gate.
#
# SARIF 2.1.0, 3.20.14 and 3.20.21: a tool that could not do its work says `executionSuccessful:
# false` and gives the reason as an error notification. `sarif --check note`, the strictest gate
# there is, looks at results alone: no results, status 0.
#
# Seen: "error: 0", "warning: 0", "note: 0", exit status 0.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet sarif-tools==3.0.5

cat > log.sarif <<'X'
{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{
  "tool": {"driver": {"name": "Checker"}},
  "invocations": [{"executionSuccessful": false,
    "toolExecutionNotifications": [{"level": "error", "message": {"text": "cannot read the source"}}]}],
  "results": []}]}
X
status=0
venv/bin/sarif --check note summary log.sarif > out.txt || status=$?
cat out.txt; echo "status $status"

[ "$status" = 0 ] || { echo 'CHANGED: the gate fails'; exit 1; }
! grep -q 'cannot read the source' out.txt || { echo 'CHANGED: the notification is shown'; exit 1; }
echo 'as described'
