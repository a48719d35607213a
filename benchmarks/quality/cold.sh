#!/usr/bin/env bash
# How well items that training never saw are found from their text: keeps a share of the items from training, trains each
# kind of item vectors with every seed, and prints a table of the test users whose target was such an item beside the others.
#
#   cold.sh DATA [DEVICE] [SEEDS] [SECONDS] [OUT] [SHARE]
#
# DATA     a folder that seqrec trains on          SEEDS    "1 2 3" by default
# DEVICE   auto by default                         SECONDS  most time for one training, 60 by default
# OUT      a folder for figures, cold-DATA by default; what is there already is not run again
# SHARE    the share of items, 0.1 by default
# KINDS, OPTIONS and SEQREC in the environment: as for negatives.sh.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,11p' "$0"; exit 2; }
data=$1 device=${2:-auto} seeds=${3:-1 2 3} seconds=${4:-60} out=${5:-cold-$(basename "$1")} share=${6:-0.1}
read -ra seqrec <<< "${SEQREC:-seqrec}"
read -ra options <<< "${OPTIONS:-}"

kinds="text:--items text
id+text:--items id+text
id+text-dropout-0.1:--items id+text --id-dropout 0.1
id+text-dropout-0.3:--items id+text --id-dropout 0.3
id+text-dropout-0.5:--items id+text --id-dropout 0.5"

quietly() { "$@" 2> "$run.log" < /dev/null || { code=$?; cat "$run.log" >&2; exit "$code"; }; }

# Users, HR@10 and NDCG@10 among unseen items, of the object that begins with a word at the left margin.
slice() {
  awk -F'[:,]' -v name="\"$2\"" '
    $1 ~ "^  " name { inside = 1 }
    inside && /"users"/ { users = $2 }
    inside && /"unseen"/ { unseen = 1 }
    unseen && /"hr@10"/ { hr = $2 }
    unseen && /"ndcg@10"/ { print users, hr, $2; exit }' "$1"
}

mkdir -p "$out"
for seed in $seeds; do
  while IFS=: read -r name kind; do
    if [ -n "${KINDS:-}" ] && [[ " $KINDS " != *" $name "* ]]; then continue; fi
    run="$out/$name-$seed"
    if [ -s "$run.figures" ]; then continue; fi
    echo "$name, seed $seed" >&2
    read -ra own <<< "$kind"
    quietly "${seqrec[@]}" train --data "$data" --out "$run.zip" --seed "$seed" --device "$device" --time-limit "$seconds" --cold-items "$share" --json \
      "${options[@]}" "${own[@]}" > "$run.train.json"
    quietly "${seqrec[@]}" evaluate --model "$run.zip" --data "$data" --device "$device" --cold-items "$share" --k 10 --json > "$run.test.json"
    echo "$(slice "$run.test.json" cold) $(slice "$run.test.json" warm)" > "$run.figures"
    rm -f "$run.zip" "$run.log"
  done <<< "$kinds"
done

echo "Test users, among items that they have not had: mean ± standard deviation over seeds. $(basename "$data"), $share of the items kept from training,"
echo "at most $seconds s, device $device${OPTIONS:+, $OPTIONS}."
echo
echo "| item vectors | seeds | cold users | cold HR@10 | cold NDCG@10 | warm users | warm HR@10 | warm NDCG@10 |"
echo "|---|---:|---:|---:|---:|---:|---:|---:|"
while IFS=: read -r name _; do
  compgen -G "$out/$name-[0-9]*.figures" > /dev/null || continue
  cat "$out/$name"-[0-9]*.figures | awk -v name="$name" '
    { runs++; for (i = 1; i <= 6; i++) { sum[i] += $i; squares[i] += $i * $i } }
    function figure(i,  mean) {
      mean = sum[i] / runs
      return runs == 1 ? sprintf("%.4f", mean) : sprintf("%.4f ± %.4f", mean, sqrt((squares[i] - runs * mean * mean) / (runs - 1) + 1e-18))
    }
    END { printf "| %s | %d | %d | %s | %s | %d | %s | %s |\n", name, runs, sum[1] / runs, figure(2), figure(3), sum[4] / runs, figure(5), figure(6) }'
done <<< "$kinds"
