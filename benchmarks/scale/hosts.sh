#!/usr/bin/env bash
# Two hosts as network namespaces of this machine, joined by a cable (veth), each with a name of its own: what ranks.sh measures of the
# loss curve and of bytes, but between hosts, and a rank killed on the other host. hosts.sh OUT; as root, with iproute2 and Open MPI.
# DATA: a folder that seqrec trains on. RATE: most megabits a second on the cable (tc tbf; default: no limit).
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd) out=$(realpath -m "${1:?where to}") batch=${BATCH:-4096}
: "${DATA:?a folder that seqrec trains on}"
data=$(realpath "$DATA")
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_NUM_THREADS=1 SCALE_JOB=none
seqrec="dotnet $root/src/MlNetSeqRec.Cli/bin/Release/net10.0/seqrec.dll"
mkdir -p "$out" && cd "$out"

remove() { for node in 1 2; do ip netns delete "seqrec-$node" 2> /dev/null || true; done; }
trap remove EXIT
remove
ip netns add seqrec-1
ip netns add seqrec-2
ip link add name seqrec-cable netns seqrec-1 type veth peer name seqrec-cable netns seqrec-2
for node in 1 2; do
  ip -n "seqrec-$node" address add "10.77.0.$node/24" dev seqrec-cable
  ip -n "seqrec-$node" link set lo up
  ip -n "seqrec-$node" link set seqrec-cable up
  if [ -n "${RATE:-}" ]; then ip netns exec "seqrec-$node" tc qdisc add dev seqrec-cable root tbf rate "${RATE}mbit" burst 256kb latency 100ms; fi
done

# What mpirun calls in place of ssh, with an address and a command.
cat > "$out/agent.sh" << 'AGENT'
#!/bin/sh
node=${1##*.}; shift
exec ip netns exec "seqrec-$node" unshare --uts sh -c "hostname node$node; $*"
AGENT
chmod +x "$out/agent.sh"
hosts() { # command of both ranks
  ip netns exec seqrec-1 unshare --uts sh -c 'hostname node1; exec "$@"' sh \
    mpirun -H 10.77.0.1:1,10.77.0.2:1 -n 2 --bind-to none --mca mpi_yield_when_idle 1 --mca plm_rsh_agent "$out/agent.sh" --mca btl tcp,self \
    --mca btl_tcp_if_include seqrec-cable --mca oob_tcp_if_include seqrec-cable -x OMP_NUM_THREADS -x PATH -x SCALE_JOB "$@"
}
sent() { for node in 1 2; do ip netns exec "seqrec-$node" cat /sys/class/net/seqrec-cable/statistics/tx_bytes; done | paste -sd+ | bc; }
how="--data $data --device cpu --json --no-transitions --no-text-similarity --patience 1000 --items id+text --dropout 0 --token-dropout 0"

# shellcheck disable=SC2086
$seqrec train $how --batch $((2 * batch)) --epochs "${CURVE_EPOCHS:-4}" --out one.zip > hosts-1.json 2> hosts-1.log
for name in one all; do
  epochs=1
  [ "$name" = one ] || epochs=${CURVE_EPOCHS:-4}
  before=$(sent)
  # shellcheck disable=SC2086
  hosts $seqrec train $how --batch "$batch" --epochs "$epochs" --out two.zip > "hosts-2-$name.json" 2> "hosts-2-$name.log"
  echo $(($(sent) - before)) > "hosts-2-$name.bytes"
done

victim() { # rank: its process in the job that is named in the environment
  for process in $(pgrep -f "seqrec.dll train"); do
    if grep -qz "^SCALE_JOB=$SCALE_JOB\$" "/proc/$process/environ" 2> /dev/null && grep -qz "^OMPI_COMM_WORLD_RANK=$1\$" "/proc/$process/environ" 2> /dev/null; then echo "$process"; fi
  done
}

# The rank of the other host, killed at random moments.
: > hosts-kill.txt
for round in 1 2 3; do
  rm -rf two.zip.checkpoint
  export SCALE_JOB=$$-$round
  # shellcheck disable=SC2086
  hosts $seqrec train $how --batch "$batch" --epochs 1000 --out two.zip > /dev/null 2> "hosts-kill-$round.log" &
  job=$!
  until [ -e two.zip.checkpoint/checkpoint.bin ]; do sleep 0.1; kill -0 "$job"; done
  sleep "0.$RANDOM"
  process=$(victim 1)
  start=$(date +%s.%N)
  kill -KILL "$process"
  wait "$job" || true
  echo "round $round: $(echo "$(date +%s.%N) - $start" | bc) s; $(grep -m1 'exited on signal' "hosts-kill-$round.log")" | tee -a hosts-kill.txt
done

python3 - << 'PYTHON'
import json
one, two, first = (json.load(open(f"hosts-{name}.json")) for name in ("1", "2-all", "2-one"))
for epoch, (a, b) in enumerate(zip(one["history"], two["history"]), 1):
    print(f"epoch {epoch}: loss of one process {a['loss']:.6f}, of two hosts {b['loss']:.6f}, difference {abs(a['loss'] - b['loss']) / a['loss']:.1e}")
counted = (int(open("hosts-2-all.bytes").read()) - int(open("hosts-2-one.bytes").read())) / ((len(two["history"]) - 1) * two["stepsPerEpoch"])
least = 2 * two["exchangedBytesPerStep"]
print(f"bytes a step on the cable, both ways: {counted:.0f}; the least for two ranks {least}; {counted / least:.3f} times as many")
print(f"seconds of an epoch: one process {min(e['trainSeconds'] for e in one['history']):.2f}, two hosts {min(e['trainSeconds'] for e in two['history']):.2f}, of which in sums {two['exchangeSeconds'] / len(two['history']):.2f}")
PYTHON
