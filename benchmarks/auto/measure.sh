#!/usr/bin/env bash
# Automated evaluation beside the preset trained by hand, in the same time: NDCG@10 on the test part, wall time over the limit,
# and a run that is killed at a third of its time and goes on. Needs an idle machine: three times SECONDS and some minutes.
#
#   measure.sh DATA [SECONDS] [OUT]
#
# DATA     a folder that seqrec trains on          SECONDS  600 by default
# OUT      a folder for models and figures, auto-DATA by default
# SEQREC   in the environment: the program, seqrec by default.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,9p' "$0"; exit 2; }
data=$1 seconds=${2:-600} out=${3:-auto-$(basename "$1")}
read -ra seqrec <<< "${SEQREC:-seqrec}"
mkdir -p "$out"

now() { date +%s.%N; }
took() { awk -v from="$1" -v to="$(now)" -v limit="$seconds" 'BEGIN { printf "%.1f s, %+.1f %% of the limit\n", to - from, 100 * (to - from - limit) / limit }'; }
figures() {
  "${seqrec[@]}" evaluate --model "$1" --data "$data" --json 2> /dev/null |
    awk -F'[:,]' -v name="$2" '/"ndcg@10"/ && !/\[/ { v[++n] = $2; if (n == 2) { printf "%-24s all NDCG@10 %.4f   unseen NDCG@10 %.4f\n", name, v[1], v[2]; exit } }'
}

rm -rf "$out/auto" "$out/killed"
from=$(now)
"${seqrec[@]}" auto --data "$data" --train-time "$seconds" --out "$out/auto" > "$out/auto.txt" 2> "$out/auto.log"
echo "auto: $(took "$from")"

"${seqrec[@]}" auto --data "$data" --train-time "$seconds" --out "$out/killed" > /dev/null 2> "$out/killed.1.log" &
sleep $((seconds / 3))
kill -KILL $!
wait $! 2> /dev/null || true
from=$(awk -v now="$(now)" -v before=$((seconds / 3)) 'BEGIN { printf "%.3f", now - before }') # the time before the kill counts
"${seqrec[@]}" auto --data "$data" --train-time "$seconds" --out "$out/killed" > "$out/killed.txt" 2> "$out/killed.2.log"
echo "auto, killed after $((seconds / 3)) s and gone on: $(took "$from")"

from=$(now)
"${seqrec[@]}" train --data "$data" --preset base --time-limit "$seconds" --out "$out/base.zip" > "$out/base.txt" 2> "$out/base.log"
echo "train --preset base: $(took "$from")"

figures "$out/auto/model.zip" "auto"
figures "$out/killed/model.zip" "auto, killed, gone on"
figures "$out/base.zip" "train --preset base"
cat "$out/auto.txt"
