using System.Diagnostics;
using System.Globalization;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>
/// Runs the configurations of a sweep in order of information, some at once, each as a training process of its own that adds
/// its record when it has ended. What has a record is not run again; what was stopped goes on from its checkpoint.
/// </summary>
public sealed class Sweep
{
    // A run that is not likely to end in time is left for another sweep; so much is added to what runs before it took.
    private const double Caution = 1.2;

    private readonly SweepOptions _options;
    private readonly IProgress<string>? _messages;
    private readonly NestedSamples _samples;
    private readonly RunStore _store;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<(double Cost, double Seconds)> _taken = [];
    private readonly long _whole;

    private Sweep(SweepOptions options, NestedSamples samples, long whole, IProgress<string>? messages)
    {
        (_options, _samples, _whole, _messages) = (options, samples, whole, messages);
        _store = new RunStore(Path.Combine(options.Folder, "runs"));
    }

    /// <summary>Runs a sweep until all is done or time is up.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="messages">Told about each run.</param>
    /// <param name="cancellation">Stops it, with the runs under way.</param>
    /// <exception cref="InvalidDataException">The folder has a sweep of another corpus.</exception>
    /// <exception cref="IOException">Another sweep is under way in the folder.</exception>
    public static SweepReport Run(SweepOptions options, IProgress<string>? messages = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Directory.CreateDirectory(options.Folder);
        using FileStream only = Lock(Path.Combine(options.Folder, "lock"));
        NestedSamples samples = NestedSamples.Open(options.Data, Path.Combine(options.Folder, "data"), options.HeldOutUsers, options.Seed, cancellation);
        return new Sweep(options, samples, NestedSamples.CountInteractions(options.Data), messages).Run(cancellation);
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw new IOException($"{Path.GetDirectoryName(path)} cannot be used: another sweep may be under way there ({e.Message})", e);
        }
    }

    private SweepReport Run(CancellationToken cancellation)
    {
        string[] settings = [.. _options.Settings, "--seed", _options.Seed.ToString(CultureInfo.InvariantCulture)];
        string corpus = $"{_samples.Corpus} {_options.HeldOutUsers}";
        IReadOnlySet<string> there = _store.Ids;
        List<(SweepRun Run, string Id)> all = [.. SweepDesign.ByInformation(_options.Runs, _whole).Select(run => (run, run.Id(corpus, settings)))];
        var waiting = new LinkedList<(SweepRun Run, string Id)>(all.Where(run => !there.Contains(run.Id)));
        int before = all.Count - waiting.Count, done = 0;
        var failed = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (long? size in waiting.Select(run => run.Run.Size).Distinct().ToList())
            _samples.Get(_options.Data, size, cancellation);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (_options.TimeLimit is { } limit)
            stop.CancelAfter(limit > _clock.Elapsed ? limit - _clock.Elapsed : TimeSpan.FromMilliseconds(1));
        var running = new Dictionary<Task<string?>, (SweepRun Run, string Id, int Slot, double Since)>();
        var slots = new SortedSet<int>(Enumerable.Range(0, _options.Parallel));
        while (true)
        {
            while (slots.Count > 0 && !stop.IsCancellationRequested && TakeNext(waiting) is { } next)
            {
                int slot = slots.Min;
                slots.Remove(slot);
                running.Add(Task.Run(() => Train(next.Run, next.Id, settings, slot, stop.Token), CancellationToken.None), (next.Run, next.Id, slot, _clock.Elapsed.TotalSeconds));
            }

            if (running.Count == 0)
                break;
            Task<string?> ended = Task.WhenAny(running.Keys).GetAwaiter().GetResult();
            (SweepRun run, string id, int freed, double since) = running[ended];
            running.Remove(ended);
            slots.Add(freed);
            string? error = ended.GetAwaiter().GetResult();
            if (error is null && _store.Ids.Contains(id))
            {
                done++;
                double took = _clock.Elapsed.TotalSeconds - since;
                _taken.Add((SweepDesign.Cost(run, _whole), took));
                _messages?.Report(string.Create(CultureInfo.InvariantCulture, $"{before + done} of {all.Count}: {id}, {took:f0} s; {_clock.Elapsed:hh\\:mm\\:ss} since the start"));
            }
            else if (!stop.IsCancellationRequested)
            {
                failed[id] = error ?? "it left no record";
                _messages?.Report($"{id} failed: {failed[id]}");
            }
        }

        cancellation.ThrowIfCancellationRequested();
        double hours = SweepLog.Add(_options.Folder, _clock.Elapsed, _options.Devices.Count);
        return new SweepReport(Path.Combine(_options.Folder, "runs"), all.Count, before, done, failed, all.Count - before - done - failed.Count, _clock.Elapsed.TotalSeconds, hours);
    }

    // The first run that is likely to end in time; null where none is.
    private (SweepRun Run, string Id)? TakeNext(LinkedList<(SweepRun Run, string Id)> waiting)
    {
        for (LinkedListNode<(SweepRun Run, string Id)>? node = waiting.First; node is not null; node = node.Next)
        {
            if (_options.TimeLimit is { } limit && Expected(node.Value.Run) > (limit - _clock.Elapsed).TotalSeconds)
                continue;
            waiting.Remove(node);
            return node.Value;
        }

        return null;
    }

    // What the most alike of the runs before took, and more in proportion where this one is larger.
    private double Expected(SweepRun run)
    {
        double cost = SweepDesign.Cost(run, _whole);
        return _taken.Count == 0 ? 0 : Caution * _taken.OrderBy(taken => Math.Abs(Math.Log(taken.Cost / cost))).Select(taken => taken.Seconds * Math.Max(1, cost / taken.Cost)).First();
    }

    // Null, or why it failed.
    private string? Train(SweepRun run, string id, IReadOnlyList<string> settings, int slot, CancellationToken stop)
    {
        string model = Path.Combine(_options.Folder, "models", id + ".zip");
        string[] arguments =
        [
            .. _options.Program.Skip(1), "train",
            "--data", _samples.Get(_options.Data, run.Size, CancellationToken.None), "--validation", _samples.HeldOut, "--corpus", _samples.Corpus,
            "--runs", Path.Combine(_options.Folder, "runs"), "--run-id", id, "--out", model, "--resume",
            "--width", run.Width.ToString(CultureInfo.InvariantCulture), "--layers", run.Layers.ToString(CultureInfo.InvariantCulture), "--epochs", run.Epochs.ToString(CultureInfo.InvariantCulture),
            "--device", _options.Devices[slot % _options.Devices.Count], .. settings,
            .. _options.KeepModels ? [] : new[] { "--no-transitions", "--no-text-similarity" }, // which come after the epochs that are recorded
        ];
        string log = Path.Combine(_options.Folder, "logs", id + ".log");
        int code = TrainingProcess.Run(_options.Program[0], arguments, log, Math.Max(1, Environment.ProcessorCount / _options.Parallel), stop);
        if (code == 0 && !_options.KeepModels)
            File.Delete(model);
        return code == 0 ? null : $"exit code {code}: {TrainingProcess.LastLine(log)}";
    }
}
