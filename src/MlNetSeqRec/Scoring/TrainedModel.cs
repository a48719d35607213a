using System.Text;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>All that a trained model is: the network, the catalogue, the tokenizer and how often each item was seen.</summary>
internal sealed class TrainedModel : IDisposable
{
    private readonly Lazy<Ranker> _ranker;
    private readonly List<Tensor> _owned = [];

    public TrainedModel(SequentialNetwork network, ItemCatalogue catalogue, ItemTokenizer? tokenizer, int[] popularity, TrainingSummary training, Device device)
    {
        (Network, Catalogue, Tokenizer, Popularity, Training, Device) = (network, catalogue, tokenizer, popularity, training, device);
        _ranker = new Lazy<Ranker>(MakeRanker);
    }

    public SequentialNetwork Network { get; }

    public ItemCatalogue Catalogue { get; }

    public ItemTokenizer? Tokenizer { get; }

    /// <summary>How often each item occurs in the training histories.</summary>
    public int[] Popularity { get; }

    public TrainingSummary Training { get; }

    public Device Device { get; }

    /// <summary>Ranks with the item vectors of the whole catalogue, which are computed once.</summary>
    public Ranker Ranker => _ranker.Value;

    /// <summary>What is wrong with a model file, in one line: a damaged name may have any characters.</summary>
    public static string Describe(Exception cause) =>
        $"The model file is damaged or was written by another version: {string.Concat(cause.Message.Where(c => !char.IsControl(c)))}";

    public void Save(BinaryWriter writer)
    {
        writer.Write(JsonSerializer.Serialize(Network.Shape));
        writer.Write(JsonSerializer.Serialize(Training));
        Catalogue.Save(writer);
        writer.Write(Tokenizer is not null);
        Tokenizer?.Save(writer);
        foreach (int count in Popularity)
            writer.Write(count);
        Weights.Write(writer, Network);
    }

    public static TrainedModel Load(BinaryReader reader, Device device)
    {
        try
        {
            NetworkShape shape = JsonSerializer.Deserialize<NetworkShape>(reader.ReadText())!;
            TrainingSummary training = JsonSerializer.Deserialize<TrainingSummary>(reader.ReadText())!;
            ItemCatalogue catalogue = ItemCatalogue.Load(reader);
            ItemTokenizer? tokenizer = reader.ReadBoolean() ? ItemTokenizer.Load(reader) : null;
            int[] popularity = [.. Enumerable.Range(0, catalogue.Count).Select(_ => reader.ReadInt32())];
            if (!shape.Fits(catalogue.Count, tokenizer?.RowCount ?? 0))
                throw new InvalidDataException("its sizes do not fit together");
            var network = new SequentialNetwork(shape);
            Weights.Read(reader, network);
            network.to(device);
            network.eval();
            return new TrainedModel(network, catalogue, tokenizer, popularity, training, device);
        }
        catch (Exception e) when (e is EndOfStreamException or JsonException or DecoderFallbackException or FormatException or InvalidDataException)
        {
            throw new InvalidDataException(Describe(e), e);
        }
    }

    public void Dispose()
    {
        if (_ranker.IsValueCreated)
            _ranker.Value.Dispose();
        foreach (Tensor tensor in _owned)
            tensor.Dispose();
        Network.Dispose();
    }

    private Ranker MakeRanker()
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            Network.eval();
            using TokenTable? tokens = Tokenizer is null ? null : new TokenTable(Tokenizer.Tokenize(Catalogue), Device);
            Tensor vectors = Network.ItemEncoder.Encode(null, tokens?.All).detach().clone().DetachFromDisposeScope();
            Tensor popularity = tensor(Popularity.Select(count => (float)count).ToArray(), device: Device).DetachFromDisposeScope();
            _owned.AddRange([vectors, popularity]);
            return new Ranker(Network, vectors, popularity);
        }
    }
}
