#!/usr/bin/env bash
# Spin 6.5.2 (Debian bookworm, 6.5.2+dfsg-1): the first letters of a label decide a proof.
#
# A generator that turns the nodes of a flow into Promela labels is tempted to keep their names.
# Spin reads every label that begins with `end`, `accept` or `progress` as an assertion about the
# model: a call that hangs at `endorse` is a valid end state, a loop through `progressing` is no
# non-progress cycle. The same model with other names has the error.
#
# Seen: hanging at `waiting`: errors: 1, at `endorse`: errors: 0. Looping at `menu`: errors: 1, at
# `progressing`: errors: 0.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
chmod 755 .
apt-get download -q spin=6.5.2+dfsg-1 >/dev/null 2>&1
dpkg -x spin_*.deb .

hanging() {
  cat > model.pml <<P
active proctype call() {
  bool answered;
  if :: answered = true :: answered = false fi;
$1:
  answered == true;
  printf("connected\n")
}
P
  ./usr/bin/spin -a model.pml && cc -o pan pan.c && ./pan | grep -o 'errors: [0-9]*'
}
looping() {
  cat > model.pml <<P
int turns;
active proctype call() {
$1:
  turns = 1 - turns;
  goto $1
}
P
  ./usr/bin/spin -a model.pml && cc -DNP -o pan pan.c && ./pan -l | grep -o 'errors: [0-9]*'
}
for label in waiting endorse; do echo "hangs at $label: $(hanging "$label")"; done | tee out.txt
for label in menu progressing; do echo "loops at $label: $(looping "$label")"; done | tee -a out.txt

cat > expected.txt <<'T'
hangs at waiting: errors: 1
hangs at endorse: errors: 0
loops at menu: errors: 1
loops at progressing: errors: 0
T
diff expected.txt out.txt || { echo 'CHANGED: see above'; exit 1; }
echo 'as described'
