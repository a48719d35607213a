#!/usr/bin/env bash
# Transfer: a text model pre-trained on five domains (with the first seed), then fine-tuned on Beauty with 100, 10 and 1 % of its users,
# beside the same model from scratch, zero-shot, with ids, and what each strategy keeps of the first domains.
#
#   benchmarks/quality/transfer.sh OUT [SEED…]
#   dotnet run benchmarks/quality/table.cs -- OUT       the table: mean ± standard deviation over seeds
#
# In the environment: DATA, DEVICE (several with commas between them take turns), SEQREC, SIZE, PRETRAIN and TUNE (options), PARTS of
# "shares variants ids strategies", and JOBS, runs at a time (1). Each run leaves OUT/seedN/NAME.json, and is passed over where that is there: a stopped script goes on.
set -euo pipefail
out=${1:?where to write}; shift
seeds=("${@:-1}")
here=$(cd "$(dirname "$0")/../.." && pwd)
data=${DATA:-$here/../shared/data}
IFS=, read -ra devices <<< "${DEVICE:-auto}"
device=${devices[0]} started=0
seqrec=${SEQREC:-dotnet $here/src/MlNetSeqRec.Cli/bin/Release/net10.0/seqrec.dll}
size=${SIZE:---width 128 --layers 2 --heads 4}
alone="--no-transitions --no-text-similarity"
pretrain=${PRETRAIN:---vocabulary 16000 --dropout 0.2 --epochs 60}
tune=${TUNE:-$alone}
parts=${PARTS:-shares variants ids strategies}
domains=(amazon2014-book_1000000 amazon2014-clothing amazon2014-health amazon2014-electronic_1000000 amazon2018-game)
target=$data/amazon2014-5core-std-beauty
pretrained=$out/seed${seeds[0]}/pretrained.zip

# A smaller share has smaller batches, so that an epoch is still some steps, a shorter warm-up and more patience, from scratch too.
steps_of() { case $1 in 1) echo --batch 4096 ;; 0.1) echo --batch 1024 --warm-up 20 --patience 20 ;; *) echo --batch 256 --warm-up 10 --patience 20 ;; esac; }

# once NAME COMMAND…: runs a verb unless its result is there.
once() {
    local name=$1; shift
    [ -s "$dir/$name.json" ] && return
    echo "seed $seed: $name" >&2
    $seqrec "$@" --seed "$seed" --device "$device" --json > "$dir/$name.json.tmp" 2>> "$dir/$name.log" < /dev/null
    mv "$dir/$name.json.tmp" "$dir/$name.json"
}

# tested NAME COMMAND…: trains, and measures on the test part.
tested() {
    local name=$1; shift
    once "$name.model" "$@" --out "$dir/$name.zip"
    once "$name" evaluate --model "$dir/$name.zip" --data "$target"
}

# kept NAME MODEL DOMAIN: what a model makes of a pre-training domain, as a new catalogue, without training.
kept() {
    [ -s "$dir/$1.on.$3.json" ] && return
    once "$1.as.$3" finetune --model "$2" --data "$data/$3" --strategy none $alone --out "$dir/$1.as.$3.zip"
    once "$1.on.$3" evaluate --model "$dir/$1.as.$3.zip" --data "$data/$3"
    rm -f "$dir/$1.as.$3.zip"
}

# Beside the others, as many at a time as JOBS says.
beside() {
    while [ "$(jobs -rp | wc -l)" -ge "${JOBS:-1}" ]; do wait -n || true; done
    device=${devices[started++ % ${#devices[@]}]}
    "$@" &
}

begin() { seed=$1 dir=$out/seed$1; mkdir -p "$dir"; }

begin "${seeds[0]}"
folders=(); for domain in "${domains[@]}"; do folders+=(--data "$data/$domain"); done
once pretrained pretrain "${folders[@]}" --out "$pretrained" --resume $size $pretrain &
pretraining=$!

scratch="train --data $target --items text $size $tune" tuned="finetune --model $pretrained --data $target $tune"
for s in "${seeds[@]}"; do
    begin "$s"
    for share in 1 0.1 0.01; do
        [[ $parts == *shares* ]] && beside tested "scratch.$share" $scratch --users-share $share $(steps_of $share)
        [[ $parts == *variants* ]] && beside tested "scratch.lexical.$share" $scratch --users-share $share $(steps_of $share) --lexical-start --token-rate 0.3
    done
    [[ $parts == *ids* ]] && beside tested scratch.id+text ${scratch/--items text/--items id+text}
done

begin "${seeds[0]}"
wait "$pretraining"
[[ $parts == *strategies* ]] && once fisher fisher --model "$pretrained" "${folders[@]}" --examples 2000
beside tested zero-shot finetune --model "$pretrained" --data "$target" --strategy none $alone
beside tested zero-shot.text finetune --model "$pretrained" --data "$target" --strategy none --no-transitions
beside tested zero-shot.text.transitions finetune --model "$pretrained" --data "$target" --strategy none

for s in "${seeds[@]}"; do
    begin "$s"
    for share in 1 0.1 0.01; do
        [[ $parts == *shares* ]] && beside tested "full.$share" $tuned --users-share $share $(steps_of $share)
        [[ $parts == *variants* ]] && beside tested "full.slow-tokens.$share" $tuned --users-share $share $(steps_of $share) --token-rate 0.3
        [[ $parts == *variants* ]] && beside tested "items.$share" $tuned --users-share $share $(steps_of $share) --transfer items
    done
    [[ $parts == *ids* ]] && beside tested full.id+text $tuned --items id+text
    [[ $parts == *ids* ]] && beside tested items.id+text $tuned --items id+text --transfer items
done

if [[ $parts == *strategies* ]]; then
    wait # for full.1, which is a strategy too
    strategies=(full embeddings "progressive --epochs-per-layer 3" "full --layer-decay 0.7" "full --ewc 10" "full --ewc 100" "full --ewc 1000")
    named() { local name=${1// /}; [ "$name" = full ] && name=full.1; echo "${name//--/.}"; }
    for s in "${seeds[@]}"; do
        begin "$s"
        for strategy in "${strategies[@]}"; do beside tested "$(named "$strategy")" $tuned --strategy $strategy; done
    done
    wait
    begin "${seeds[0]}"
    for domain in "${domains[@]}"; do beside kept pretrained "$pretrained" "$domain"; done
    for s in "${seeds[@]}"; do
        begin "$s"
        for domain in "${domains[@]}"; do
            for strategy in "${strategies[@]}"; do beside kept "$(named "$strategy")" "$dir/$(named "$strategy").zip" "$domain"; done
        done
    done
fi
wait
