using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Hard negatives (SRT): for each item those whose vectors point most nearly the same way, but for the very nearest. All pairs
/// of items are compared, once an epoch. The vectors that the lists were made from are kept, and go into checkpoints, so
/// that a run that goes on in the middle of an epoch has the lists that the epoch began with.
/// </summary>
internal sealed class NearestItems : IDisposable
{
    private const long ScoresAtOnce = 64_000_000;

    private readonly SequentialNetwork _network;
    private readonly TokenTable? _tokens;
    private readonly int _pool;
    private readonly int _discard;
    private readonly NegativeSource _source;

    /// <param name="network">Whose item vectors are compared.</param>
    /// <param name="tokens">The catalogue's text, null without.</param>
    /// <param name="options">How many neighbours there are, and how many are passed over.</param>
    /// <param name="source">Is given the neighbours.</param>
    /// <exception cref="ArgumentException">The catalogue is too small.</exception>
    public NearestItems(SequentialNetwork network, TokenTable? tokens, SequentialTransformerOptions options, NegativeSource source)
    {
        (_network, _tokens, _source) = (network, tokens, source);
        int others = network.Shape.Items - 1;
        if (options.NearestDiscard >= others)
            throw new ArgumentException($"NearestDiscard is {options.NearestDiscard}, and an item has {others} others: nothing is left to draw; lower it, or draw negatives in another way");
        (_pool, _discard) = (Math.Min(options.NearestPool, others - options.NearestDiscard), options.NearestDiscard);
        Vectors = zeros(network.Shape.Items, network.Shape.Width, device: network.parameters().First().device).DetachFromDisposeScope();
    }

    /// <summary>The vectors that the lists are made from, [items, width].</summary>
    public Tensor Vectors { get; }

    /// <summary>Makes the lists of an epoch, from the vectors as they are now or, in the middle of one, from <see cref="Vectors"/>.</summary>
    public void Begin(bool isNewEpoch)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        if (isNewEpoch)
            Vectors.copy_(_network.ItemEncoder.Encode(null, _tokens?.All));
        int items = (int)Vectors.shape[0];
        var neighbours = new int[(long)items * _pool];
        Tensor directions = Vectors / Vectors.norm(1, keepdim: true).clamp_min(1e-12);
        long rowsAtOnce = Math.Max(1, ScoresAtOnce / items);
        for (long first = 0; first < items; first += rowsAtOnce)
        {
            using DisposeScope chunk = NewDisposeScope();
            long rows = Math.Min(rowsAtOnce, items - first);
            Tensor likeness = directions.narrow(0, first, rows).mm(directions.t());
            likeness.diagonal(first).fill_(float.NegativeInfinity); // an item is not its own neighbour
            long[] nearest = likeness.topk(_discard + _pool, 1).indexes.narrow(1, _discard, _pool).Values<long>();
            for (int i = 0; i < nearest.Length; i++)
                neighbours[(first * _pool) + i] = (int)nearest[i];
        }

        _source.Neighbours = new ItemNeighbours([.. Enumerable.Range(0, items + 1).Select(item => (long)item * _pool)], neighbours, null);
    }

    public void Dispose() => Vectors.Dispose();
}
