using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>Puts a catalogue in the place of the one that a model was trained on.</summary>
internal static class NewCatalogue
{
    /// <summary>
    /// A model with copies of the weights. Items that training saw keep their id's vector; the others are scored from their
    /// text alone, and are left out where it has no word that the model knows.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model knows items by their ids alone.</exception>
    /// <exception cref="InvalidDataException">None of the items can be scored.</exception>
    public static TrainedModel Make(TrainedModel model, ItemCatalogue items)
    {
        if (model.Tokenizer is null)
            throw new InvalidOperationException("The model knows items by their ids alone, so it cannot score others: train one with text (ItemEncoding Text or IdAndText)");
        ItemTokens tokens = model.Tokenizer.Tokenize(items);
        bool[] canBeScored = [.. Enumerable.Range(0, items.Count).Select(item =>
            tokens.Of(item).Length > 0 || (model.Network.Shape.HasIds && CountOf(model, items.IdOf(item)) > 0))];
        var catalogue = new ItemCatalogue(items.Items().Where((_, item) => canBeScored[item]), items.Count);
        if (catalogue.Count == 0)
            throw NoneCanBeScored(items);

        int[] popularity = [.. Enumerable.Range(0, catalogue.Count).Select(item => CountOf(model, catalogue.IdOf(item)))];
        return new TrainedModel(
            [.. model.Networks.Select(network => Over(network, model.Catalogue, catalogue, model.Network.Shape.Encoding, model.Device))],
            Gains(model, catalogue),
            catalogue,
            model.Tokenizer,
            popularity,
            model.Training,
            model.Device);
    }

    /// <summary>A copy of a network for another catalogue; ids that it does not know, where it has ids, begin at zero.</summary>
    public static SequentialNetwork Over(SequentialNetwork from, ItemCatalogue known, ItemCatalogue catalogue, ItemEncoding encoding, Device device)
    {
        var network = new SequentialNetwork(from.Shape with { Encoding = encoding, Items = catalogue.Count });
        WeightTransfer.Copy(from, network, ParameterNames.Ids);
        if (network.Shape.HasIds)
            PretrainedTables.SetIds(network, catalogue, from, known);
        network.to(device);
        network.eval();
        return network;
    }

    // Known items add what they added to known ones; others add by their texts, and gain by them.
    private static GainTable? Gains(TrainedModel model, ItemCatalogue catalogue)
    {
        if (model.Gains is null)
            return null;
        var weight = (float)model.Training.TextSimilarityWeight;
        SparseRows? texts = weight > 0 ? TextNeighbours.Find(model.Tokenizer!.Tokenize(catalogue)) : null;
        int[] before = [.. Enumerable.Range(0, catalogue.Count).Select(item => model.Catalogue.IndexOf(catalogue.IdOf(item)))];
        int[] now = [.. Enumerable.Range(0, model.Catalogue.Count).Select(item => catalogue.IndexOf(model.Catalogue.IdOf(item)))];
        var gains = new (int, float)[catalogue.Count][];
        Parallel.For(0, gains.Length, item =>
        {
            IEnumerable<(int Item, float Gain)> known = before[item] < 0 ? [] : model.Gains.Rows.Of(before[item]).Select(pair => (now[pair.Item], pair.Value));
            IEnumerable<(int Item, float Gain)> byText = texts is null ? [] : texts.Of(item).Select(pair => (pair.Item, weight * pair.Value));
            gains[item] = [.. known.Where(pair => pair.Item >= 0), .. byText.Where(pair => before[item] < 0 || before[pair.Item] < 0)];
        });
        return model.Gains with { Rows = SparseRows.Make(gains) };
    }

    public static InvalidDataException NoneCanBeScored(ItemCatalogue items) =>
        new($"None of the {items.Count} items can be recommended: none is known to the model or has a text with words that it knows");

    private static int CountOf(TrainedModel model, string id) => model.Catalogue.IndexOf(id) is >= 0 and int known ? model.Popularity[known] : 0;
}
