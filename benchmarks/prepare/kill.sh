#!/usr/bin/env bash
# Kills prepare with SIGKILL at random moments, starts it again, and compares the bytes with those of an unbroken run.
# kill.sh [ROWS] [KILLS] [SEED]: e.g. kill.sh 2000000 10 1. SEQREC says how to run seqrec. The last line says how many were the same.
set -euo pipefail
rows=${1:-2000000} kills=${2:-10} RANDOM=${3:-1}
seqrec=(${SEQREC:-dotnet "$(dirname "$0")/../../src/MlNetSeqRec.Cli/bin/Release/net10.0/seqrec.dll"})
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT

"${seqrec[@]}" generate --out "$work/raw" --format amazon2018 --interactions "$rows" --items $((rows / 20)) --broken-lines 0.001 --untitled 0.02 > "$work/log"
prepare() { # folder to write
  exec "${seqrec[@]}" prepare --reviews "$work/raw/Generated.csv.gz" --items "$work/raw/meta_Generated.json.gz" --out "$1" --min-item-events 2 >> "$work/log" 2>&1
}
sums() { (cd "$1" && sha256sum interactions.parquet items.parquet rejected.tsv); }

start=$(date +%s%N)
(prepare "$work/whole")
milliseconds=$((($(date +%s%N) - start) / 1000000))
echo "unbroken: $milliseconds ms"
same=0
for kill in $(seq "$kills"); do
  moment=$((RANDOM * milliseconds / 32768))
  (prepare "$work/killed") & process=$!
  sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
  kill -9 "$process" 2> /dev/null && state=killed || state="had ended"
  wait "$process" 2> /dev/null || true
  left=$(ls "$work/killed/.prepare" 2> /dev/null | grep -c 'parquet.json$' || true)
  if [ -e "$work/killed/manifest.json" ]; then
    result="whole"
  else
    result="none"
  fi
  (prepare "$work/killed")
  if [ "$(sums "$work/killed")" = "$(sums "$work/whole")" ]; then same=$((same + 1)); verdict="same bytes"; else verdict="OTHER BYTES"; fi
  echo "$state at $moment ms, $left finished stages and $result result left: $verdict"
  rm -rf "$work/killed"
done
echo "$same of $kills the same"
[ "$same" -eq "$kills" ]
