#!/usr/bin/env bash
# Training under Slurm, on a cluster of two hosts that slurm-cluster.sh makes of this machine: slurm.sh OUT
# DATA: a folder that seqrec trains on. PARTS: which of "curve alone killed stop limit" (default: all). HOW: more options of all
# trainings. As root; a Release build, Open MPI and Slurm with PMIx. What each figure means: docs/scale-training.md.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd) out=$(realpath -m "${1:?where to}") batch=${BATCH:-2048} parts=${PARTS:-curve alone killed stop limit}
: "${DATA:?a folder that seqrec trains on}"
if [ -z "${SEQREC_CLUSTER:-}" ]; then
  DATA=$(realpath "$DATA") SEQREC_CLUSTER=1 exec "$here/slurm-cluster.sh" "$out" "$here/slurm.sh" "$out"
fi
export OMP_NUM_THREADS=1 TERM=dumb SEQREC="dotnet $here/../../src/MlNetSeqRec.Cli/bin/Release/net10.0/seqrec.dll"
cd "$out"
how="train --data $DATA --device cpu --json --no-transitions --patience 1000 ${HOW:-}"
losses() { python3 -c "import json, sys; print(*(f\"{epoch['loss']:.8f}\" for epoch in json.load(open(sys.argv[1]))['history']))" "$1"; }
seconds() { echo "$(date +%s.%N) - $1" | bc; }
# shellcheck disable=SC2086
ranks() { local count=$1; shift; srun --mpi=pmix --nodes="$((count < 2 ? 1 : 2))" --ntasks="$count" --kill-on-bad-exit="${BAD_EXIT:-1}" --output="${LOG:-log}.out" --error="${LOG:-log}.log" $SEQREC $how "$@"; }
victim() { # rank: its process
  for process in $(pgrep -f "seqrec.dll train"); do
    if grep -qz "^SLURMD_NODENAME=node" "/proc/$process/environ" 2> /dev/null && grep -qz "^SLURM_PROCID=$1\$" "/proc/$process/environ"; then echo "$process"; fi
  done
}
checkpoint() { until [ -e "$1.checkpoint/checkpoint.bin" ]; do sleep 0.1; kill -0 "$2"; done; }

# 1. The loss curve of a rank on each host, and of two on each, against one process with the batch of all.
curve() {
  curve="--epochs 3 --items id+text --dropout 0 --token-dropout 0"
  for count in 2 4; do
    # shellcheck disable=SC2086
    $SEQREC $how $curve --batch $((batch * count)) --out one.zip > "curve-1-$count.json" 2> curve.log
    # shellcheck disable=SC2086
    LOG=curve-$count ranks "$count" $curve --batch "$batch" --out many.zip
    echo "one process: $(losses "curve-1-$count.json")"
    echo "$count ranks:     $(losses "curve-$count.out")"
  done
}

# 2. Tasks that cannot find each other, and one by itself.
alone() {
  # shellcheck disable=SC2086
  for kind in "--mpi=none" "--mpi=pmi2"; do
    echo "srun $kind: $( (srun $kind --nodes=2 --ntasks=2 $SEQREC $how --out alone.zip 2>&1 || echo "exit code $?") | paste -sd'|')"
  done
  # shellcheck disable=SC2086
  srun --ntasks=1 $SEQREC $how --epochs 1 --out alone.zip > alone.json 2> alone.log
  echo "srun --ntasks=1: $(losses alone.json)"
}

# 3. A rank killed at a random moment; the job goes on with 1, 2 or 3 ranks. At last one without srun's --kill-on-bad-exit.
killed() {
  for round in $(seq "${ROUNDS:-6}") last; do
    rm -rf killed.zip*
    LOG=killed-$round BAD_EXIT=$([ "$round" = last ]; echo $?) ranks 2 $length --batch "$batch" --out killed.zip 2> "srun-$round.log" & job=$!
    checkpoint killed.zip "$job"
    sleep "$((RANDOM % 3)).$RANDOM"
    rank=$((RANDOM % 2)) start=$(date +%s.%N) code=0
    kill -KILL "$(victim "$rank")"
    if [ "$round" = last ]; then
      sleep 20
      echo "rank $rank killed without --kill-on-bad-exit: 20 s after, the other $([ -n "$(victim $((1 - rank)))" ] && echo waits || echo 'has ended'); $(grep -h 'error: node' srun-last.log | paste -sd'|')"
      scancel --signal=KILL --partition=all
      wait "$job" || true
      break
    fi
    wait "$job" || code=$?
    took=$(seconds "$start") left=$(victim 0)$(victim 1) ranks=$((round % 3 + 1))
    LOG=resumed-$round ranks "$ranks" $length --batch "$batch" --out killed.zip --resume
    echo "rank $rank killed: ended $took s after with code $code, left: ${left:-none}; $(grep -h 'error: node' "srun-$round.log" | paste -sd'|'); resumed with $ranks: $(losses "resumed-$round.out" | wc -w) epochs"
  done
}

# 4. train.sbatch: told to stop by scancel --signal, ended by scancel, out of time; each goes on to the losses of an unbroken run.
submit() { # name, options of sbatch…
  local name=$1; shift
  rm -rf "$name".zip* "$name".out "$name".log
  # shellcheck disable=SC2086
  sbatch --parsable --nodes=2 --output="$name.out" --error="$name.log" "$@" "$here/train.sbatch" ${how#train} $length --batch "$batch" --out "$name.zip"
}
ended() { until [ -z "$(squeue --noheader --jobs="$1" 2> /dev/null)" ]; do sleep 0.2; done; }
verdict() { # name, number of the job
  echo "$1: started $(($(scontrol show job "$2" | sed -n 's/.*Restarts=\([0-9]*\).*/\1/p') + 1)) times, losses $([ "$(losses "$1.out")" = "$(losses unbroken.out)" ] && echo 'of the unbroken run' || echo OTHERS)"
}
unbroken() { [ -e unbroken.out ] || LOG=unbroken ranks 2 $length --batch "$batch" --out unbroken.zip; }
stop() {
  unbroken
  job=$(submit signal)
  checkpoint signal.zip $$
  sleep "1.$RANDOM"
  scancel --signal=TERM "$job"
  ended "$job"
  verdict signal "$job"

  job=$(submit cancelled)
  checkpoint cancelled.zip $$
  sleep "1.$RANDOM"
  start=$(date +%s.%N)
  scancel "$job"
  ended "$job"
  echo "scancel: ended after $(seconds "$start") s as $(scontrol show job "$job" | sed -n 's/.*JobState=\([A-Z]*\).*/\1/p')"
  mv cancelled.log cancelled-before.log
  # shellcheck disable=SC2086
  job=$(sbatch --parsable --nodes=2 --output=cancelled.out --error=cancelled.log "$here/train.sbatch" ${how#train} $length --batch "$batch" --out cancelled.zip)
  ended "$job"
  verdict cancelled "$job"
}
limit() {
  unbroken
  job=$(submit limit --time=1 --signal=TERM@45)
  ended "$job"
  verdict limit "$job"
}
length="--epochs ${EPOCHS:-6} --items id+text"

for part in $parts; do echo "$part:"; "$part"; done
