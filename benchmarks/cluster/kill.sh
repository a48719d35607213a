#!/usr/bin/env bash
# Kills recommend --all with SIGKILL at random moments until it ends, and compares the files with those of an unbroken run.
# kill.sh MODEL DATA [ROUNDS] [PARTS] [SEED]: e.g. kill.sh model.zip data 5 20 1. SEQREC says how to run seqrec.
set -euo pipefail
model=$(realpath "$1") data=$(realpath "$2") rounds=${3:-5} parts=${4:-20} RANDOM=${5:-1}
seqrec=(${SEQREC:-dotnet "$(cd "$(dirname "$0")/../.." && pwd)/src/MlNetSeqRec.Cli/bin/Release/net10.0/seqrec.dll"})
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
recommend() { exec "${seqrec[@]}" recommend --all --model "$model" --data "$data" --parts "$parts" --out "$1" >> "$work/log" 2>&1; }
sums() { (cd "$1" && sha256sum *); }

start=$(date +%s%N)
(recommend "$work/whole")
milliseconds=$((($(date +%s%N) - start) / 1000000))
echo "unbroken: $milliseconds ms"
same=0
for round in $(seq "$rounds"); do
  kills=0
  while [ ! -e "$work/killed/_SUCCESS" ]; do
    (recommend "$work/killed") & process=$!
    # Late enough that reading is over and something is written, so that it ends at some time.
    moment=$((milliseconds / 4 + RANDOM * milliseconds / 32768))
    sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
    kill -9 "$process" 2> /dev/null && kills=$((kills + 1))
    wait "$process" 2> /dev/null || true
  done
  (recommend "$work/killed") # removes what a kill after the last part may have left
  if [ "$(sums "$work/killed")" = "$(sums "$work/whole")" ]; then same=$((same + 1)); verdict="same bytes"; else verdict="OTHER BYTES"; fi
  echo "round $round, killed $kills times: $verdict"
  rm -rf "$work/killed"
done
echo "$same of $rounds the same"
[ "$same" -eq "$rounds" ]
