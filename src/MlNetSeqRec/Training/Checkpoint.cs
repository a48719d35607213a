using System.Text.Json;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// All that a run needs to go on after an epoch, in one file that is written under another name and renamed, so that a
/// run that is killed while writing leaves the checkpoint before it.
/// </summary>
internal sealed class Checkpoint(string folder, string fingerprint)
{
    private const string Format = "MlNetSeqRec checkpoint 1";

    private string FilePath => Path.Combine(folder, "checkpoint.bin");

    public void Write(TrainingState state, SequentialNetwork network, AdamW optimizer, BestWeights best)
    {
        AtomicFile.Write(FilePath, stream =>
        {
            using var writer = new BinaryWriter(stream);
            writer.Write(Format);
            writer.Write(fingerprint);
            writer.Write(JsonSerializer.Serialize(state));
            writer.Write(best.Epoch);
            writer.Write(best.Ndcg);
            foreach (Tensor tensor in Tensors(network, optimizer, best))
                Weights.WriteTensor(writer, tensor);
        });
    }

    /// <summary>Puts the run back to where the checkpoint was written; false where there is none.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is damaged, or of a run with other data or settings.</exception>
    public bool TryRestore(TrainingState state, SequentialNetwork network, AdamW optimizer, BestWeights best)
    {
        if (!File.Exists(FilePath))
            return false;

        try
        {
            using var reader = new BinaryReader(File.OpenRead(FilePath));
            if (reader.ReadString() != Format)
                throw new InvalidDataException("it is of another version");
            string found = reader.ReadString();
            if (found != fingerprint)
                throw new InvalidDataException($"it is of another run. There: {found}. Here: {fingerprint}");
            TrainingState saved = JsonSerializer.Deserialize<TrainingState>(reader.ReadString())!;
            (state.Epoch, state.Step, state.SecondsBefore, state.Loss, state.TargetsPerSecond, state.Ended) =
                (saved.Epoch, saved.Step, saved.SecondsBefore, saved.Loss, saved.TargetsPerSecond, saved.Ended);
            best.SetLabel(reader.ReadInt32(), reader.ReadDouble());
            foreach (Tensor tensor in Tensors(network, optimizer, best))
                Weights.ReadTensor(reader, tensor, "in the checkpoint");
            return true;
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or JsonException or FormatException)
        {
            throw new InvalidDataException($"The checkpoint {FilePath} cannot be used: {e.Message}", e);
        }
    }

    private static IEnumerable<Tensor> Tensors(SequentialNetwork network, AdamW optimizer, BestWeights best) =>
        network.parameters().Cast<Tensor>().Concat(optimizer.State).Concat(best.Copies);
}
