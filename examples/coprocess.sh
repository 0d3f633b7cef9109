#!/usr/bin/env bash
# Keeps one tcalc open, asks it several things, and uses the answers.
#
# With -0, a program ends with a NUL byte, and so does what it writes: `read -d ''` reads one answer,
# whatever its length. With 2>&1 an error is the answer of the program that failed.
set -euo pipefail

coproc TCALC { exec tcalc --no-config -0 --errors json -o json 2>&1; }

ask() { # leaves what the program writes in `answer`
  printf '%s\0' "$1" >&"${TCALC[1]}"
  IFS= read -r -d '' answer <&"${TCALC[0]}"
  answer=${answer%$'\n'}
}

ask 'x = arange(6.).reshape(2, 3)' # nothing to say, so the answer is empty
ask 'x.sum(dim=1)'
echo "$answer" # => [3.0, 12.0]

for row in 0 1; do
  ask "round(x[$row].norm().item(), 3)"
  echo "row $row has norm $answer"
done
# => row 0 has norm 2.236
# => row 1 has norm 7.071

ask 'x @ x'
echo "failed: ${answer:0:20}..." # => failed: {"kind": "error", "h...

ask $'def f(v):\n    return v * 2\nf(x).shape'
echo "$answer" # => [2, 3]
