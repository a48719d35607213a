using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>Sizes of a <see cref="TiledSearch"/>.</summary>
internal sealed record TiledSearchOptions
{
    /// <summary>The type in which all items are scored: Float32, or BFloat16, which is faster on a GPU.</summary>
    public ScalarType Coarse { get; init; } = ScalarType.Float32;

    /// <summary>Consecutive items of which only the best one's score is kept.</summary>
    public int Block { get; init; } = 16;

    /// <summary>Bytes of a tile of scores: what a GPU's second-level cache holds.</summary>
    public long TileBytes { get; init; } = 32L << 20;

    /// <summary>Users that are searched for at once, at most.</summary>
    public int Users { get; init; } = 4096;

    /// <summary>Bytes of block maxima, which bound the users further where the catalogue is large.</summary>
    public long MaximaBytes { get; init; } = 1L << 30;

    /// <summary>Bytes of item vectors that are gathered at once.</summary>
    public long GatherBytes { get; init; } = 256L << 20;
}

/// <summary>
/// The best items of the whole catalogue by dot product, without a full matrix of scores. Items are scored in tiles; of a
/// tile only the maximum of each block of consecutive items is kept, and of these, maxima of maxima. The best K items lie
/// in the K blocks with the greatest maxima, so that only these blocks are scored again, in 32-bit floats. Of equal scores
/// the lower index comes first, at each level.
/// With 32-bit floats the result is exact but for rounding. With 16-bit ones, and where products may be rounded to TF32,
/// twice as many blocks are scored again: an item is missed only where rounding puts as many blocks again before its own.
/// </summary>
internal sealed class TiledSearch : IDisposable
{
    private const int Fan = 16; // maxima under one maximum of the next level
    private const int SortedAtOnce = 512;

    private readonly Tensor _vectors;
    private readonly Tensor _coarse;
    private readonly TiledSearchOptions _options;

    /// <param name="vectors">[items, width], 32-bit floats; not disposed of here.</param>
    /// <param name="options">Sizes; null for the usual ones.</param>
    public TiledSearch(Tensor vectors, TiledSearchOptions? options = null)
    {
        _options = options ?? new TiledSearchOptions();
        _vectors = vectors;
        _coarse = _options.Coarse == vectors.dtype ? vectors : vectors.to(_options.Coarse).DetachFromDisposeScope();
    }

    /// <summary>The best items of each user, best first. Where fewer are allowed the last scores are minus infinity.</summary>
    /// <param name="states">[users, width]</param>
    /// <param name="count">Items wanted; as many columns are given, or as many as there are items.</param>
    /// <param name="excluded">Items that a user shall not be given.</param>
    /// <returns>Scores and items, both [users, count]; the caller's dispose scope owns them.</returns>
    public (Tensor Scores, Tensor Items) Top(Tensor states, int count, ExcludedPairs? excluded = null)
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            count = (int)Math.Min(count, _vectors.shape[0]);
            long atOnce = UsersAtOnce(count);
            var scores = new List<Tensor>();
            var items = new List<Tensor>();
            for (long first = 0; first < states.shape[0]; first += atOnce)
            {
                using DisposeScope chunk = NewDisposeScope();
                long users = Math.Min(atOnce, states.shape[0] - first);
                (Tensor best, Tensor of) = TopOfChunk(states.narrow(0, first, users), count, excluded?.Of(first, users));
                scores.Add(best.MoveToOuterDisposeScope());
                items.Add(of.MoveToOuterDisposeScope());
            }

            return (cat(scores, 0).MoveToOuterDisposeScope(), cat(items, 0).MoveToOuterDisposeScope());
        }
    }

    public void Dispose()
    {
        if (!ReferenceEquals(_coarse, _vectors))
            _coarse.Dispose();
    }

    private bool IsExact => _coarse.dtype == ScalarType.Float32 && (_coarse.device_type == DeviceType.CPU || !backends.cuda.matmul.allow_tf32);

    private long UsersAtOnce(int count)
    {
        long blocks = (_vectors.shape[0] / _options.Block) + 1;
        long byMaxima = _options.MaximaBytes / (blocks * _coarse.ElementSize);
        long users = Math.Clamp(byMaxima, 1, _options.Users);
        return users >= 64 ? users / 64 * 64 : users; // whole tiles of the matrix product
    }

    private (Tensor Scores, Tensor Items) TopOfChunk(Tensor states, int count, (Tensor Users, Tensor Items)? excluded)
    {
        var blocks = new BlockScores(_vectors, states, _options.Block, _options.GatherBytes, excluded);
        Tensor best = BestBlocks(Levels(states, blocks), IsExact ? count : 2 * count);
        (Tensor scores, Tensor items) = blocks.Of(best);
        Tensor order = First(scores, count);
        return (scores.gather(1, order), items.gather(1, order));
    }

    // Maxima of blocks, maxima of these, and so on: each [rows, users]. Rows beyond the counted ones fill the last fan.
    private List<(Tensor Maxima, long Rows)> Levels(Tensor states, BlockScores blocks)
    {
        long users = states.shape[0];
        Tensor maxima = empty(Padded(blocks.Count), users, dtype: _coarse.dtype, device: _coarse.device);
        maxima.narrow(0, blocks.Count, maxima.shape[0] - blocks.Count).fill_(float.NegativeInfinity);
        long tile = Math.Max(1, _options.TileBytes / (users * _coarse.ElementSize * _options.Block)) * _options.Block;
        SearchScripts.BlockMaxima(_coarse, states.to(_coarse.dtype), _options.Block, tile, maxima);
        blocks.Mend(maxima);

        List<(Tensor Maxima, long Rows)> levels = [(maxima, blocks.Count)];
        while (levels[^1].Rows > SortedAtOnce)
        {
            Tensor up = levels[^1].Maxima.view(-1, Fan, users).amax([1]);
            long rows = up.shape[0];
            if (Padded(rows) > rows)
                up = cat([up, full(Padded(rows) - rows, users, float.NegativeInfinity, dtype: up.dtype, device: up.device)], 0);
            levels.Add((up, rows));
        }

        return levels;
    }

    // From the greatest maxima of the last level down to blocks: [users, blocks].
    private static Tensor BestBlocks(List<(Tensor Maxima, long Rows)> levels, int count)
    {
        (Tensor top, long topRows) = levels[^1];
        Tensor best = First(top.narrow(0, 0, topRows).t(), count).sort(1).Values; // ascending, for equal scores below
        Tensor fan = arange(Fan, device: best.device);
        foreach ((Tensor maxima, long rows) in Enumerable.Reverse(levels).Skip(1))
        {
            Tensor children = ((best * Fan).unsqueeze(-1) + fan).flatten(1);
            Tensor places = First(maxima.t().gather(1, children), Math.Min(count, rows));
            best = children.gather(1, places).sort(1).Values;
        }

        return best;
    }

    // The places of the greatest values of each row; of equal ones the first.
    private static Tensor First(Tensor values, long count) =>
        sort(values + 0, dim: 1, descending: true, stable: true).indices.narrow(1, 0, Math.Min(count, values.shape[1]));

    private static long Padded(long rows) => (rows + Fan - 1) / Fan * Fan;
}
