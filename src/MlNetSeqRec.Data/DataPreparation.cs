using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;
using MlNetSeqRec.Data.Reading;

namespace MlNetSeqRec.Data;

/// <summary>
/// Turns raw review files into a folder to train from: <c>interactions.parquet</c> (<c>user_id</c>, <c>item_id</c>,
/// <c>timestamp</c> in Unix seconds; sorted by user, time and then the order of the files), <c>items.parquet</c>
/// (<c>item_id</c>, <c>title</c>, <c>brand</c>, <c>categories</c>), <c>rejected.tsv</c> (<c>file</c>, <c>line</c>, <c>reason</c> of
/// each broken line) and <c>manifest.json</c>; and, from the items' texts, <c>vocabulary.bin</c> and <c>tokens.parquet</c>.
/// </summary>
/// <remarks>
/// Steps, in this order: read, setting broken lines aside; drop reviews of items without a title, if item files are given; drop
/// users of other sets; drop users (and items) with too few events; sample users. The work is done by DuckDB on disk: memory
/// stays bounded, and the same input and settings give the same bytes. Finished steps of a run that was stopped are kept in
/// <c>.prepare</c> in the output folder, and the next run goes on from them; a run that finished removes it. A folder that was
/// prepared from the same files (path, size, time of change) with the same settings is left as it is.
/// </remarks>
public static class DataPreparation
{
    /// <summary>Prepares a folder.</summary>
    /// <param name="options">What to read, keep and write.</param>
    /// <param name="progress">Told what is being done, one line a step.</param>
    /// <param name="cancellation">Stops the work; no result is written then.</param>
    /// <exception cref="ArgumentException">A setting makes no sense.</exception>
    /// <exception cref="FileNotFoundException">An input file does not exist.</exception>
    /// <exception cref="IOException">An input is a folder, the output folder cannot be written to, or the disk is full.</exception>
    /// <exception cref="InvalidDataException">
    /// An input file is empty, cut, of an unknown layout or has too many broken lines, or nothing is left of the reviews.
    /// </exception>
    /// <exception cref="InvalidOperationException">The memory allowed is not enough.</exception>
    public static PreparationReport Run(
        PreparationOptions options, IProgress<string>? progress = null, CancellationToken cancellation = default) =>
        Run(options, null, progress, cancellation);

    /// <summary>
    /// Prepares a folder for each of several sizes: <c>N</c> in the output folder holds the sample of about N interactions. Each
    /// contains the smaller ones; files are read and users counted once.
    /// </summary>
    /// <param name="options">What to read, keep and write; its own sample size is not used.</param>
    /// <param name="sizes">About how many interactions each is to have.</param>
    /// <param name="progress">Told what is being done, one line a step.</param>
    /// <param name="cancellation">Stops the work; samples that were finished stay.</param>
    /// <inheritdoc cref="Run(PreparationOptions, IProgress{string}?, CancellationToken)" path="/exception"/>
    public static IReadOnlyList<PreparationReport> RunSamples(
        PreparationOptions options, IReadOnlyList<long> sizes, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(sizes);
        string work = Path.Combine(options.OutputFolder, ".prepare");
        var reports = sizes.Distinct().Order().Select(size => Run(
            options with
            {
                OutputFolder = Path.Combine(options.OutputFolder, size.ToString(CultureInfo.InvariantCulture)),
                SampleInteractions = size,
                KeepWork = true,
            },
            work,
            progress,
            cancellation)).ToList();
        if (!options.KeepWork && Directory.Exists(work))
        {
            Directory.Delete(work, recursive: true);
        }

        return reports;
    }

    private static PreparationReport Run(
        PreparationOptions options, string? workFolder, IProgress<string>? progress, CancellationToken cancellation)
    {
        PreparationReport report = PrepareTables(options, workFolder, progress, cancellation);
        ItemTokenFile.Update(options, progress, cancellation);
        return report;
    }

    private static PreparationReport PrepareTables(
        PreparationOptions options, string? workFolder, IProgress<string>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        var clock = Stopwatch.StartNew();
        string fingerprint = FingerprintOf(options);
        if (Manifest.ReadIfCurrent(options.OutputFolder, fingerprint) is { } earlier)
        {
            progress?.Report($"{options.OutputFolder} is up to date");
            return earlier;
        }

        using var output = new OutputFolder(options.OutputFolder, workFolder);
        try
        {
            var report = Prepare(options, output, fingerprint, clock, progress, cancellation);
            if (!options.KeepWork)
            {
                output.DropWork();
            }

            return report;
        }
        catch (Exception error) when (error is DuckDBException || Resources.IsDiskFull(error))
        {
            throw Resources.Explain(error, output.WorkFolder, Inputs(options), options.MemoryLimit);
        }
    }

    private static PreparationReport Prepare(
        PreparationOptions options, OutputFolder output, string fingerprint, Stopwatch clock, IProgress<string>? progress, CancellationToken cancellation)
    {
        string folder = output.WorkFolder;
        string rejected = Path.Combine(folder, "rejected.part"), manifest = Path.Combine(folder, "manifest.part");
        string? memory = options.MemoryLimit is null ? null : Memory.ShareOf(options.MemoryLimit);
        PreparationReport report;
        PreparationSteps steps;
        using (var connection = Sql.OpenWorkDatabase(folder, options.Threads, memory))
        {
            steps = new PreparationSteps(options, connection, folder, progress, cancellation);
            report = steps.Run(rejected) with { Seconds = clock.Elapsed.TotalSeconds, PeakMemoryBytes = Memory.Peak() };
            Manifest.Write(manifest, options, steps, report, fingerprint, rejected, connection.ServerVersion);
        }

        output.Publish(
            (steps.ItemFile, Manifest.Items), (steps.InteractionFile, Manifest.Interactions), (rejected, Manifest.Rejected), (manifest, Manifest.Name));
        return report;
    }

    private static void Check(PreparationOptions options)
    {
        if (options.Reviews.Count == 0)
        {
            throw new ArgumentException("No review file is given.", nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(options.MinUserEvents);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MinItemEvents);
        ArgumentOutOfRangeException.ThrowIfNegative(options.VocabularySize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.SampleInteractions ?? 1, nameof(options.SampleInteractions));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Threads ?? 1, nameof(options.Threads));
        ArgumentOutOfRangeException.ThrowIfNegative(options.MostBrokenLines);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MostBrokenLines, 1);
    }

    private static IEnumerable<string> Inputs(PreparationOptions options) =>
        InputFiles.Expand(options.Reviews, DataFolder.Interactions, PartitionFilter.Parse(options.Partitions)).Concat(InputFiles.Expand(options.Items, DataFolder.Items));

    private static string FingerprintOf(PreparationOptions options) => Fingerprint.Of(
        Inputs(options).Select(Fingerprint.OfFile),
        options.Items.Count,
        ExcludedUsers.FilesOf(options.ExcludeUsersOf).Select(Fingerprint.OfFile),
        options.Format,
        options.Columns,
        options.MinUserEvents,
        options.MinItemEvents,
        options.SampleInteractions,
        options.Seed,
        options.MostBrokenLines);
}
