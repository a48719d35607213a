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

    /// <summary>The same model over another catalogue, whose items are scored from their text alone. The weights are copied.</summary>
    /// <param name="catalogue">Items with text.</param>
    /// <param name="popularity">What is given for histories without a known item.</param>
    /// <param name="device">Where the new model is; null for where this one is.</param>
    /// <exception cref="InvalidOperationException">The model knows items by their ids alone.</exception>
    public TrainedModel WithCatalogue(ItemCatalogue catalogue, int[] popularity, Device? device = null)
    {
        device ??= Device;
        if (Tokenizer is null)
            throw new InvalidOperationException("The model knows items by their ids alone (ItemEncoding Id), so it cannot score other items: use a model of text");
        var network = new SequentialNetwork(Network.Shape with { Encoding = ItemEncoding.Text, Items = catalogue.Count });
        network.to(device);
        WeightTransfer.Copy(Network, network);
        network.eval();
        return new TrainedModel(network, catalogue, Tokenizer, popularity, Training, device);
    }

    public static string Describe(Exception cause) =>
        $"The model file is damaged or was written by another version: {cause.Message}";

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
            NetworkShape shape = JsonSerializer.Deserialize<NetworkShape>(reader.ReadString())!;
            TrainingSummary training = JsonSerializer.Deserialize<TrainingSummary>(reader.ReadString())!;
            ItemCatalogue catalogue = ItemCatalogue.Load(reader);
            ItemTokenizer? tokenizer = reader.ReadBoolean() ? ItemTokenizer.Load(reader) : null;
            int[] popularity = [.. Enumerable.Range(0, catalogue.Count).Select(_ => reader.ReadInt32())];
            var network = new SequentialNetwork(shape);
            Weights.Read(reader, network);
            network.to(device);
            network.eval();
            return new TrainedModel(network, catalogue, tokenizer, popularity, training, device);
        }
        catch (Exception e) when (e is EndOfStreamException or JsonException or DecoderFallbackException or FormatException)
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
