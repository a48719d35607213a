#!/usr/bin/env bash
# Generated ratings as one Parquet file and as ten parts: what prepare makes of either, and, where MODEL is not 0, the models that are
# trained on either where they lie, compared by what they recommend. parts.sh [ROWS] [ITEMS] [MODEL]: e.g. parts.sh 20000000 1000000 0
# SEQREC and BENCHMARKS say how to run them. The last line says whether all was the same.
set -euo pipefail
rows=${1:-20000000} items=${2:-$((rows / 20))} model=${3:-0} root=$(cd "$(dirname "$0")/../.." && pwd)
seqrec=(${SEQREC:-dotnet "$root/src/MlNetSeqRec.Cli/bin/Release/net10.0/seqrec.dll"})
benchmarks=(${BENCHMARKS:-dotnet "$root/benchmarks/MlNetSeqRec.Benchmarks/bin/Release/net10.0/MlNetSeqRec.Benchmarks.dll"})
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT && cd "$work"
same=1
compare() { # what, files of the first, folders
  if [ "$(cd "$2" && sha256sum $4)" = "$(cd "$3" && sha256sum $4)" ]; then echo "$1: same bytes"; else echo "$1: OTHER BYTES"; same=0; fi
}
timed() { # name, command…
  local name=$1 start=$(date +%s%N); shift
  "$@" > out.log 2> err.log || { tail -n 1 err.log; exit 1; }
  echo "$name: $((($(date +%s%N) - start) / 1000000)) ms"
}

timed "generate" "${seqrec[@]}" generate --out raw --format amazon2018 --interactions "$rows" --items "$items"
"${benchmarks[@]}" parts --ratings raw/Generated.csv.gz --parts 10 --out .
for route in one many; do
  timed "prepare, $route" "${seqrec[@]}" prepare --reviews "$route" --items raw/meta_Generated.json.gz --out "$route-prepared" --vocabulary 0
  sed -n 's/^[^:]*: \(.*users, .* interactions\).*/  \1/p' out.log | head -n 1
done
compare "prepared" one-prepared many-prepared "interactions.parquet items.parquet rejected.tsv"
if [ "$model" != 0 ]; then
  for route in one many; do
    timed "train, $route" "${seqrec[@]}" train --data "$route" --out "$route.zip" --items id --width 32 --layers 1 --heads 2 --epochs 1 --seed 1 --device cpu
    timed "recommend, $route" "${seqrec[@]}" recommend --all --model "$route.zip" --data one --out "$route-recommended" --parts 4 --device cpu
  done
  for route in one many; do # the catalogue and the weights: what follows the training's figures, whose seconds differ
    unzip -p "$route.zip" '*Transform_001/Model.bin' > "$route.bin"
    start=$(LC_ALL=C grep -abo '"TargetsPerSecond"' "$route.bin" | head -n 1 | cut -d: -f1)
    mkdir "$route-model" && tail -c +"$((start + 1))" "$route.bin" | LC_ALL=C sed '1s/^[^}]*}//' > "$route-model/weights"
  done
  compare "models' items and weights" one-model many-model weights
  compare "models' recommendations" one-recommended many-recommended "part-*.parquet"
fi
[ "$same" -eq 1 ] && echo "all the same"
