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

    // Known items have the followers and likes that they had; others the likes that their texts give them, and are those of known ones.
    private static GainTable? Gains(TrainedModel model, ItemCatalogue catalogue)
    {
        if (model.Gains is not { } gains)
            return null;
        int[] before = [.. Enumerable.Range(0, catalogue.Count).Select(item => model.Catalogue.IndexOf(catalogue.IdOf(item)))];
        int[] now = [.. Enumerable.Range(0, model.Catalogue.Count).Select(item => catalogue.IndexOf(model.Catalogue.IdOf(item)))];
        SparseRows? found = gains.Texts is null ? null : TextNeighbours.Find(model.Tokenizer!.Tokenize(catalogue));
        return gains with
        {
            Followers = gains.Followers is null ? null : Rows(item => Known(gains.Followers, item)),
            Texts = gains.Texts is null ? null : Rows(item =>
                [.. Known(gains.Texts, item), .. (found?.Of(item) ?? []).Where(pair => before[item] < 0 || before[pair.Item] < 0)]),
        };

        SparseRows Rows(Func<int, IEnumerable<(int, float)>> pairs)
        {
            var rows = new (int, float)[catalogue.Count][];
            Parallel.For(0, rows.Length, item => rows[item] = [.. pairs(item)]);
            return SparseRows.Make(rows);
        }

        IEnumerable<(int Item, float Value)> Known(SparseRows rows, int item) =>
            before[item] < 0 ? [] : rows.Of(before[item]).Select(pair => (now[pair.Item], pair.Value)).Where(pair => pair.Item1 >= 0);
    }

    public static InvalidDataException NoneCanBeScored(ItemCatalogue items) =>
        new($"None of the {items.Count} items can be recommended: none is known to the model or has a text with words that it knows");

    private static int CountOf(TrainedModel model, string id) => model.Catalogue.IndexOf(id) is >= 0 and int known ? model.Popularity[known] : 0;
}
