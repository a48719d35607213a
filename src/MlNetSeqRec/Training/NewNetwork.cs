using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>A network with random weights, as the options ask for it.</summary>
internal static class NewNetwork
{
    public static SequentialNetwork Make(SequentialTransformerOptions options, ItemEncoding encoding, int items, ItemTokenizer? tokenizer, Device device)
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
            Dropout = options.Dropout,
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
