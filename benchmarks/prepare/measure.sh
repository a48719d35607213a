#!/usr/bin/env bash
# Runs prepare once in an empty folder and prints its time, the most memory that was resident and the most disk that it took.
# measure.sh OUT [options of prepare]: e.g. measure.sh /tmp/o --reviews g20/Generated.csv.gz --items g20/meta_Generated.json.gz --memory 4GB
set -euo pipefail
out=$1 && shift
seqrec=(${SEQREC:-dotnet "$(dirname "$0")/../../src/MlNetSeqRec.Cli/bin/Release/net10.0/seqrec.dll"})
rm -rf "$out" && mkdir -p "$out"
start=$(date +%s%N)
"${seqrec[@]}" prepare --out "$out" "$@" & process=$!
memory=0 disk=0
while kill -0 "$process" 2> /dev/null; do
  resident=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$process/status" 2> /dev/null || true)
  used=$(du -sk "$out" 2> /dev/null | cut -f 1 || true)
  [ "${resident:-0}" -gt "$memory" ] && memory=$resident
  [ "${used:-0}" -gt "$disk" ] && disk=$used
  sleep 0.2
done
wait "$process"
echo "wall $((($(date +%s%N) - start) / 1000000)) ms, VmHWM $((memory / 1000)) MB, disk at most $((disk / 1000)) MB, of which output $(($(du -sk "$out" | cut -f 1) / 1000)) MB"
