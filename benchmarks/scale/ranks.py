"""The tables of ranks.sh."""
import json
import pathlib
import sys

out = pathlib.Path(sys.argv[1])


def read(name):
    return json.loads((out / f"{name}.json").read_text())


def losses(run):
    return [epoch["loss"] for epoch in run["history"]]


for name in ("curve", "dropout"):
    if not (out / f"{name}-2.json").exists():
        continue
    one, two = read(f"{name}-1"), read(f"{name}-2")
    print(f"{name}: epoch, loss of one rank with the doubled batch, of two, difference")
    for epoch, (a, b) in enumerate(zip(losses(one), losses(two)), 1):
        print(f"  {epoch}  {a:.6f}  {b:.6f}  {abs(a - b) / a:.1e}")
    print(f"  validation NDCG@10 {one['validation']['ndcg@10']:.5f} and {two['validation']['ndcg@10']:.5f}")

if (out / "speed-2-2.json").exists():
    print("speed, the best epoch after the first: seconds, steps/s, targets/s, share of the time in sums (of all epochs)")
    for name in ("half-1", "whole-1", "threads-1", "2"):
        runs = [read(f"speed-{name}-{round}") for round in (1, 2)]
        best = min(epoch["trainSeconds"] for run in runs for epoch in run["history"][1:])
        share = min(run["exchangeSeconds"] / sum(epoch["trainSeconds"] for epoch in run["history"]) for run in runs)
        print(f"  {name:10} {best:6.2f} s  {runs[0]['stepsPerEpoch'] / best:7.2f}/s  {runs[0]['targetsPerEpoch'] / best:8.0f}/s  {share:.0%}")

if (out / "wire-2.bytes").exists():
    wire = [int((out / f"wire-{n}.bytes").read_text()) for n in (1, 2)]
    run = read("wire-2")
    counted = (wire[1] - wire[0]) / run["stepsPerEpoch"]
    least = 2 * run["exchangedBytesPerStep"]  # each of two ranks sends its buffer once: 2(n-1)/n times its size
    print(f"wire: {run['exchangedBytesPerStep']} bytes in a step's buffer, so that two ranks together must send {least}; counted in lo {counted:.0f}, {counted / least:.3f} times as many")

if (out / "reduce.jsonl").exists():
    print("sums: ranks, bytes, microseconds, ns a byte, and that over what each rank must send and get, 2(n-1)/n")
    for line in (out / "reduce.jsonl").read_text().splitlines():
        row = json.loads(line)
        n = row["ranks"]
        print(f"  {n}  {row['bytes']:9}  {row['microseconds']:10.1f}  {row['nanosecondsPerByte']:7.3f}  {row['nanosecondsPerByte'] / (2 * (n - 1) / n):7.3f}")
