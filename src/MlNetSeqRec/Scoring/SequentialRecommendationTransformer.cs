using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// A trained model: adds to each row with a history the items that it recommends, best first, and their scores. May be
/// used by many threads at once. Saved and loaded by <c>mlContext.Model.Save</c> and <c>Load</c>, alone or in a chain,
/// or by <see cref="Save(Stream)"/> and <see cref="Load(Stream, string)"/>.
/// </summary>
public sealed class SequentialRecommendationTransformer : ITransformer, IHistoryMapper, ICatalogueScorer, IDisposable
{
    private const string Format = "MlNetSeqRec model 1";

    private readonly TrainedModel _model;
    private readonly RankingOptions _ranking;
    private readonly Lazy<Candidates?> _candidates;

    internal SequentialRecommendationTransformer(TrainedModel model, RecommendationColumns columns, RankingOptions ranking)
    {
        if (ranking.Count < 1)
            throw new ArgumentOutOfRangeException(nameof(ranking), ranking.Count, "Count must be at least 1");
        (_model, Columns, _ranking) = (model, columns, ranking);
        _candidates = new Lazy<Candidates?>(Restrict);
    }

    /// <summary>The items that the model knows, with their text.</summary>
    public ItemCatalogue Catalogue => _model.Catalogue;

    /// <summary>How the model was trained.</summary>
    public TrainingSummary Training => _model.Training;

    /// <summary>Whether the model makes item vectors from text, so that it can score items that training never saw.</summary>
    public bool ScoresText => _model.Tokenizer is not null;

    /// <summary>True: each row is scored by itself.</summary>
    public bool IsRowToRowMapper => true;

    internal RecommendationColumns Columns { get; }

    internal TrainedModel Model => _model;

    /// <summary>The same model with other rules of what it may recommend. The weights are shared: dispose of either once.</summary>
    public SequentialRecommendationTransformer With(RankingOptions ranking)
    {
        ArgumentNullException.ThrowIfNull(ranking);
        return new SequentialRecommendationTransformer(_model, Columns, ranking);
    }

    /// <summary>
    /// The same model over another catalogue, in which histories are looked up and which is ranked. Items that training saw keep
    /// their id's vector; the others are scored from their text alone, and are left out where it has no word that the model
    /// knows. Weights are copied: dispose of both models.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model knows items by their ids alone.</exception>
    /// <exception cref="InvalidDataException">None of the items can be scored.</exception>
    public SequentialRecommendationTransformer WithCatalogue(ItemCatalogue items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return new SequentialRecommendationTransformer(NewCatalogue.Make(_model, items), Columns, _ranking);
    }

    /// <summary>
    /// The same model, which recommends only the items given: new ones from their text, known ones as before. Histories may
    /// hold these and all items that the model knows. As for <see cref="WithCatalogue"/>, weights are copied.
    /// </summary>
    /// <inheritdoc cref="WithCatalogue" path="/exception"/>
    public SequentialRecommendationTransformer RecommendAmong(ItemCatalogue items)
    {
        ArgumentNullException.ThrowIfNull(items);
        IEnumerable<string> ids = Enumerable.Range(0, items.Count).Select(items.IdOf);
        string[] allowed = [.. _ranking.Allow is null ? ids : ids.Intersect(_ranking.Allow, StringComparer.Ordinal)];
        TrainedModel both = NewCatalogue.Make(_model, new ItemCatalogue(Catalogue.Items().Concat(items.Items())));
        if (!allowed.Any(id => both.Catalogue.IndexOf(id) >= 0))
            throw NewCatalogue.NoneCanBeScored(items);
        return new SequentialRecommendationTransformer(both, Columns, _ranking with { Allow = allowed });
    }

