using System.Diagnostics;
using Microsoft.ML;
using MlNetSeqRec.Data.Bulk;

namespace MlNetSeqRec.Data;

/// <summary>
/// Recommendations for every user of a data set, as Parquet in parts: <c>user_id</c>, <c>rank</c> from 1, <c>item_id</c>, <c>score</c> and
/// <c>popularity_fallback</c>, a row for each user and item, by user id and rank.
/// </summary>
/// <remarks>
/// A user's part follows from the id alone, and a part's bytes from its users, the model and the data: whichever shard writes it, in
/// whatever call, on machines of one kind and with as many threads. So shards share nothing but the folder, or have a folder each whose
/// files are then put together. A part gets its name when it is whole; what a killed call had finished is not done again.
/// </remarks>
public static class BulkRecommendation
{
    /// <summary>Writes the parts of a shard.</summary>
    /// <param name="model">A trained model, or a chain that has one and may have a re-ranker; it says how many items are recommended.</param>
    /// <param name="data">What <see cref="SequentialDataLoading.LoadInteractions"/> reads. A user's history is all of the user's events.</param>
    /// <param name="outputFolder">The folder to write to; made where it does not exist. <c>_SUCCESS</c> in it says that all parts are there.</param>
    /// <param name="options">Parts and shards; null for all in one.</param>
    /// <param name="progress">Told about each part, one line.</param>
    /// <param name="cancellation">Stops it; finished parts stay.</param>
    /// <exception cref="ArgumentException">The chain has no model, or the re-ranker does not fit to it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one part or shard, or no shard of that number.</exception>
    /// <exception cref="InvalidDataException">The data cannot be read, or the folder has recommendations of another model, of other data or in other parts.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static BulkRecommendationReport Run(
        ITransformer model,
        string data,
        string outputFolder,
        BulkRecommendationOptions? options = null,
        IProgress<string>? progress = null,
        CancellationToken cancellation = default)
    {
        options ??= new BulkRecommendationOptions();
        Check(options);
        SequentialRecommendationTransformer trained = SequentialRecommendationCatalog.FindModel(model);
        RerankingTransformer? reranker = SequentialRecommendationCatalog.FindReranker(model);
        IHistoryMapper mapper = reranker is null ? trained : reranker.Over(trained);
        InteractionSource source = LoadedFiles.Interactions(data, partitions: options.Partitions);
        int parts = options.Parts ?? UserParts.For(source.Rows);
        var folder = new RecommendationFolder(outputFolder, RecommendationStamp.Of(trained, reranker, source, parts));
        int[] own = [.. Enumerable.Range(0, parts).Where(part => part % options.Shards == options.Shard - 1)];
        int[] missing = [.. own.Where(part => !folder.Has(part))];
        if (missing.Length == 0)
        {
            return new(parts, own.Length, own.Length, 0, 0, folder.Finish(), 0, 0);
        }

        var clock = Stopwatch.StartNew();
        progress?.Report($"Reading the histories of {missing.Length} of {parts} parts");
        var wanted = new UserParts(parts, missing);
        UserSequences sequences = InteractionSequences.Read(source, timed: true, wanted.Contains);
        double read = clock.Elapsed.TotalSeconds;
        var scorer = new PartScorer(mapper, sequences, trained.Model.Ranker.IsOnCpu || reranker is not null ? 256 : 4096);
        (long users, long rows, int done) = (0, 0, 0);
        foreach ((int part, int[] members) in wanted.Members(sequences))
        {
            IReadOnlyList<UserRecommendations> recommended = scorer.Score(members, cancellation);
            rows += folder.Write(part, recommended, trained.Catalogue, cancellation);
            users += members.Length;
            done++;
            progress?.Report(string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"part {part} of {parts} ({done} of {missing.Length} here): {members.Length:n0} users, {users / (clock.Elapsed.TotalSeconds - read):n0} users/s"));
        }

        return new(parts, own.Length, own.Length - missing.Length, users, rows, folder.Finish(), read, clock.Elapsed.TotalSeconds - read);
    }

    private static void Check(BulkRecommendationOptions options)
    {
        if (options.Shards < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Shards, "There must be at least 1 shard");
        }

        if (options.Shard < 1 || options.Shard > options.Shards)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Shard, $"The shards of {options.Shards} have the numbers 1 to {options.Shards}");
        }

        if (options.Parts is < 1 or > RecommendationFolder.MostParts)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Parts, $"There must be 1 to {RecommendationFolder.MostParts} parts");
        }
    }
}
