using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Puts together what a training needs (batches, negatives, losses, validation) for one or several domains, and runs it.
/// The domains' catalogues follow one another in the network's.
/// </summary>
internal sealed class TrainingRun
{
    // libtorch has one generator of random numbers for the whole process: trainings that overlapped would disturb each other's.
    private static readonly Lock _oneAtATime = new();

    private readonly IReadOnlyList<TrainingDomain> _domains;
    private readonly SequentialTransformerOptions _options;
    private readonly DomainMixing _mixing;
    private readonly Device _device;
    private readonly ItemTokens?[] _texts;
    private readonly ItemRange?[] _ranges;
    private readonly List<TokenTable?> _tables = [];

    /// <param name="domains">The data.</param>
    /// <param name="tokenizer">Makes tokens of the items' text; null without text.</param>
    /// <param name="options">How to train.</param>
    /// <param name="mixing">How domains share the batches.</param>
    /// <param name="device">Where.</param>
    public TrainingRun(IReadOnlyList<TrainingDomain> domains, ItemTokenizer? tokenizer, SequentialTransformerOptions options, DomainMixing mixing, Device device)
    {
        (_domains, _options, _mixing, _device) = (domains, options, mixing, device);
        Popularity = [.. domains.Select(domain => domain.Popularity)];
        _texts = [.. domains.Select(domain => domain.Tokens(tokenizer))];
        _ranges = new ItemRange?[domains.Count];
        for (int d = 0, first = 0; d < domains.Count && domains.Count > 1; first += domains[d++].Catalogue.Count)
            _ranges[d] = new ItemRange(first, domains[d].Catalogue.Count);
    }

    /// <summary>How often each item of each domain occurs in its training histories.</summary>
    public int[][] Popularity { get; }

    /// <summary>Trainings in one process wait for each other, so that each is the same for the same seed.</summary>
    public static T Alone<T>(Func<T> train)
    {
        lock (_oneAtATime)
            return train();
    }

    /// <summary>Trains the network, which ends with the weights of its best epoch.</summary>
    /// <param name="network">Made for the domains' catalogues together.</param>
    /// <param name="updates">Which parameters are trained when; null for all, always.</param>
    /// <param name="anchor">Makes what draws weights back, from the step; null for nothing.</param>
    /// <exception cref="InvalidDataException">A domain has nothing to learn from.</exception>
    public TrainingSummary Run(
        SequentialNetwork network, Func<IReadOnlyList<string>, IUpdatePlan>? updates = null, Func<TrainingStep, WeightAnchor>? anchor = null)
    {
        EncodedHistories[] histories = [.. _domains.Select((domain, d) => _mixing.AllNegatives ? domain.Histories.Shift(_ranges[d]?.First ?? 0) : domain.Histories)];
        CheckThatThereIsSomething();
        ProcessGroup group = _options.ProcessGroup ?? ProcessGroup.Alone;
        bool updatesRows = _options.RowUpdates ?? network.Shape.Items >= (_device.type == DeviceType.CUDA ? 1_000_000 : 50_000);
        Choice[] over = [.. Catalogues(histories).Select(catalogue => Choose(network, catalogue))];
        StepSource[] sources = [.. histories.Select((own, d) => SourceOf(own, over[over.Length == 1 ? 0 : d]))];
        StepCatalogue[] catalogues = [.. over.Select(chosen => chosen.Catalogue)];
        try
        {
            using CudaStream? stream = _options.RecordSteps && group.Count == 1 ? RecordedSteps.Stream(_device) : null;
            using var step = new TrainingStep(network, catalogues, _options, updatesRows, _device);
            using WeightAnchor? drawn = anchor?.Invoke(step);
            step.Anchor = drawn;
            using IValidator? validator = MakeValidator(network);
            IUpdatePlan? staged = updates?.Invoke(step.Names);
            if (group.Count > 1)
                RankComparison.Require(group, $"{TrainingFingerprint.Of(network.Shape, _options, Describe(), staged)}; {TrainingFingerprint.AmongRanks(_options, _domains, _texts, _device)}");
            int ranks = RanksAtStart(group);
            BatchPlan plan = BatchPlan.Make(histories, network.Shape.MaximumLength, (int)Math.Min(int.MaxValue, (long)ranks * _options.PositionsPerBatch), _mixing.Exponent);
            var producer = new StepProducer(sources, _options.PositionsPerPass ?? int.MaxValue, RankShare.Of(group), step.IsRecorded);
            using var loop = new TrainingLoop(network, validator, plan, producer, step, _options, Describe(), _device, over[0].Nearest, staged, ranks);
            return loop.Run();
        }
        finally
        {
            foreach (StepCatalogue catalogue in catalogues)
                catalogue.Loss.Dispose();
            foreach (Choice chosen in over)
                chosen.Nearest?.Dispose();
            foreach (TokenTable? table in _tables)
                table?.Dispose();
        }
    }

