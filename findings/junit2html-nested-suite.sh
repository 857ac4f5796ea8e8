#!/usr/bin/env bash
# junit2html 31.1.4 (PyPI): a failing test in a nested <testsuite> disappears.
#
# JUnit XML may nest suites, and several producers do. junit2html reads the test cases that stand
# directly in the outer suite and drops the inner suite: here one of two tests fails, and the summary
# shows one test, passed, with exit status 0.
#
# Seen: "Passed : 1", no "Failed", and the name of the failing test nowhere in the HTML page.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet junit2html==31.1.4

cat > report.xml <<'X'
<testsuites>
  <testsuite name="outer" tests="2" failures="1">
    <testsuite name="inner" tests="1" failures="1">
      <testcase name="menu_is_disclosed" classname="flow" time="2"><failure message="no">no</failure></testcase>
    </testsuite>
    <testcase name="call_ends" classname="flow" time="1"/>
  </testsuite>
</testsuites>
X
venv/bin/junit2html --summary-matrix report.xml | tee summary.txt
venv/bin/junit2html report.xml page.html

grep -Eq 'Passed +: +1' summary.txt || { echo 'CHANGED: the summary counts other tests'; exit 1; }
! grep -q 'Failed' summary.txt || { echo 'CHANGED: the failing test is counted'; exit 1; }
! grep -q 'menu_is_disclosed' page.html || { echo 'CHANGED: the failing test is on the page'; exit 1; }
echo 'as described'
