using Microsoft.ML;

namespace MlNetSeqRec;

/// <summary>What is learnt from: a catalogue, and histories and validation targets over its items.</summary>
/// <param name="Name">What the domain is called in messages and figures; empty where there is a single one.</param>
/// <param name="Catalogue">The items that were given, then those that only the histories know, in the order in which they appear.</param>
/// <param name="Histories">Training histories.</param>
/// <param name="Validation">Histories and targets; null without.</param>
internal sealed record TrainingDomain(string Name, ItemCatalogue Catalogue, EncodedHistories Histories, EncodedHistories? Validation)
{
    private const long MostScores = 20_000_000_000; // of a validation: half a minute of two cores

    /// <summary>
    /// Reads a domain. Validation targets that the catalogue lacks stay without an item: nothing is learnt from them. Of very many
    /// validation users over very many items every so-manieth is kept.
    /// </summary>
    public static TrainingDomain Read(
        string name, IDataView histories, IDataView? items, IDataView? validation, string historyColumn, string targetColumn, long mostScores = MostScores)
    {
        ItemCatalogue given = items is null ? ItemCatalogue.FromIds([]) : ItemCatalogue.FromDataView(items);
        var others = new IdIndex();
        EncodedHistories encoded = EncodedHistories.Read(histories, historyColumn, null, id =>
            given.IndexOf(id.Span) is >= 0 and int index ? index : given.Count + others.Add(id.Span));
        ItemCatalogue catalogue = given.With(others.ToArray());
        EncodedHistories? held = validation is null ? null
            : EncodedHistories.Read(validation, historyColumn, targetColumn, id => catalogue.IndexOf(id.Span));
        return new TrainingDomain(name, catalogue, encoded, held?.Thinned(mostScores / Math.Max(1, catalogue.Count)));
    }

    // Where items have many events, ids learn much and little dropout is needed; else text alone ranks better (docs/recipes.md).
    private const double ManyEvents = 100;
    private const double MostlyDistinct = 0.9;
    private const int ItemsLookedAt = 20_000;

    private readonly Lazy<int[]> _popularity = new(() => Histories.CountItems(Catalogue.Count));
    private (ItemTokenizer Tokenizer, ItemTokens Tokens)? _tokens;

    /// <summary>What share of values is dropped in training where nobody says it.</summary>
    public double Dropout => EventsPerItem >= ManyEvents ? 0.3 : 0.5;

    public bool HasText => Catalogue.HasAnyText;

    /// <summary>How often each item occurs in the training histories, and nowhere else.</summary>
    public int[] Popularity => _popularity.Value;

    private double EventsPerItem => Histories.Items.Length / (double)Math.Max(1, Popularity.Count(times => times > 0));

    /// <summary>The tokens of the catalogue's items, made once for a tokenizer; null without one.</summary>
    public ItemTokens? Tokens(ItemTokenizer? tokenizer)
    {
        if (tokenizer is not null && _tokens?.Tokenizer != tokenizer)
            _tokens = (tokenizer, tokenizer.Tokenize(Catalogue));
        return tokenizer is null ? null : _tokens!.Value.Tokens;
    }

    /// <summary>What an item's vector is made from, where text that is asked for is there.</summary>
    /// <exception cref="InvalidDataException">Text is asked for and no item has any.</exception>
    public ItemEncoding Choose(ItemEncoding wanted)
    {
        if (wanted == ItemEncoding.Auto)
        {
            return !HasText ? ItemEncoding.Id
                : EventsPerItem < ManyEvents && Catalogue.ShareOfDistinctTexts(ItemsLookedAt) >= MostlyDistinct ? ItemEncoding.Text
                : ItemEncoding.IdAndText;
        }

        if (wanted != ItemEncoding.Id && !HasText)
            throw new InvalidDataException($"{(Name.Length == 0 ? string.Empty : $"Domain '{Name}': ")}ItemEncoding {wanted} needs text, and no item has any: give Items with a title, or use ItemEncoding.Id");
        return wanted;
    }
}
