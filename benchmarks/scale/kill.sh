#!/usr/bin/env bash
# How long a job lives after one of its ranks was killed at a random step, and that it goes on with the same or another number of
# ranks: kill.sh OUT. DATA: a folder that seqrec trains on. ROUNDS: how often (default 5). EPOCHS, BATCH: of the training.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd) out=$(realpath -m "${1:?where to}")
: "${DATA:?a folder that seqrec trains on}"
data=$(realpath "$DATA")
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_NUM_THREADS=1
seqrec="dotnet $root/src/MlNetSeqRec.Cli/bin/Release/net10.0/seqrec.dll"
mkdir -p "$out" && cd "$out"
how="--data $data --device cpu --json --no-transitions --no-text-similarity --patience 1000 --epochs ${EPOCHS:-6} --batch ${BATCH:-1024} --out model.zip"
ranks() { mpirun --oversubscribe --bind-to none --mca mpi_yield_when_idle 1 -n "$@"; }
victim() { # rank: its process in the job that is named in the environment
  for process in $(pgrep -f "seqrec.dll train"); do
    if grep -qz "^SCALE_JOB=$SCALE_JOB\$" "/proc/$process/environ" 2> /dev/null && grep -qz "^OMPI_COMM_WORLD_RANK=$1\$" "/proc/$process/environ" 2> /dev/null; then echo "$process"; fi
  done
}
job=
trap '[ -z "$job" ] || kill "$job" 2> /dev/null || true' EXIT
for round in $(seq "${ROUNDS:-5}"); do
  rm -rf model.zip model.zip.checkpoint
  export SCALE_JOB=$$-$round
  # shellcheck disable=SC2086
  mpirun --oversubscribe --bind-to none --mca mpi_yield_when_idle 1 -n 2 $seqrec train $how > /dev/null 2> "kill-$round.log" &
  job=$!
  until [ -e model.zip.checkpoint/checkpoint.bin ]; do sleep 0.1; kill -0 "$job"; done
  sleep "$((RANDOM % 2)).$RANDOM"
  process=$(victim $((round % 2)))
  start=$(date +%s.%N)
  kill -KILL "$process"
  wait "$job" || true
  job=
  seconds=$(echo "$(date +%s.%N) - $start" | bc)
  then=$((round % 3 + 1))
  # shellcheck disable=SC2086
  if [ "$then" -eq 1 ]; then $seqrec train $how --resume > "resumed-$round.json" 2> "resumed-$round.log"; else ranks "$then" $seqrec train $how --resume > "resumed-$round.json" 2> "resumed-$round.log"; fi
  echo "round $round: ended $seconds s after; $(grep -m1 'exited on signal' "kill-$round.log"); resumed with $then: $(python3 -c "import json; print(len(json.load(open('resumed-$round.json'))['history']), 'epochs')")"
done
