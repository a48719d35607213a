namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>Reads runs from wherever they are, and checks that they may be compared.</summary>
public static class RunFiles
{
    /// <summary>Reads runs.</summary>
    /// <param name="path">A <see cref="RunStore"/>'s folder, a Parquet file of one, an MLflow SQLite file, or the authors' series as CSV.</param>
    /// <exception cref="FileNotFoundException">There is nothing.</exception>
    /// <exception cref="InvalidDataException">It holds no run.</exception>
    public static IReadOnlyList<RunRecord> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            IReadOnlyList<RunRecord> runs = new RunStore(path).Read();
            return runs.Count > 0 ? runs : throw new InvalidDataException($"{path} has no run (run-….parquet)");
        }

        if (!File.Exists(path))
            throw new FileNotFoundException($"There are no runs at {path}: neither a folder nor a file");
        return Path.GetExtension(path) switch
        {
            ".parquet" => RunStore.ReadFile(path),
            ".sqlite" or ".db" => MlflowFile.Read(path),
            ".csv" => SrtSeriesFile.Read(path),
            _ => throw new InvalidDataException($"{path}: runs are a run store's folder, or a .parquet, .sqlite or .csv file"),
        };
    }

    /// <summary>Checks that runs belong into one fit, and have metrics.</summary>
    /// <exception cref="InvalidDataException">They do not; the message names the runs.</exception>
    public static void CheckComparable(IReadOnlyList<RunRecord> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        foreach (RunRecord run in runs)
        {
            foreach (RunEpoch epoch in run.Epochs)
            {
                if (epoch.Value is { } value && !double.IsFinite(value))
                    throw new InvalidDataException($"Run {run.Id} has the metric {value} at epoch {epoch.Epoch}; a number was expected. Leave the run out with --without {run.Id}");
                if (!double.IsFinite(epoch.Flops) || epoch.Flops <= 0)
                    throw new InvalidDataException($"Run {run.Id} has {epoch.Flops} FLOPs at epoch {epoch.Epoch}; a number above 0 was expected");
            }

            if (run.Best().Value <= 0)
                throw new InvalidDataException($"Run {run.Id} never had a metric above 0: it learnt nothing, and would bend every fit. Leave it out with --without {run.Id}");
        }

        OneOf("data set", "--corpus", run => run.Corpus);
        OneOf("metric", "--metric", run => run.Metric);
        OneOf("count of FLOPs", null, run => run.FlopsCount);

        void OneOf(string what, string? option, Func<RunRecord, string> of)
        {
            (string Value, int Runs)[] found = [.. runs.GroupBy(of, StringComparer.Ordinal).Select(group => (group.Key, group.Count()))];
            if (found.Length > 1)
                throw new InvalidDataException($"The runs have more than one {what}: {string.Join(", ", found.Select(some => $"'{some.Value}' ({some.Runs} runs)"))}; {(option is null ? "they cannot be compared" : $"choose one with {option}")}");
        }
    }
}
