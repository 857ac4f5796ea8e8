#!/usr/bin/env bash
# asl-validator 4.0.0 (npm): two unreachable states that lead to each other pass as reachable.
#
# asl-validator refuses a state that no other state leads to ("State b is not reachable"). It looks
# for any arrow that comes in, not for a way from StartAt: states that lead only to each other are
# never run, and the definition is valid. A loop that a call can enter and never leave passes as
# well, while a machine with nothing but that loop is refused for having no terminal state.
#
# Seen: lone state: false; pair: true; loop without exit: true; nothing but the loop: false.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund asl-validator@4.0.0 >/dev/null

cat > run.mjs <<'J'
import validate from 'asl-validator';
const end = { Type: 'Pass', End: true };
const to = (Next) => ({ Type: 'Pass', Next });
const menu = { Type: 'Choice', Choices: [{ Variable: '$.key', StringEquals: '1', Next: 'b' }], Default: 'c' };
const machines = {
  'lone state': { a: end, b: end },
  'pair': { a: end, b: to('c'), c: to('b') },
  'loop without exit': { a: menu, b: to('d'), d: to('b'), c: end },
  'nothing but the loop': { a: to('b'), b: to('a') },
};
for (const [name, States] of Object.entries(machines)) {
  console.log(`${name}: ${validate({ StartAt: 'a', States }).isValid}`);
}
J
node run.mjs | tee out.txt

printf '%s\n' 'lone state: false' 'pair: true' 'loop without exit: true' 'nothing but the loop: false' > expected.txt
diff expected.txt out.txt || { echo 'CHANGED: see above'; exit 1; }
echo 'as described'
