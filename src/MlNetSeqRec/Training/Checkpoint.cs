using System.Text.Json;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// All that a run needs to go on, in one file that is written under another name and renamed, so that a run that is
/// killed while writing, or finds no room on the disk, leaves the checkpoint before it. The folder is locked meanwhile.
/// </summary>
internal sealed class Checkpoint : IDisposable
{
    private const string Format = "MlNetSeqRec checkpoint 2";
    private const string FileName = "checkpoint.bin";

    private readonly string _path;
    private readonly string _fingerprint;
    private readonly Tensor[] _more;
    private readonly FileStream _lock;

    /// <param name="folder">Where the file is.</param>
    /// <param name="fingerprint">What must agree for a checkpoint to be of this run: parts with "; " between them.</param>
    /// <param name="more">What is kept beside weights and optimizer.</param>
    /// <exception cref="IOException">Another training uses the folder, or it cannot be written to.</exception>
    public Checkpoint(string folder, string fingerprint, params Tensor[] more)
    {
        _more = more;
        _path = Path.Combine(folder, FileName);
        _fingerprint = fingerprint;
        Directory.CreateDirectory(folder);
        try
        {
            _lock = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw new IOException($"The checkpoint folder {folder} cannot be used: another training may be writing to it ({e.Message})", e);
        }
    }

    public void Write(TrainingState state, SequentialNetwork network, AdamW optimizer, BestWeights best)
    {
        AtomicFile.Write(_path, stream =>
        {
            using var writer = new BinaryWriter(stream);
            writer.Write(Format);
            writer.Write(_fingerprint);
            writer.Write(JsonSerializer.Serialize(state));
            writer.Write(best.Epoch);
            writer.Write(best.Ndcg);
            foreach (Tensor tensor in Tensors(network, optimizer, best).Concat(_more))
                Weights.WriteTensor(writer, tensor);
        });
    }

    /// <summary>Gives the state of the run that wrote the checkpoint, after putting weights and optimizer to where they were; null where there is none.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is damaged, or of a run with other data or settings.</exception>
    public TrainingState? TryRestore(SequentialNetwork network, AdamW optimizer, BestWeights best)
    {
        if (!File.Exists(_path))
            return null;

        try
        {
            using var reader = new BinaryReader(File.OpenRead(_path));
            if (reader.ReadText() != Format)
                throw new InvalidDataException("it is of another version");
            CompareWith(reader.ReadText());
            TrainingState state = JsonSerializer.Deserialize<TrainingState>(reader.ReadText())!;
            best.SetLabel(reader.ReadInt32(), reader.ReadDouble());
            foreach (Tensor tensor in Tensors(network, optimizer, best).Concat(_more))
                Weights.ReadTensor(reader, tensor, "in the checkpoint");
            return state;
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or JsonException or FormatException)
        {
            throw new InvalidDataException($"The checkpoint {_path} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>The ranks that the run of a folder's checkpoint began with; null where there is none, or none that can be read.</summary>
    public static int? RanksOf(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            using var reader = new BinaryReader(File.OpenRead(path));
            (_, _) = (reader.ReadText(), reader.ReadText());
            return JsonSerializer.Deserialize<TrainingState>(reader.ReadText())!.Ranks;
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or JsonException or FormatException)
        {
            return null; // TryRestore says what is wrong
        }
    }

    /// <summary>What is kept of a network and its optimizer, in the order in which it is written.</summary>
    public static IEnumerable<Tensor> Tensors(SequentialNetwork network, AdamW optimizer, BestWeights best) =>
        network.parameters().Cast<Tensor>().Concat(optimizer.State).Concat(best.Copies);

    public void Dispose() => _lock.Dispose();

    private void CompareWith(string found)
    {
        string[] there = found.Split("; "), here = _fingerprint.Split("; ");
        if (found == _fingerprint)
            return;
        throw new InvalidDataException(
            $"it is of another run. There: {string.Join(", ", there.Except(here))}. Here: {string.Join(", ", here.Except(there))}");
    }
}
