#!/usr/bin/env bash
# Training on several ranks of this machine, measured in one run: ranks.sh OUT
# DATA: a folder that seqrec trains on (default: a generated one). PARTS: which of "curve speed wire sums" (default: all).
# SPEED_EPOCHS: epochs of the speed measurements (default 3). HOW: more options of all trainings, --users-share 0.2 for example.
# Needs a Release build and Open MPI. What each figure means: docs/scale-training.md.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd) out=$(realpath -m "${1:?where to}") epochs=${SPEED_EPOCHS:-3} batch=${BATCH:-4096} parts=${PARTS:-curve speed wire sums}
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_NUM_THREADS=1 TERM=dumb # no control sequences in the JSON
seqrec="dotnet $root/src/MlNetSeqRec.Cli/bin/Release/net10.0/seqrec.dll"
benchmark="dotnet $root/benchmarks/MlNetSeqRec.Benchmarks/bin/Release/net10.0/MlNetSeqRec.Benchmarks.dll"
ranks() { mpirun --oversubscribe --bind-to none --mca mpi_yield_when_idle 1 -n "$@"; }
mkdir -p "$out" && cd "$out"
if [ -z "${DATA:-}" ]; then
  DATA=$out/data
  if [ ! -e "$DATA/manifest.json" ]; then
    $seqrec generate --out raw --users 20000 --items 6000 --format amazon2014 > generate.log 2>&1
    $seqrec prepare --reviews raw/*eviews*.gz --items raw/meta*.gz --out "$DATA" > prepare.log 2>&1
  fi
fi
train() { # name, ranks, options…
  local name=$1 count=$2; shift 2
  local run=$seqrec; [ "$count" -eq 1 ] || run="mpirun ${MPI_OPTIONS:-} --oversubscribe --bind-to none --mca mpi_yield_when_idle 1 -n $count $seqrec"
  $run train --data "$DATA" --out "$name.zip" --device cpu --json --no-transitions --no-text-similarity --patience 1000 ${HOW:-} "$@" > "$name.json" 2> "$name.log"
  rm -f "$name.zip"
}

# 1. The same loss curve as one rank with the doubled batch, without dropout (to rounding) and with it.
curve() {
  curve="--items id+text --epochs 6 --dropout 0 --token-dropout 0"
  train curve-1 1 $curve --batch $((2 * batch))
  train curve-2 2 $curve --batch "$batch"
  train dropout-1 1 --items id+text --epochs 6 --batch $((2 * batch))
  train dropout-2 2 --items id+text --epochs 6 --batch "$batch"
}

# 2. Steps a second of two ranks of a thread each, against one process that does half of each step's work, or all of it with one thread
# or two.
speed() {
  for round in 1 2; do
    train "speed-half-1-$round" 1 --items id --epochs "$epochs" --batch "$batch"
    train "speed-whole-1-$round" 1 --items id --epochs "$epochs" --batch $((2 * batch))
    OMP_NUM_THREADS=2 train "speed-threads-1-$round" 1 --items id --epochs "$epochs" --batch $((2 * batch))
    train "speed-2-$round" 2 --items id --epochs "$epochs" --batch "$batch"
  done
}

# 3. Bytes on the wire for each step: the same over TCP through the loopback interface, counted there, two epochs less one.
wire() {
  lo() { awk '$1 == "lo:" { print $10 }' /proc/net/dev; }
  for epochs_of in 1 2; do
    before=$(lo)
    MPI_OPTIONS="--mca btl tcp,self --mca btl_tcp_if_include lo" train "wire-$epochs_of" 2 --items id --epochs "$epochs_of" --batch "$batch"
    echo "$(($(lo) - before))" > "wire-$epochs_of.bytes"
  done
}

# 4. The sum alone, to 8 ranks on this machine's cores: time a byte.
sums() {
  : > reduce.jsonl
  for count in 2 3 4 6 8; do
    ranks "$count" $benchmark reduce --kilobytes 64,1024,8192,32768 --rounds 20 >> reduce.jsonl 2>> reduce.log
  done
}

for part in $parts; do "$part"; done
python3 "$root/benchmarks/scale/ranks.py" "$out"
