"""The tables of what compare.sh wrote: table.py FOLDER"""
import glob, json, os, statistics, sys

PEAK = 989e12  # dense bfloat16, as the maker says of an H100 or H200


def read(path):
    try:
        with open(path) as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def memory(path):
    try:
        values = [int(line) for line in open(path) if line.strip().isdigit()]
        return max(values)
    except (OSError, ValueError):
        return None


def until(curve, bar):
    return next((at for at, ndcg in curve if ndcg is not None and ndcg >= bar), None)


folder = sys.argv[1]
print(open(os.path.join(folder, "device.txt")).read().strip())
for name in ("beauty", "movielens", "corpus"):
    runs = {}
    for mode in ("eager", "compile", "reduce-overhead"):
        r = read(f"{folder}/{name}.{mode}.json")
        if r:
            runs["PyTorch " + mode] = dict(rate=r["targetsPerSecond"], epoch=r["secondsPerEpoch"], best=r["best"], curve=r["curve"], memory=memory(f"{folder}/{name}.{mode}.memory"), first=r["firstEpoch"], network=r)
    for precision in ("Single", "BFloat16"):
        r = read(f"{folder}/{name}.seqrec-{precision}.json")
        if r:
            later = [e["trainSeconds"] for e in r["history"][2:]] or [e["trainSeconds"] for e in r["history"]]
            epoch = statistics.median(later)
            runs["seqrec " + precision] = dict(rate=r["targetsPerEpoch"] / epoch, epoch=epoch, best=max(e["ndcg"] or 0 for e in r["history"]), curve=[(e["seconds"], e["ndcg"]) for e in r["history"]],
                                               memory=memory(f"{folder}/{name}.seqrec-{precision}.memory"), first=r["history"][0]["trainSeconds"])
    if not runs:
        continue
    theirs = [r for n, r in runs.items() if n.startswith("PyTorch")]
    bar = 0.95 * max((r["best"] for r in theirs), default=0)
    network = next((r["network"] for r in theirs), None)
    print(f"\n{name}: 95 % of the reference's best is {bar:.4f}\n")
    print("| run | interactions/s | against compile | seconds an epoch | epochs/s | share of the device's bf16 rate | memory, MB | first epoch, s | best validation NDCG@10 | seconds to the bar |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    compiled = runs.get("PyTorch compile", {}).get("rate")
    for run, r in runs.items():
        flops = 0
        if network:  # forward and backward: 6 for each weight that a target meets
            width, layers = network["width"], network["layers"]
            scored = network["negatives"] or network["items"]
            flops = 6 * (12 * width * width * layers + width * scored)
        at = until(r["curve"], bar)
        ratio = f"{r['rate'] / compiled:.2f}" if compiled else ""
        print(f"| {run} | {r['rate']:,.0f} | {ratio} | {r['epoch']:.3f} | {1 / r['epoch']:.2f} | {100 * flops * r['rate'] / PEAK:.2f} % | {r['memory'] or ''} | {r['first']:.1f} | {r['best']:.4f} | {at if at is None else round(at, 1)} |")

for name in ("equal.seqrec", "equal.reference", "text", "growth", "scoring"):
    path = f"{folder}/{name}.jsonl"
    if os.path.exists(path):
        print(f"\n{name}")
        for line in open(path):
            print(line.strip())
for path in sorted(glob.glob(f"{folder}/*.log")):
    errors = [line for line in open(path, errors="replace") if "rror" in line or "xception" in line]
    if errors:
        print(f"{os.path.basename(path)}: {errors[-1].strip()[:300]}")
