#!/usr/bin/env bash
# Width, depth and data, each doubled three times: text models of the five domains as one corpus, on the same held-out users for all
# sizes of a seed. Every width at every size with two layers, every depth at every size with width 64, the ends of depth with width 256.
#
#   benchmarks/quality/scaling.sh OUT [SEED…]
#   dotnet run benchmarks/quality/doubling.cs -- OUT       the tables: mean ± standard deviation over seeds
#
# In the environment: DATA, SEQREC, DEVICES (cuda:0,cuda:1), PARALLEL trainings at a time for each seed, all seeds at once.
# A stopped script goes on where it was.
set -euo pipefail
out=${1:?where to write}; shift
here=$(cd "$(dirname "$0")/../.." && pwd)
data=${DATA:-$here/../shared/data}
seqrec=${SEQREC:-dotnet $here/src/MlNetSeqRec.Cli/bin/Release/net10.0/seqrec.dll}

mkdir -p "$out"
[ -d "$out/corpus" ] || $seqrec merge --out "$out/corpus" --data "$data"/{amazon2014-book_1000000,amazon2014-clothing,amazon2014-health,amazon2014-electronic_1000000,amazon2018-game} >&2

# swept WIDTHS LAYERS SIZES EPOCHS
swept() {
    $seqrec scaling sweep --data "$out/corpus" --out "$out/seed$seed" --widths "$1" --layers "$2" --sizes "$3" --epochs "$4" --seed "$seed" \
        --batch 4096 --negatives 4096 --dropout 0.2 --learning-rate 0.001 --parallel "${PARALLEL:-1}" --devices "${DEVICES:-auto}" >> "$out/seed$seed.log" 2>&1 < /dev/null
}

sweeps=()
for seed in "${@:-1}"; do
    {
        swept 32,64,128,256 2 200000,400000,800000,all 30,24,16,10
        swept 64 1,4,8 200000,400000,800000,all 30,24,16,10
        swept 256 1,8 all 10
    } &
    sweeps+=($!)
done
for sweep in "${sweeps[@]}"; do wait "$sweep"; done # fails where one failed
