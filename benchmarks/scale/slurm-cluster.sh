#!/usr/bin/env bash
# A Slurm cluster of two hosts on this machine, as long as a command takes: slurm-cluster.sh OUT COMMAND…
# The hosts node1 (which also runs the controller and COMMAND) and node2 are network namespaces joined by a cable (veth), of two CPUs
# each as Slurm counts them. As root; Debian's slurmctld slurmd slurm-client munge iproute2. Daemons' logs go to OUT/cluster.
set -euo pipefail
out=$(realpath -m "${1:?where to}")/cluster; shift
rm -rf "$out" && mkdir -p "$out"/{state,node1,node2} && chmod 755 "$out"
export SLURM_CONF=$out/slurm.conf
daemons=()
printf '127.0.0.1 localhost\n10.77.0.1 node1\n10.77.0.2 node2\n' > "$out/hosts"
on() { # node, command…
  local node=$1; shift
  exec nsenter --net="/run/netns/seqrec-$node" unshare --uts --mount sh -c 'mount --bind "$1" /etc/hosts && hostname "$2" && shift 2 && exec "$@"' sh "$out/hosts" "node$node" "$@"
}
remove() { # jobs first, which outlive the daemons
  (on 1 scancel --signal=KILL --partition=all) > /dev/null 2>&1 || true
  (on 1 scancel --partition=all) > /dev/null 2>&1 || true
  for _ in $(seq 100); do [ -n "$( (on 1 squeue --noheader) 2> /dev/null)" ] || break; sleep 0.1; done
  [ "${#daemons[@]}" -eq 0 ] || kill "${daemons[@]}" 2> /dev/null || true
  [ "${#daemons[@]}" -eq 0 ] || wait "${daemons[@]}" 2> /dev/null || true
  for node in 1 2; do ip netns delete "seqrec-$node" 2> /dev/null || true; done
}
trap remove EXIT

ip netns add seqrec-1
ip netns add seqrec-2
ip link add name seqrec-cable netns seqrec-1 type veth peer name seqrec-cable netns seqrec-2
for node in 1 2; do
  ip -n "seqrec-$node" address add "10.77.0.$node/24" dev seqrec-cable
  ip -n "seqrec-$node" link set lo up
  ip -n "seqrec-$node" link set seqrec-cable up
done

cat > "$SLURM_CONF" << CONF
ClusterName=seqrec
SlurmctldHost=node1
SlurmUser=root
AuthInfo=socket=$out/munge.socket,cred_expire=${CRED_EXPIRE:-10}
CredType=cred/munge
StateSaveLocation=$out/state
SlurmdSpoolDir=$out/%n
TmpFS=$out/%n
SlurmctldPidFile=$out/slurmctld.pid
SlurmdPidFile=$out/%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SwitchType=switch/none
ReturnToService=2
KillWait=${KILL_WAIT:-30}
SlurmdParameters=config_overrides
NodeName=node1 NodeAddr=10.77.0.1 CPUs=2
NodeName=node2 NodeAddr=10.77.0.2 CPUs=2
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE
CONF
printf 'CgroupAutomount=no\nIgnoreSystemd=yes\n' > "$out/cgroup.conf" # is read though nothing is asked of cgroups
head -c 1024 /dev/urandom > "$out/munge.key" && chmod 600 "$out/munge.key"
munged --force --foreground --key-file="$out/munge.key" --socket="$out/munge.socket" --pid-file="$out/munged.pid" --seed-file="$out/munge.seed" --log-file="$out/munged.log" > /dev/null 2>&1 & daemons+=($!)
until [ -S "$out/munge.socket" ]; do sleep 0.1; kill -0 "${daemons[0]}"; done
(on 1 slurmctld -D -L "$out/slurmctld.log") > /dev/null 2>&1 & daemons+=($!)
for node in 1 2; do (on "$node" slurmd -D -N "node$node" -L "$out/node$node.log") > /dev/null 2>&1 & daemons+=($!); done
until (on 1 sinfo --noheader --states=idle --format=%D) 2> /dev/null | grep -qx 2; do
  sleep 0.5
  for daemon in "${daemons[@]}"; do kill -0 "$daemon" 2> /dev/null || { grep -h error "$out"/*.log >&2; exit 1; }; done
done
(on 1 "$@")
