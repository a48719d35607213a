using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Scores of single blocks of consecutive items for single users, in 32-bit floats, with minus infinity for excluded
/// items and beyond the last item. The products are summed without a matrix product, which could use fewer bits.
/// </summary>
/// <param name="vectors">[items, width]</param>
/// <param name="states">[users, width]</param>
/// <param name="block">Items in a block.</param>
/// <param name="gatherBytes">Bytes of item vectors that are gathered at once.</param>
/// <param name="excluded">Pairs of users and items, in ascending order.</param>
internal sealed class BlockScores(Tensor vectors, Tensor states, int block, long gatherBytes, (Tensor Users, Tensor Items)? excluded)
{
    private readonly Tensor? _excludedKeys = excluded is { } pairs && pairs.Users.shape[0] > 0 ? (pairs.Users * vectors.shape[0]) + pairs.Items : null;
    private readonly Tensor _inBlock = arange(block, device: vectors.device);

    /// <summary>Blocks in the catalogue; the last may be a part of one.</summary>
    public long Count => (vectors.shape[0] + block - 1) / block;

    /// <summary>Scores and items of some blocks of each user, ascending: [users, blocks] gives [users, blocks × items in a block].</summary>
    public (Tensor Scores, Tensor Items) Of(Tensor blocks)
    {
        Tensor users = arange(blocks.shape[0], device: blocks.device).repeat_interleave(blocks.shape[1]);
        (Tensor scores, Tensor items) = Of(users, blocks.flatten());
        return (scores.view(blocks.shape[0], -1), items.view(blocks.shape[0], -1));
    }

    /// <summary>Replaces the maxima of blocks that hold excluded items by those of their other items.</summary>
    /// <param name="maxima">[blocks, users]</param>
    public void Mend(Tensor maxima)
    {
        if (_excludedKeys is null)
            return;
        Tensor blocks = excluded!.Value.Items.floor_divide(block);
        Tensor mended = Of(excluded.Value.Users, blocks).Scores.amax([1]).to(maxima.dtype);
        maxima.index_put_(mended, blocks, excluded.Value.Users);
    }

    // Scores and items of pairs of a user and a block, [pairs, items in a block].
    private (Tensor Scores, Tensor Items) Of(Tensor users, Tensor blocks)
    {
        long atOnce = Math.Max(1, gatherBytes / (block * vectors.shape[1] * sizeof(float)));
        var scores = new List<Tensor>();
        var items = new List<Tensor>();
        for (long start = 0; start < users.shape[0]; start += atOnce)
        {
            using DisposeScope scope = NewDisposeScope();
            long pairs = Math.Min(atOnce, users.shape[0] - start);
            Tensor of = (blocks.narrow(0, start, pairs) * block).unsqueeze(1) + _inBlock;
            scores.Add(Score(users.narrow(0, start, pairs), of).MoveToOuterDisposeScope());
            items.Add(of.MoveToOuterDisposeScope());
        }

        return (cat(scores, 0), cat(items, 0));
    }

    private Tensor Score(Tensor users, Tensor items)
    {
        long last = vectors.shape[0] - 1;
        Tensor known = items.clamp_max(last);
        Tensor products = vectors.index_select(0, known.flatten()).view(items.shape[0], block, -1);
        products.mul_(states.index_select(0, users).unsqueeze(1));
        Tensor scores = products.sum(-1);
        scores.masked_fill_(items > last, float.NegativeInfinity);
        if (_excludedKeys is not null)
        {
            Tensor keys = (users * vectors.shape[0]).unsqueeze(1) + known;
            Tensor place = searchsorted(_excludedKeys, keys).clamp_max_(_excludedKeys.shape[0] - 1);
            scores.masked_fill_(_excludedKeys.index_select(0, place.flatten()).view_as(keys) == keys, float.NegativeInfinity);
        }

        return scores;
    }
}
