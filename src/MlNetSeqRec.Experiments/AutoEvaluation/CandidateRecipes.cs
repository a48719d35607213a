namespace MlNetSeqRec.Experiments;

/// <summary>What an experiment tries where nobody says it: what suits the data, the likeliest first.</summary>
internal static class CandidateRecipes
{
    // Share of users from which a longer view of the history is worth its time.
    private const double ManyLongHistories = 0.2;
    private const int LongView = 200;

    /// <exception cref="InvalidDataException">A pre-trained model is given, and the items have no text.</exception>
    public static IReadOnlyList<SequentialCandidate> For(TrainingDomain domain, bool hasPretrained)
    {
        if (hasPretrained && !domain.HasText)
            throw new InvalidDataException("A pre-trained model was given, and the items have no text by which it could know them: give items with titles, or leave the model out");

        // The recipe's own choice, which was made on several data sets, is the one to beat.
        ItemEncoding chosen = domain.Choose(ItemEncoding.Auto);
        ItemEncoding[] others = !domain.HasText ? [] : chosen == ItemEncoding.Text ? [ItemEncoding.IdAndText, ItemEncoding.Id] : [ItemEncoding.Text, ItemEncoding.Id];
        double dropout = domain.Dropout, otherDropout = dropout == 0.5 ? 0.3 : 0.5;
        var list = new List<SequentialCandidate> { Make(chosen, "base", _ => { }) };
        if (hasPretrained)
            list.Add(new SequentialCandidate("fine-tuned", () => new FineTuningOptions().Training, FineTuningStrategy.Full));
        if (HasLongHistories(domain))
            list.Add(Make(chosen, $"base, {LongView} items", o => o.MaximumLength = LongView));
        if (others.Length > 0)
            list.Add(Make(others[0], "base", _ => { }));
        list.Add(Make(chosen, $"base, dropout {otherDropout}", o => o.Dropout = otherDropout));
        list.Add(new SequentialCandidate($"{Name(chosen)}, small", () => With(SequentialTransformerOptions.Preset(SequentialTransformerPreset.Small), o => o.ItemEncoding = chosen)));
        list.Add(Make(chosen, "base, width 256", o => o.Width = 256));
        if (others.Length > 1)
            list.Add(Make(others[1], "base", _ => { }));
        if (hasPretrained)
            list.Add(new SequentialCandidate("fine-tuned with ids", () => With(new FineTuningOptions().Training, o => o.ItemEncoding = ItemEncoding.IdAndText), FineTuningStrategy.Full));
        return list;
    }

    private static SequentialCandidate Make(ItemEncoding encoding, string name, Action<SequentialTransformerOptions> change) => new($"{Name(encoding)}, {name}", () => With(new(), o =>
    {
        o.ItemEncoding = encoding;
        change(o);
    }));

    private static SequentialTransformerOptions With(SequentialTransformerOptions options, Action<SequentialTransformerOptions> change)
    {
        change(options);
        return options;
    }

    private static string Name(ItemEncoding encoding) => encoding switch
    {
        ItemEncoding.Id => "id",
        ItemEncoding.Text => "text",
        _ => "id+text",
    };

    private static bool HasLongHistories(TrainingDomain domain)
    {
        int view = new SequentialTransformerOptions().MaximumLength;
        return Enumerable.Range(0, domain.Histories.Count).Count(user => domain.Histories.LengthOf(user) > view) >= ManyLongHistories * domain.Histories.Count;
    }
}
