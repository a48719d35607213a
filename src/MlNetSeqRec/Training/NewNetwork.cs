using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>A network with random weights, as the options ask for it.</summary>
internal static class NewNetwork
{
    /// <param name="options">What is asked for.</param>
    /// <param name="encoding">What item vectors are made from.</param>
    /// <param name="items">Size of the catalogue.</param>
    /// <param name="tokenizer">Of the items' text; null without.</param>
    /// <param name="dropout">Share of values that is dropped where the options do not say.</param>
    /// <param name="device">Where it is to be.</param>
    public static SequentialNetwork Make(SequentialTransformerOptions options, ItemEncoding encoding, int items, ItemTokenizer? tokenizer, double dropout, Device device)
    {
        random.manual_seed(options.Seed);
        var network = new SequentialNetwork(new NetworkShape
        {
            Encoding = encoding,
            Items = items,
            TokenRows = tokenizer?.RowCount ?? 0,
            Width = options.Width,
            Layers = options.Layers,
            Heads = options.Heads,
            MaximumLength = options.MaximumLength,
            Dropout = options.Dropout ?? dropout,
            TokenDropout = options.TokenDropout,
            Temperature = options.Temperature,
            Pooling = options.Pooling,
            Adapter = options.Adapter,
            PostNorm = options.PostNorm,
            IdDropout = encoding == ItemEncoding.IdAndText ? options.IdDropout : 0,
        });
        network.to(device);
        return network;
    }
}
