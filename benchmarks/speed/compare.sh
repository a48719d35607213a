#!/usr/bin/env bash
# seqrec beside a plain PyTorch trainer on one GPU, in one run: compare.sh OUT
# BUNDLE: what bundle.sh made (default: this folder). DATA: folders as in shared/data, their files unpacked (.tsv).
# PARTS: which of "beauty movielens corpus equal text growth scoring" (default: all). MODES: eager, compile. PRECISIONS: Single, BFloat16.
# SECONDS_EACH: most seconds of each run; of the reference after its first epoch, which holds the compilation.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd) out=${1:?where to} data=${DATA:?folder of data sets}
bundle=${BUNDLE:-$here} parts=${PARTS:-beauty movielens corpus equal text growth scoring} limit=${SECONDS_EACH:-40}
export SEQREC_LIBTORCH=${SEQREC_LIBTORCH:-$(python3 -c "import torch, os; print(os.path.dirname(torch.__file__) + '/lib')")}
mkdir -p "$out"
seqrec() { "$bundle/seqrec" "$@"; }
steps() { "$bundle/MlNetSeqRec.Benchmarks" step "$@"; }
reference() { python3 "$here/reference.py" "$@"; }
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader | tee "$out/device.txt"

# What the device has in use, the driver and libtorch's reserves included, while a run lasts.
watch() { nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits -lms 200 > "$out/$1.memory" & watcher=$!; }
unwatch() { kill "$watcher"; wait "$watcher" 2> /dev/null; }

# NAME, options of ours, options of the reference
both() {
  local name=$1 ours=$2 theirs=$3
  for precision in ${PRECISIONS:-Single BFloat16}; do
    watch "$name.seqrec-$precision"
    # shellcheck disable=SC2086
    seqrec train --out "$out/m.zip" --device cuda --json --no-transitions --no-text-similarity --time-limit "$limit" --precision "$precision" $ours > "$out/$name.seqrec-$precision.json" 2> "$out/$name.seqrec-$precision.log"
    unwatch
  done
  # shellcheck disable=SC2086
  for mode in ${MODES:-eager compile}; do
    watch "$name.$mode"
    reference --mode "$mode" --seconds "$limit" $theirs > "$out/$name.$mode.json" 2> "$out/$name.$mode.log"
    unwatch
  done
  rm -f "$out/m.zip"
}

for part in $parts; do
  case $part in
    beauty) both beauty "--data $data/amazon2014-5core-std-beauty --items text" "--data $data/amazon2014-5core-std-beauty --encoding text" ;;
    movielens) both movielens "--data $data/movielens-1m --items id+text --length 200 --dropout 0.3" "--data $data/movielens-1m --encoding id+text --length 200 --dropout 0.3" ;;
    corpus)
      five=""
      for domain in amazon2014-book_1000000 amazon2014-clothing amazon2014-health amazon2014-electronic_1000000 amazon2018-game; do five="$five $data/$domain"; done
      # shellcheck disable=SC2086
      seqrec merge --data $five --out "$out/corpus" > /dev/null 2>&1
      both corpus "--data $out/corpus --items text --negatives 4096 --dropout 0.2" "--data $five --encoding text --negatives 4096 --dropout 0.2"
      rm -rf "$out/corpus" ;;
    equal)
      for width in 64 128 256 512; do
        for precision in ${PRECISIONS:-Single BFloat16}; do
          steps --encoding Id --equal 51 --users 8192 --items 50000 --negatives 1000 --batch 25600 --width "$width" --warm 40 --steps 60 --precision "$precision" >> "$out/equal.seqrec.jsonl" 2>> "$out/equal.log"
        done
        for mode in ${MODES:-eager compile}; do
          reference --mode "$mode" --equal 8192,50000,50 --negatives 1000 --targets 25600 --encoding id --width "$width" --epochs 6 --no-validation >> "$out/equal.reference.jsonl" 2>> "$out/equal.log"
        done
      done ;;
    text)
      for size in "2 128" "8 256"; do
        set -- $size
        steps --data "$data/amazon2014-5core-std-beauty" --layers "$1" --width "$2" --warm 120 --steps 100 >> "$out/text.jsonl" 2>> "$out/text.log"
        steps --data "$data/amazon2014-5core-std-beauty" --layers "$1" --width "$2" --warm 120 --steps 100 --precision BFloat16 >> "$out/text.jsonl" 2>> "$out/text.log"
      done ;;
    growth)
      for option in "--width 64,128,256,512,1024" "--layers 1,2,4,8" "--length 50,100,200 --mean-length 60" "--items 12101,50000,200000" "--negatives 1000,4096,16384 --items 200000" "--batch 2048,4096,8192,16384,32768"; do
        # shellcheck disable=SC2086
        steps --encoding Id --warm 150 --steps 60 $option >> "$out/growth.jsonl" 2>> "$out/growth.log"
      done ;;
    scoring)
      "$bundle/MlNetSeqRec.Benchmarks" scoring --users 100000 --items 1000000 --width 128 --users-at-once 4096 --rounds 2 --device cuda ${SCORING:-} > "$out/scoring.jsonl" 2> "$out/scoring.log" ;;
  esac
done
python3 "$here/table.py" "$out"
