using System.Diagnostics;
using System.Text.Json;

namespace MlNetSeqRec.Experiments;

/// <summary>
/// The folder of an experiment: what each candidate came to and the time used, in one file that is written under another name
/// and renamed, and for each candidate its checkpoint and its model. The folder is locked meanwhile.
/// </summary>
internal sealed class ExperimentCache : IDisposable
{
    private const int Format = 1;
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly string _folder;
    private readonly bool _isTemporary;
    private readonly FileStream _lock;
    private readonly Stopwatch _clock;
    private readonly string _fingerprint;
    private readonly double _usedBefore;
    private readonly List<CandidateRecord> _records = [];
    private double _written;

    /// <param name="folder">The folder; null for a temporary one.</param>
    /// <param name="fingerprint">What must agree for the folder to be of this experiment.</param>
    /// <param name="clock">Runs since the experiment began.</param>
    /// <exception cref="IOException">Another experiment uses the folder, or it cannot be written to.</exception>
    /// <exception cref="InvalidDataException">The folder is of an experiment with other data or candidates, or damaged.</exception>
    public ExperimentCache(string? folder, string fingerprint, Stopwatch clock)
    {
        (_isTemporary, _fingerprint, _clock) = (folder is null, fingerprint, clock);
        _folder = folder ?? Directory.CreateTempSubdirectory("seqrec-experiment-").FullName;
        Directory.CreateDirectory(_folder);
        try
        {
            _lock = new FileStream(Path.Combine(_folder, "lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw new IOException($"The cache directory {_folder} cannot be used: another experiment may be under way there ({e.Message})", e);
        }

        try
        {
            if (File.Exists(StatePath))
                _usedBefore = Read();
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>Seconds of the experiment, those before an interruption included.</summary>
    public double Seconds => _usedBefore + _clock.Elapsed.TotalSeconds;

    public IReadOnlyList<CandidateRecord> Records => _records;

    private string StatePath => Path.Combine(_folder, "experiment.json");

    /// <summary>Where a candidate's checkpoints are.</summary>
    public string CheckpointFolder(CandidateRecord record) => Path.Combine(FolderOf(record.Name), "checkpoint");

    /// <summary>Where its model is.</summary>
    public string ModelPath(CandidateRecord record) => Path.Combine(FolderOf(record.Name), "model.bin");

    /// <summary>The record of a candidate, a new one where there is none.</summary>
    public CandidateRecord Get(string name, int members = 1, string? of = null)
    {
        if (_records.Find(known => known.Name == name) is { } record)
            return record;
        _records.Add(new CandidateRecord { Name = name, Members = members, Of = of });
        return _records[^1];
    }

    /// <summary>Lets further members begin with the network that another candidate has trained.</summary>
    public void BeginWith(CandidateRecord record, CandidateRecord first)
    {
        string from = Path.Combine(CheckpointFolder(first), "checkpoint.bin"), to = Path.Combine(CheckpointFolder(record), "member-1", "checkpoint.bin");
        if (!File.Exists(to) && File.Exists(from))
            AtomicFile.Write(to, stream => stream.Write(File.ReadAllBytes(from)));
    }

    /// <summary>Writes down where the experiment is.</summary>
    public void Write()
    {
        _written = Seconds;
        AtomicFile.Write(StatePath, stream => JsonSerializer.Serialize(stream, new State(Format, _fingerprint, _written, _records), _json));
    }

    /// <summary>The same, at most once a second.</summary>
    public void WriteNowAndThen()
    {
        if (Seconds - _written >= 1)
            Write();
    }

    public void Dispose()
    {
        _lock.Dispose();
        if (_isTemporary)
            Directory.Delete(_folder, recursive: true);
    }

    private double Read()
    {
        State state;
        try
        {
            state = JsonSerializer.Deserialize<State>(File.ReadAllBytes(StatePath), _json) ?? throw new InvalidDataException("it is empty");
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new InvalidDataException($"{StatePath} cannot be read ({e.Message}): remove the folder to begin anew", e);
        }

        if (state.Format != Format || state.Fingerprint != _fingerprint)
            throw new InvalidDataException($"The cache directory {_folder} is of another experiment: there {state.Fingerprint}, here {_fingerprint}. Give another directory, or remove it");
        foreach (CandidateRecord record in state.Candidates)
        {
            // Killed within an epoch, a training goes on from the end of the one before.
            record.TrainedSeconds = record.Epochs.Count == 0 ? 0 : Math.Min(record.TrainedSeconds, record.Epochs[^1].Seconds);
            _records.Add(record);
        }

        return state.Seconds;
    }

    private string FolderOf(string name) => Path.Combine(_folder, "candidates", string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-'));

    private sealed record State(int Format, string Fingerprint, double Seconds, IReadOnlyList<CandidateRecord> Candidates);
}
