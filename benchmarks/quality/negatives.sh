#!/usr/bin/env bash
# What each kind of negatives buys: trains every kind with every seed on one data set and prints a table of NDCG@10.
#
#   negatives.sh DATA [DEVICE] [SEEDS] [SECONDS] [OUT]
#
# DATA     a folder that seqrec trains on          SEEDS    "1 2 3" by default
# DEVICE   auto by default                         SECONDS  most time for one training, 60 by default
# OUT      a folder for figures, negatives-DATA by default. What is there already is not run again, so that a run that was
#          stopped goes on; the table is of what there is.
# KINDS    in the environment: the kinds to run, by name, all by default.
# OPTIONS  in the environment: options for every training.
# SEQREC   in the environment: the program, seqrec by default.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,13p' "$0"; exit 2; }
data=$1 device=${2:-auto} seeds=${3:-1 2 3} seconds=${4:-60} out=${5:-negatives-$(basename "$1")}
read -ra seqrec <<< "${SEQREC:-seqrec}"
read -ra options <<< "${OPTIONS:-}"

kinds="whole-catalogue:--negatives 0
uniform:--negatives 1000 --negative-sampling uniform
popularity:--negatives 1000 --negative-sampling popularity
popularity-without-plus-one:--negatives 1000 --negative-sampling popularity --popularity-smoothing 0
log-popularity:--negatives 1000 --negative-sampling log-popularity
mixed:--negatives 1000 --negative-sampling mixed
co-counts:--negatives 1000 --negative-sampling co-counts
nearest:--negatives 1000 --negative-sampling nearest
nearest-none-discarded:--negatives 1000 --negative-sampling nearest --nearest-discard 0
uniform-target-uncorrected:--negatives 1000 --negative-sampling uniform --logq negatives
popularity-target-uncorrected:--negatives 1000 --negative-sampling popularity --logq negatives
mixed-target-uncorrected:--negatives 1000 --negative-sampling mixed --logq negatives
co-counts-target-uncorrected:--negatives 1000 --negative-sampling co-counts --logq negatives
nearest-target-uncorrected:--negatives 1000 --negative-sampling nearest --logq negatives
popularity-no-correction:--negatives 1000 --negative-sampling popularity --logq none
mixed-no-correction:--negatives 1000 --negative-sampling mixed --logq none"

# Runs a command that prints figures; what it says beside them is shown only where it fails.
quietly() { "$@" 2> "$run.log" < /dev/null || { code=$?; cat "$run.log" >&2; exit "$code"; }; }

# The first and second NDCG@10 of a JSON file: among all items, among unseen ones.
ndcg() { awk -F'[:,]' '/"ndcg@10"/ && !/\[/ { print $2; if (++n == 2) exit }' "$1" | paste -sd' '; }

mkdir -p "$out"
for seed in $seeds; do
  while IFS=: read -r name kind; do
    if [ -n "${KINDS:-}" ] && [[ " $KINDS " != *" $name "* ]]; then continue; fi
    run="$out/$name-$seed"
    if [ -s "$run.figures" ]; then continue; fi
    echo "$name, seed $seed" >&2
    read -ra own <<< "$kind"
    quietly "${seqrec[@]}" train --data "$data" --out "$run.zip" --seed "$seed" --device "$device" --time-limit "$seconds" --json "${options[@]}" "${own[@]}" \
      > "$run.train.json"
    for part in validation test; do
      quietly "${seqrec[@]}" evaluate --model "$run.zip" --data "$data" --split "$part" --device "$device" --k 10 --json > "$run.$part.json"
    done
    speed=$(awk -F'[:,]' '/"targetsPerSecond"/ { print $2; exit }' "$run.train.json")
    best=$(awk -F'[:,]' '/"bestEpoch"/ { print $2; exit }' "$run.train.json")
    echo "$(ndcg "$run.validation.json") $(ndcg "$run.test.json") $speed $best" > "$run.figures"
    rm -f "$run.zip" "$run.log"
  done <<< "$kinds"
done

echo "NDCG@10, mean ± standard deviation over seeds. $(basename "$data"), at most $seconds s, device $device${OPTIONS:+, $OPTIONS}."
echo
echo "| negatives | seeds | validation all | validation unseen | test all | test unseen | best epoch | targets/s |"
echo "|---|---:|---:|---:|---:|---:|---:|---:|"
while IFS=: read -r name _; do
  compgen -G "$out/$name-[0-9]*.figures" > /dev/null || continue
  cat "$out/$name"-[0-9]*.figures | awk -v name="$name" '
    { runs++; for (i = 1; i <= 6; i++) { sum[i] += $i; squares[i] += $i * $i } }
    function figure(i,  mean) {
      mean = sum[i] / runs
      return runs == 1 ? sprintf("%.4f", mean) : sprintf("%.4f ± %.4f", mean, sqrt((squares[i] - runs * mean * mean) / (runs - 1) + 1e-18))
    }
    END { printf "| %s | %d | %s | %s | %s | %s | %.0f | %.0f |\n", name, runs, figure(1), figure(2), figure(3), figure(4), sum[6] / runs, sum[5] / runs }'
done <<< "$kinds"
