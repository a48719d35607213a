#!/usr/bin/env bash
# Kills recommend --all with SIGKILL at random moments until it ends, and compares the files with those of an unbroken run.
# kill.sh MODEL DATA [ROUNDS] [PARTS] [SEED]: e.g. kill.sh model.zip data 5 20 1. SEQREC says how to run seqrec. KILLS: so many kills in
# each round, spread over the time that an unbroken run takes (default: as many as come before it ends, each at any time). SHARDS: then
# also in so many shards, one after another.
set -euo pipefail
model=$(realpath "$1") data=$(realpath "$2") rounds=${3:-5} parts=${4:-20} RANDOM=${5:-1}
seqrec=(${SEQREC:-dotnet "$(cd "$(dirname "$0")/../.." && pwd)/src/MlNetSeqRec.Cli/bin/Release/net10.0/seqrec.dll"})
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
recommend() { exec "${seqrec[@]}" recommend --all --model "$model" --data "$data" --parts "$parts" --out "$@" >> "$work/log" 2>&1; }
sums() { (cd "$1" && find . -type f | sort | xargs sha256sum); }
same=0
compare() { # what, folder
  if [ "$(sums "$2")" = "$(sums "$work/whole")" ]; then same=$((same + 1)); echo "$1: same bytes"; else echo "$1: OTHER BYTES"; fi
  rm -rf "$2"
}

start=$(date +%s%N)
(recommend "$work/whole")
milliseconds=$((($(date +%s%N) - start) / 1000000))
echo "unbroken: $milliseconds ms; $(grep ' to score and write' "$work/log"); $(du -b "$work/whole" | cut -f 1) bytes"
for round in $(seq "$rounds"); do
  kills=0 at=
  while [ ! -e "$work/killed/_SUCCESS" ] && [ "$kills" -lt "${KILLS:-1000}" ]; do
    (recommend "$work/killed") & process=$!
    # Late enough that reading is over and something is written, so that it ends at some time.
    moment=$((milliseconds / 4 + RANDOM * milliseconds / 32768))
    if [ -n "${KILLS:-}" ]; then moment=$((milliseconds / 10 + RANDOM * milliseconds / 32768 * 4 / 3 / (KILLS + 1))); fi
    sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
    kill -9 "$process" 2> /dev/null && kills=$((kills + 1))
    wait "$process" 2> /dev/null || true
    at="$at ${moment} ms ($(find "$work/killed" -name 'part-*.parquet' 2> /dev/null | wc -l))"
  done
  (recommend "$work/killed") # writes the rest, and removes what a kill after the last part may have left
  compare "round $round, killed $kills times, after so many ms with so many parts there:$at" "$work/killed"
done
if [ -n "${SHARDS:-}" ]; then
  for shard in $(seq "$SHARDS"); do (recommend "$work/shards" --shard "$shard/$SHARDS"); done
  compare "$SHARDS shards" "$work/shards"
  rounds=$((rounds + 1))
fi
echo "$same of $rounds the same"
[ "$same" -eq "$rounds" ]
