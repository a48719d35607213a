#!/usr/bin/env bash
# Transfer: a text model pre-trained on five domains, then fine-tuned on Beauty with 100, 10 and 1 % of its users, beside the same
# model from scratch (begun at random, and as similarity of texts), zero-shot, id+text, and what each strategy keeps of the pre-training domains.
#
#   benchmarks/quality/transfer.sh OUT [SEED…]          DATA, DEVICE, SEQREC, SIZE, PRETRAIN and TUNE may be set before
#   dotnet run benchmarks/quality/table.cs -- OUT       the table: mean ± standard deviation over seeds
#
# Each run leaves OUT/seedN/NAME.json, and is passed over where that is there: a stopped script goes on.
set -euo pipefail
out=${1:?where to write}; shift
seeds=("${@:-1}")
here=$(cd "$(dirname "$0")/../.." && pwd)
data=${DATA:-$here/../shared/data}
device=${DEVICE:-auto}
seqrec=${SEQREC:-dotnet $here/src/MlNetSeqRec.Cli/bin/Release/net10.0/seqrec.dll}
size=${SIZE:---width 128 --layers 2 --heads 4}
pretrain=${PRETRAIN:---vocabulary 16000 --dropout 0.2 --epochs 60}
tune=${TUNE:-}
domains=(amazon2014-book_1000000 amazon2014-clothing amazon2014-health amazon2014-electronic_1000000 amazon2018-game)
target=$data/amazon2014-5core-std-beauty

# A smaller share has smaller batches, so that an epoch is still some steps, a shorter warm-up and more patience, from scratch too.
steps_of() { case $1 in 1) echo --batch 4096 ;; 0.1) echo --batch 1024 --warm-up 20 --patience 20 ;; *) echo --batch 256 --warm-up 10 --patience 20 ;; esac; }

# once NAME COMMAND…: runs a verb unless its result is there.
once() {
    local name=$1; shift
    [ -s "$dir/$name.json" ] && return
    echo "seed $seed: $name" >&2
    $seqrec "$@" --seed "$seed" --device "$device" --json > "$dir/$name.json.tmp" 2>> "$dir/$name.log"
    mv "$dir/$name.json.tmp" "$dir/$name.json"
}

# test_on NAME MODEL DATA: figures of the test part.
test_on() { once "$1" evaluate --model "$2" --data "$3"; }

# kept NAME MODEL: what a model makes of the pre-training domains, each as a new catalogue, without training.
kept() {
    for domain in "${domains[@]}"; do
        [ -s "$dir/$1.on.$domain.json" ] && continue
        rm -f "$dir/$1.as.$domain.json"
        once "$1.as.$domain" finetune --model "$2" --data "$data/$domain" --strategy none --out "$dir/kept.zip"
        test_on "$1.on.$domain" "$dir/kept.zip" "$data/$domain"
    done
    rm -f "$dir/kept.zip"
}

for seed in "${seeds[@]}"; do
    dir=$out/seed$seed
    mkdir -p "$dir"
    folders=(); for domain in "${domains[@]}"; do folders+=(--data "$data/$domain"); done
    once pretrained pretrain "${folders[@]}" --out "$dir/pretrained.zip" --resume $size $pretrain
    once fisher fisher --model "$dir/pretrained.zip" "${folders[@]}" --examples 2000
    once zero-shot.model finetune --model "$dir/pretrained.zip" --data "$target" --strategy none --out "$dir/zero-shot.zip"
    test_on zero-shot "$dir/zero-shot.zip" "$target"
    kept pretrained "$dir/pretrained.zip"

    for share in 1 0.1 0.01; do
        common="--users-share $share $(steps_of $share)"
        once "scratch.$share.model" train --data "$target" --items text --out "$dir/scratch.$share.zip" $size $common $tune
        test_on "scratch.$share" "$dir/scratch.$share.zip" "$target"
        once "lexical.$share.model" train --data "$target" --items text --lexical-start --out "$dir/lexical.$share.zip" $size $common $tune
        test_on "lexical.$share" "$dir/lexical.$share.zip" "$target"
        once "full.$share.model" finetune --model "$dir/pretrained.zip" --data "$target" --out "$dir/full.$share.zip" $common $tune
        test_on "full.$share" "$dir/full.$share.zip" "$target"
    done

    once scratch.id+text.model train --data "$target" --items id+text --out "$dir/scratch.id+text.zip" $size $tune
    test_on scratch.id+text "$dir/scratch.id+text.zip" "$target"
    once full.id+text.model finetune --model "$dir/pretrained.zip" --data "$target" --items id+text --out "$dir/full.id+text.zip" $tune
    test_on full.id+text "$dir/full.id+text.zip" "$target"

    strategies=(embeddings "progressive --epochs-per-layer 3" "full --layer-decay 0.7" "full --ewc 1" "full --ewc 10" "full --ewc 100" "full --ewc 1000")
    for strategy in "${strategies[@]}"; do
        name=${strategy// /}; name=${name//--/.}
        once "$name.model" finetune --model "$dir/pretrained.zip" --data "$target" --out "$dir/$name.zip" --strategy $strategy $tune
        test_on "$name" "$dir/$name.zip" "$target"
        kept "$name" "$dir/$name.zip"
    done
    kept full.1 "$dir/full.1.zip"
done
