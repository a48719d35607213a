using System.Text;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>All that a trained model is: the networks (one, or several whose scores are averaged), the catalogue, the tokenizer, how often each item was seen and what it adds to scores as the latest.</summary>
internal sealed class TrainedModel : IDisposable
{
    private readonly Lazy<Ranker> _ranker;
    private readonly List<Tensor> _owned = [];
    private ScoringNetworks? _scoring;

    public TrainedModel(SequentialNetwork network, ItemCatalogue catalogue, ItemTokenizer? tokenizer, int[] popularity, TrainingSummary training, Device device)
        : this([network], null, catalogue, tokenizer, popularity, training, device)
    {
    }

    public TrainedModel(
        IReadOnlyList<SequentialNetwork> networks,
        GainTable? gains,
        ItemCatalogue catalogue,
        ItemTokenizer? tokenizer,
        int[] popularity,
        TrainingSummary training,
        Device device)
    {
        (Networks, Gains, Catalogue, Tokenizer, Popularity, Training, Device) = (networks, gains, catalogue, tokenizer, popularity, training, device);
        _ranker = new Lazy<Ranker>(MakeRanker);
    }

    /// <summary>Networks of one shape, whose scores are averaged.</summary>
    public IReadOnlyList<SequentialNetwork> Networks { get; }

    /// <summary>The network, or the first of several.</summary>
    public SequentialNetwork Network => Networks[0];

    /// <summary>What the latest item adds to the scores; null for nothing.</summary>
    public GainTable? Gains { get; }

    public ItemCatalogue Catalogue { get; }

    public ItemTokenizer? Tokenizer { get; }

    /// <summary>How often each item occurs in the training histories.</summary>
    public int[] Popularity { get; }

    public TrainingSummary Training { get; }

    public Device Device { get; }

    /// <summary>Ranks with the item vectors of the whole catalogue, which are computed once.</summary>
    public Ranker Ranker => _ranker.Value;

    /// <summary>The same model over another catalogue, whose items are scored from their text alone, and whose latest ones add nothing. The weights are copied.</summary>
    /// <param name="catalogue">Items with text.</param>
    /// <param name="popularity">What is given for histories without a known item.</param>
    /// <param name="device">Where the new model is; null for where this one is.</param>
    /// <exception cref="InvalidOperationException">The model knows items by their ids alone.</exception>
    public TrainedModel WithCatalogue(ItemCatalogue catalogue, int[] popularity, Device? device = null)
    {
        device ??= Device;
        if (Tokenizer is null)
            throw new InvalidOperationException("The model knows items by their ids alone (ItemEncoding Id), so it cannot score other items: use a model of text");
        return new TrainedModel(
            [.. Networks.Select(network => NewCatalogue.Over(network, Catalogue, catalogue, ItemEncoding.Text, device))], null, catalogue, Tokenizer, popularity, Training, device);
    }

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
        writer.Write(Gains is not null);
        Gains?.Save(writer);
        writer.Write(Networks.Count);
        foreach (SequentialNetwork network in Networks)
            Weights.Write(writer, network);
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
            GainTable? gains = reader.ReadBoolean() ? GainTable.Load(reader, catalogue.Count) : null;
            int count = reader.ReadInt32();
            if (count is < 1 or > 1000)
                throw new InvalidDataException($"it says that it has {count} networks");
            SequentialNetwork[] networks = [.. Enumerable.Range(0, count).Select(_ => ReadNetwork())];
            return new TrainedModel(networks, gains, catalogue, tokenizer, popularity, training, device);

            SequentialNetwork ReadNetwork()
            {
                var network = new SequentialNetwork(shape);
                Weights.Read(reader, network);
                network.to(device);
                network.eval();
                return network;
            }
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
        _scoring?.Dispose();
        foreach (SequentialNetwork network in Networks)
            network.Dispose();
    }

    private Ranker MakeRanker()
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            foreach (SequentialNetwork network in Networks)
                network.eval();
            using TokenTable? tokens = Tokenizer is null ? null : new TokenTable(Tokenizer.Tokenize(Catalogue), Device);
            Tensor popularity = tensor(Popularity.Select(count => (float)count).ToArray(), device: Device).DetachFromDisposeScope();
            _owned.Add(popularity);
            _scoring = new ScoringNetworks(Networks, tokens, popularity);
            return new Ranker(_scoring, popularity, Gains);
        }
    }
}
