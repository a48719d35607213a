"""A plain PyTorch trainer of the same network and loss as `seqrec train`: padded batches, bf16 autocast, fused AdamW,
eager or with torch.compile. All data lie on the GPU from the start, and the loss is taken at real positions alone.
Prints one line of JSON. See compare.sh."""
import argparse, collections, json, math, os, random, re, time
import torch, torch.nn as nn, torch.nn.functional as F


def read(folders):
    """Histories of item numbers by time, how long (log2 of days) before each event the last one was, and words of each item's text."""
    items, users, text = {}, collections.defaultdict(list), {}
    for f, folder in enumerate(folders):
        with open(os.path.join(folder, "items.tsv"), encoding="utf-8") as file:
            next(file)
            for line in file:
                fields = line.rstrip("\n").split("\t")
                number = items.setdefault((f, fields[0]), len(items))
                text[number] = re.findall(r"\w+", " ".join(fields[1:]).lower())[:32]
        with open(os.path.join(folder, "interactions.tsv"), encoding="utf-8") as file:
            next(file)
            for line in file:
                user, item, stamp = line.rstrip("\n").split("\t")[:3]
                users[(f, user)].append((float(stamp), items.setdefault((f, item), len(items))))
    histories, gaps = [], []
    for events in users.values():
        events.sort(key=lambda e: e[0])
        histories.append([item for _, item in events])
        days = [(after[0] - before[0]) / 86400 for before, after in zip(events, events[1:])]
        gaps.append([0] + [1 + min(14, int(math.log2(1 + d))) for d in days])
    words = collections.Counter(w for t in text.values() for w in t)
    rows = {w: i + 1 for i, (w, _) in enumerate(words.most_common(16000))}
    tokens = torch.zeros(len(items), 32, dtype=torch.long)
    for item, t in text.items():
        own = [rows[w] for w in t if w in rows]
        tokens[item, : len(own)] = torch.tensor(own, dtype=torch.long)
    return histories, gaps, tokens, len(rows) + 1


class Block(nn.Module):
    def __init__(self, width, heads, dropout, gated):
        super().__init__()
        self.gated, hidden = gated, 8 * width // 3 if gated else 4 * width  # as many weights with a gate as without
        self.heads, self.norm1, self.norm2 = heads, nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down, self.drop = nn.Linear(width, 2 * hidden if gated else hidden), nn.Linear(hidden, width), nn.Dropout(dropout)

    def forward(self, x):
        b, n, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, n, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.drop(self.out(a.transpose(1, 2).reshape(b, n, d)))
        h = self.up(self.norm2(x))
        if self.gated:
            h, gate = h.chunk(2, dim=-1)
            return x + self.drop(self.down(h * F.gelu(gate)))
        return x + self.drop(self.down(F.gelu(h)))


