#!/usr/bin/env bash
# Makes a folder that runs on a Linux machine with a Python install of PyTorch and CUDA, without .NET: bundle.sh OUT
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd) out=${1:?where to}
for project in benchmarks/MlNetSeqRec.Benchmarks src/MlNetSeqRec.Cli; do
  dotnet publish "$root/$project" -c Release -r linux-x64 --self-contained -p:WithoutLibtorch=true -o "$out" -clp:ErrorsOnly
done
rm -f "$out"/*.pdb "$out"/*.xml "$out"/libmscord* "$out"/createdump "$out"/*.dbg
cp "$root"/benchmarks/speed/{reference.py,compare.sh,table.py} "$out"
du -sh "$out"