    // The batches of a run that is gone on with stay what they were, however many ranks there are now.
    private int RanksAtStart(ProcessGroup group)
    {
        int? before = group.IsFirst && _options.Resume && _options.CheckpointFolder is { } folder ? Checkpoint.RanksOf(folder) : null;
        return (int)group.FromFirst(before ?? group.Count);
    }

    private IValidator? MakeValidator(SequentialNetwork network)
    {
        if (_domains.All(domain => domain.Validation is null))
            return null;
        var made = new List<(string Name, Validator Validator)>();
        for (int d = 0; d < _domains.Count; d++)
        {
            if (_domains[d].Validation is not { } held)
                continue;
            _tables.Add(_texts[d] is { } text ? new TokenTable(text, _device) : null);
            made.Add((_domains[d].Name, new Validator([network], _tables[^1], held, Popularity[d], _device, _ranges[d], _options.ProcessGroup)));
        }

        return _domains.Count == 1 ? made[0].Validator : new DomainValidator(made);
    }

    // The catalogue of each domain's steps, or the one of all.
    private IEnumerable<Catalogue> Catalogues(EncodedHistories[] histories) =>
        _mixing.AllNegatives && _domains.Count > 1
            ? [new Catalogue(EncodedHistories.Join(histories), [.. Popularity.SelectMany(counts => counts)], ItemTokens.Join(_texts), null)]
            : _domains.Select((_, d) => new Catalogue(histories[d], Popularity[d], _texts[d], _ranges[d]));

    private Choice Choose(SequentialNetwork network, Catalogue catalogue)
    {
        int items = catalogue.Popularity.Length, drawn = SoftmaxLosses.Negatives(_options, items, _device);
        if (drawn == 0)
            return new Choice(null, null, new StepCatalogue(catalogue.Range, catalogue.Text, SoftmaxLosses.Make(null, items, _device, _options.LeaveOutEarlierItems, Never(catalogue.Popularity))), null);
        var source = new NegativeSource(NegativeSampler.Make(_options, catalogue.Popularity), _options.RandomShare, items);
        if (_options.NegativeSampling == NegativeSampling.CoCounts)
            source.Neighbours = CoCounts.Count(catalogue.Histories, items);
        var negatives = new StepNegatives(source, drawn, items, _options.Seed);
        return new Choice(MakeNearest(network, catalogue, source), negatives, new StepCatalogue(catalogue.Range, null, SoftmaxLosses.Make(_options.LogQ, items, _device)), catalogue.Text);
    }

    // Items that training has no event of: nothing says that they are not wanted, and pushing them away takes their text along.
    private long[]? Never(int[] popularity) =>
        _options.LeaveOutItemsWithoutEvents ? [.. Enumerable.Range(0, popularity.Length).Where(item => popularity[item] == 0).Select(item => (long)item)] : null;

    private NearestItems? MakeNearest(SequentialNetwork network, Catalogue catalogue, NegativeSource source)
    {
        if (_options.NegativeSampling != NegativeSampling.Nearest)
            return null;
        if (catalogue.Range is not null)
            throw new ArgumentException($"Negatives by {NegativeSampling.Nearest} are found in one catalogue, and there are {_domains.Count} domains: draw them from all domains, or in another way");
        if (catalogue.Text is not null)
            _tables.Add(new TokenTable(catalogue.Text, _device));
        return new NearestItems(network, catalogue.Text is null ? null : _tables[^1], _options, source);
    }

    private static StepSource SourceOf(EncodedHistories histories, Choice chosen) => new(histories, chosen.Negatives, chosen.TextOfSome);

    private void CheckThatThereIsSomething()
    {
        foreach (TrainingDomain domain in _domains)
        {
            if (!Enumerable.Range(0, domain.Histories.Count).Any(row => domain.Histories.LengthOf(row) >= 2))
                throw new InvalidDataException($"{(domain.Name.Length == 0 ? string.Empty : $"Domain '{domain.Name}': ")}There is nothing to learn from: none of the {domain.Histories.Count} histories has two items");
        }
    }

    private string Describe() => string.Join("; ", _domains.Select(domain => $"{domain.Name} histories {domain.Histories.Count}; events {domain.Histories.Items.Length}".Trim()))
        + (_domains.Count == 1 ? string.Empty : $"; exponent {_mixing.Exponent}; negatives of all {_mixing.AllNegatives}");

    /// <summary>Items that targets compete with, and what is known of them; the range is null where they are all of the network's.</summary>
    private sealed record Catalogue(EncodedHistories Histories, int[] Popularity, ItemTokens? Text, ItemRange? Range);

    /// <summary>Whether a catalogue's steps draw negatives, and then the text from which each step takes that of its items.</summary>
    private sealed record Choice(NearestItems? Nearest, StepNegatives? Negatives, StepCatalogue Catalogue, ItemTokens? TextOfSome);
}