class Network(nn.Module):
    def __init__(self, a, items, words, tokens):
        super().__init__()
        self.a, w = a, a.width
        self.ids = nn.Embedding(items, w) if "id" in a.encoding else None
        if "text" in a.encoding:
            self.words = nn.Embedding(words, w, padding_idx=0)
            counts = (tokens > 0).sum(1)
            self.register_buffer("flat", tokens[tokens > 0])
            self.register_buffer("offsets", counts.cumsum(0) - counts)
            self.register_buffer("counts", counts)
            self.norm, self.up, self.down = nn.LayerNorm(w), nn.Linear(w, w), nn.Linear(w, w)
        self.positions, self.drop = nn.Embedding(a.length, w), nn.Dropout(a.dropout)
        self.gaps = nn.Embedding(16, w) if a.gaps else None
        self.blocks, self.final = nn.ModuleList(Block(w, a.heads, a.dropout, a.gated) for _ in range(a.layers)), nn.LayerNorm(w)
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.normal_(p, 0, 0.02)

    def items(self, which, tokens):
        v = None
        if "text" in self.a.encoding:
            if which is None:  # all items: their words in one flat list
                kept = (torch.rand(self.flat.shape, device=self.flat.device) >= 0.2).float() if self.training else torch.ones_like(self.flat, dtype=torch.float32)
                s = F.embedding_bag(self.flat, self.words.weight.float(), self.offsets, mode="sum", per_sample_weights=kept)
                s = s / self.counts.clamp_min(1).sqrt()[:, None]
            else:
                own = tokens[which]
                counts = (own > 0).sum(1, keepdim=True)
                if self.training:
                    own = own * (torch.rand(own.shape, device=own.device) >= 0.2)
                s = F.embedding_bag(own, self.words.weight, mode="sum", padding_idx=0) / counts.clamp_min(1).sqrt()
            v = s + self.down(F.gelu(self.up(self.norm(s))))
        if self.ids is not None:
            own = self.ids.weight if which is None else self.ids(which)
            v = own if v is None else v + own
        return v

    def states(self, x, from_end, gap):
        x = x + self.positions(from_end)
        x = self.drop(x if self.gaps is None else x + self.gaps(gap))
        for block in self.blocks:
            x = block(x)
        return F.normalize(self.final(x).float(), dim=-1) / 0.07


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--data", nargs="*", default=[])
    p.add_argument("--equal", default="")  # users,items,length: drawn histories of one length, in place of data
    p.add_argument("--encoding", default="text")
    for name, value in dict(width=128, layers=2, heads=4, length=50, targets=4096, negatives=0, epochs=1000, warm=2, seed=1).items():
        p.add_argument("--" + name, type=int, default=value)
    p.add_argument("--dropout", type=float, default=0.5)
    p.add_argument("--seconds", type=float, default=60)
    p.add_argument("--patience", type=int, default=10)
    p.add_argument("--mode", default="eager")  # eager, compile, reduce-overhead
    p.add_argument("--no-validation", action="store_true")
    p.add_argument("--gated", action="store_true")  # feed-forward parts with a gate
    p.add_argument("--gaps", action="store_true")  # the time since the event before is added to each input
    a = p.parse_args()
    torch.manual_seed(a.seed)
    random.seed(a.seed)
    torch.backends.cuda.matmul.allow_tf32 = True
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if a.equal:
        users, count, n = map(int, a.equal.split(","))
        histories = [[random.randrange(count) for _ in range(n + 3)] for _ in range(users)]
        gaps = [[0] * len(h) for h in histories]
        tokens, words = torch.zeros(count, 1, dtype=torch.long), 1
    else:
        histories, gaps, tokens, words = read(a.data)
    items = tokens.shape[0]
    both = list(zip(histories, gaps))
    kept = [(h, g) for h, g in both if len(h) >= 3]
    train = [(h[:-2], g) for h, g in kept] + [(h, g) for h, g in both if len(h) < 3]
    windows, window_gaps = [], []
    for h, g in train:  # windows of at most `length` targets, from the latest back
        end = len(h)
        while end >= 2:
            begin = max(0, end - a.length - 1)
            windows.append(h[begin:end])
            window_gaps.append(g[begin:end])
            end = begin + 1
    real = sum(len(w) - 1 for w in windows)
    rows = len(windows)
    inputs, targets = torch.zeros(rows, a.length, dtype=torch.long), torch.zeros(rows, a.length, dtype=torch.long)
    from_end, since, lengths = torch.zeros(rows, a.length, dtype=torch.long), torch.zeros(rows, a.length, dtype=torch.long), torch.tensor([len(w) - 1 for w in windows])
    for r, w in enumerate(windows):
        n = len(w) - 1
        inputs[r, :n], targets[r, :n] = torch.tensor(w[:-1]), torch.tensor(w[1:])
        from_end[r, :n], since[r, :n] = torch.arange(n - 1, -1, -1), torch.tensor(window_gaps[r][:-1])
    valid = torch.arange(a.length)[None] < lengths[:, None]
    inputs, targets, from_end, since, tokens = (t.to(device) for t in (inputs, targets, from_end, since, tokens))
    net = Network(a, items, words, tokens).to(device)
    batch = max(1, min(rows, round(a.targets / (real / rows))))
    popularity = torch.bincount(torch.tensor([i for w in windows for i in w]), minlength=items).float().to(device)
    log_q = (popularity / popularity.sum()).clamp_min(1e-12).log()
    opt = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.01, **(dict(fused=True) if device == "cuda" else {}))

    def loss_of(x, end, gap, place, target, weight, unique, negative, correction, target_correction):
        with torch.autocast(device, torch.bfloat16):
            vectors = net.items(unique, tokens)
            unit = F.normalize(vectors, dim=-1)
            states = net.states(F.embedding(x, vectors), end, gap).flatten(0, 1)[place]
            if negative is None:
                return F.cross_entropy(states @ unit.t(), target)
            scores = states @ unit[negative].t() - correction
            scores = scores.masked_fill(target[:, None] == negative[None], float("-inf"))
            own = (states * unit[target]).sum(1) - target_correction
            losses = F.cross_entropy(torch.cat([own[:, None], scores], 1).float(), torch.zeros_like(target), reduction="mean" if weight is None else "none")
            return losses if weight is None else (losses * weight).sum()

    compiled = loss_of if a.mode == "eager" else torch.compile(loss_of, mode=None if a.mode == "compile" else a.mode)

    def prepare(picked):
        place = valid[picked].flatten().nonzero().squeeze(1)  # on the CPU: nothing waits for the GPU
        on = picked.to(device, non_blocking=True)
        place = place.to(device, non_blocking=True)
        x, end, gap, target = inputs[on], from_end[on], since[on], targets[on].flatten()[place]
        unique = negative = correction = target_correction = None
        if a.negatives:
            negative = torch.multinomial(popularity, a.negatives, replacement=True)
            target_correction, correction = log_q[target], log_q[negative]
            if "text" in a.encoding:
                unique, inverse = torch.unique(torch.cat([x.flatten(), target, negative]), return_inverse=True)
                x, target, negative = inverse[: x.numel()].view(x.shape), inverse[x.numel() : -a.negatives], inverse[-a.negatives :]
        return x, end, gap, place, target, None, unique, negative, correction, target_correction

    # Negatives' items beside the batch's leave too many sizes open for the compiler: there, targets and items are filled up to one size.
    most = None
    if a.mode != "eager" and a.negatives and "text" in a.encoding:
        samples = [prepare(torch.randperm(rows)[:batch]) for _ in range(50)]
        most = [math.ceil(1.02 * max(len(s[part]) for s in samples) / 64) * 64 for part in (3, 6)]

    def fill(parts):
        x, end, gap, place, target, _, unique, negative, correction, target_correction = parts
        short = most[0] - len(target)
        if short < 0 or most[1] < len(unique):
            return None
        weight = F.pad(torch.full((len(target),), 1 / len(target), device=device), (0, short))
        return x, end, gap, F.pad(place, (0, short)), F.pad(target, (0, short)), weight, F.pad(unique, (0, most[1] - len(unique))), negative, correction, F.pad(target_correction, (0, short))

    def step(picked):
        parts = prepare(picked)
        if most is not None:
            filled = fill(parts)
            loss = loss_of(*parts) if filled is None else compiled(*filled)
        else:
            if a.mode != "eager":
                for t in (parts[3], parts[4]):
                    torch._dynamo.mark_dynamic(t, 0)
            loss = compiled(*parts)
        opt.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()

    held, chunks = kept, []
    for start in range(0, len(held), 2048):  # made once
        some = held[start : start + 2048]
        x = torch.zeros(len(some), a.length, dtype=torch.long)
        end, gap, last = torch.zeros_like(x), torch.zeros_like(x), []
        for r, (h, g) in enumerate(some):
            own = h[:-2][-a.length :]
            x[r, : len(own)], end[r, : len(own)] = torch.tensor(own), torch.arange(len(own) - 1, -1, -1)
            gap[r, : len(own)] = torch.tensor(g[:-2][-a.length :])
            last.append(len(own) - 1)
        some = [h for h, _ in some]
        parts = x, end, gap, torch.tensor(last), torch.tensor([h[-2] for h in some]), torch.tensor([r for r, h in enumerate(some) for _ in h[:-2]]), torch.tensor([i for h in some for i in h[:-2]])
        chunks.append([t.to(device) for t in parts])

    @torch.no_grad()
    def ndcg():
        net.eval()
        unit, total = None, 0.0
        with torch.autocast(device, torch.bfloat16):
            vectors = net.items(None, tokens)
            unit = F.normalize(vectors, dim=-1)
            for x, end, gap, last, target, seen_row, seen_item in chunks:
                states = net.states(F.embedding(x, vectors), end, gap)[torch.arange(len(x), device=device), last]
                scores = (states @ unit.t()).float()
                own = scores.gather(1, target[:, None])
                scores[seen_row, seen_item] = float("-inf")
                scores.scatter_(1, target[:, None], float("-inf"))
                rank = 1 + (scores > own).sum(1) + 0.5 * (scores == own).sum(1)
                total += torch.where(rank <= 10, 1 / torch.log2(rank + 1), torch.zeros_like(rank)).sum().item()
        net.train()
        return total / len(held)

    def wait():
        if device == "cuda":
            torch.cuda.synchronize()

    begin, epochs, best = time.time(), [], 0.0
    for epoch in range(a.epochs):
        wait()
        started = time.time()
        order = torch.randperm(rows)
        for s in range(0, rows - batch + 1, batch):
            step(order[s : s + batch])
        wait()
        trained = time.time() - started
        value = None if a.no_validation else ndcg()
        epochs.append(dict(train=trained, at=time.time() - begin, ndcg=value))
        if value is not None and value > best:
            best, best_epoch = value, epoch
        if time.time() - begin - epochs[0]["at"] > a.seconds or (value is not None and epoch - best_epoch >= a.patience):
            break
    times = sorted(e["train"] for e in epochs[min(a.warm, len(epochs) - 1):])
    per_epoch = times[len(times) // 2]
    share = (rows - rows % batch) / rows if rows >= batch else 1
    print(json.dumps(dict(mode=a.mode, encoding=a.encoding, width=a.width, layers=a.layers, length=a.length, negatives=a.negatives,
        items=items, targets=real, rowsPerBatch=batch, stepsPerEpoch=max(1, rows // batch), secondsPerEpoch=round(per_epoch, 4),
        targetsPerSecond=round(real * share / per_epoch), msPerStep=round(1000 * per_epoch / max(1, rows // batch), 3), firstEpoch=round(epochs[0]["train"], 2),
        peakMegabytes=round(torch.cuda.max_memory_allocated() / 1e6) if device == "cuda" else None,
        best=round(best, 5), epochs=len(epochs), curve=[(round(e["at"], 3), e["ndcg"] and round(e["ndcg"], 5)) for e in epochs])))


main()