    /// <summary>The input's columns and the model's own.</summary>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Columns.Output(inputSchema, this);
    }

    /// <summary>A view with the model's columns; rows are scored when they are read.</summary>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new RecommendationView(input, this);
    }

    /// <summary>A mapper of single rows, as PredictionEngine uses it.</summary>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new RecommendationMapper(inputSchema, this);
    }

    /// <summary>Writes the whole model; the stream stays open.</summary>
    public void Save(Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        Write(writer);
    }

    /// <summary>Reads what <see cref="Save(Stream)"/> wrote.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <param name="device">auto, cpu, cuda or cuda:N.</param>
    /// <exception cref="InvalidDataException">The stream is cut short or of another version.</exception>
    public static SequentialRecommendationTransformer Load(Stream stream, string device = "auto")
    {
        NativeLibraries.Load();
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        return Read(reader, Devices.Choose(device, null));
    }

    /// <summary>Frees the weights. No transformer that shares them can be used afterwards.</summary>
    public void Dispose()
    {
        if (_candidates.IsValueCreated)
            _candidates.Value?.Dispose();
        _model.Dispose();
    }

    internal int IndexOf(ReadOnlyMemory<char> id) => Catalogue.IndexOf(id);

    /// <summary>The items that may be recommended; null for the whole catalogue.</summary>
    internal Candidates? Among => _candidates.Value;

    internal RankingOptions Ranking => _ranking;

    RecommendationColumns IHistoryMapper.Columns => Columns;

    SequentialRecommendationTransformer ICatalogueScorer.Trained => this;

    bool ICatalogueScorer.IsModelAlone => true;

    RowResult[] IHistoryMapper.Score(IReadOnlyList<ReadOnlyMemory<int>> histories, IReadOnlyList<int> targets, bool needsTop, bool needsRanks)
    {
        RankedItems[]? ranked = needsTop ? _model.Ranker.Top(histories, _ranking.Count, _ranking.ExcludeHistory, _candidates.Value) : null;
        TargetRanks[]? ranks = needsRanks ? _model.Ranker.Rank(histories, [.. targets]) : null;
        return [.. Enumerable.Range(0, histories.Count).Select(i => new RowResult(ranked?[i] ?? default, ranks?[i] ?? default))];
    }

    Delegate IHistoryMapper.Getter(DataViewSchema.Column column, Func<RowResult> current) => RowResults.Getter(column, Columns, Catalogue, current);

    void ICatalogueScorer.VisitScores(TargetBatch batch, Ranker.RowVisitor visit) => _model.Ranker.VisitScores(batch.Inputs, _model.Ranker.All, visit);

    void ICanSaveModel.Save(ModelSaveContext ctx) => RecommendationLoader.Save(ctx, this);

    internal void Write(BinaryWriter writer)
    {
        writer.Write(Format);
        Columns.Save(writer);
        writer.Write(System.Text.Json.JsonSerializer.Serialize(_ranking));
        _model.Save(writer);
    }

    internal static SequentialRecommendationTransformer Read(BinaryReader reader, Device device)
    {
        try
        {
            string format = reader.ReadText();
            if (format != Format)
                throw new InvalidDataException($"The model file is of another version: it begins with '{Short(format)}', and '{Format}' was expected");
            RecommendationColumns columns = RecommendationColumns.Load(reader);
            RankingOptions ranking = System.Text.Json.JsonSerializer.Deserialize<RankingOptions>(reader.ReadText())!;
            return new SequentialRecommendationTransformer(TrainedModel.Load(reader, device), columns, ranking);
        }
        catch (Exception e) when (e is EndOfStreamException or System.Text.Json.JsonException or FormatException)
        {
            throw new InvalidDataException(TrainedModel.Describe(e), e);
        }
    }

    private static string Short(string text) => new([.. text.Where(c => !char.IsControl(c)).Take(40)]);

    // Null where the whole catalogue may be recommended.
    private Candidates? Restrict()
    {
        if (_ranking.Allow is null && _ranking.Deny is null)
            return null;

        var allowed = new bool[Catalogue.Count];
        if (_ranking.Allow is null)
            Array.Fill(allowed, true);
        Set(_ranking.Allow, true);
        Set(_ranking.Deny, false);
        return new Candidates(_model.Ranker.All, allowed);

        void Set(IEnumerable<string>? ids, bool value)
        {
            foreach (string id in ids ?? [])
            {
                if (Catalogue.IndexOf(id) is >= 0 and int index)
                    allowed[index] = value;
            }
        }
    }
}
