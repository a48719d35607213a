using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>The tokens of a catalogue's items on the device, as the item encoder takes them.</summary>
internal sealed class TokenTable : IDisposable
{
    private readonly ItemTokens _tokens;
    private readonly Device _device;

    public TokenTable(ItemTokens tokens, Device device)
    {
        (_tokens, _device) = (tokens, device);
        All = Make(Enumerable.Range(0, tokens.ItemCount), tokens.ItemCount);
    }

    /// <summary>The tokens of the whole catalogue, in its order.</summary>
    public TokenBatch All { get; }

    public void Dispose()
    {
        All.Tokens.Dispose();
        All.Offsets.Dispose();
        All.Counts.Dispose();
    }

    private TokenBatch Make(IEnumerable<int> items, int count)
    {
        var flat = new List<long>();
        var offsets = new long[count];
        var counts = new float[count];
        int i = 0;
        foreach (int item in items)
        {
            ReadOnlySpan<int> tokens = _tokens.Of(item);
            offsets[i] = flat.Count;
            counts[i++] = tokens.Length;
            foreach (int token in tokens)
                flat.Add(token);
        }

        return new TokenBatch(tensor(flat.ToArray(), device: _device), tensor(offsets, device: _device), tensor(counts, device: _device));
    }
}
