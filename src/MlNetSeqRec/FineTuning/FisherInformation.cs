using System.Runtime.InteropServices;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// How much each weight of a pre-trained model matters on its pre-training data: the diagonal of the Fisher information, that is,
/// the mean over targets of squared gradients of the log-likelihood. What elastic weight consolidation needs. See
/// <see cref="SequentialTrainersCatalog.EstimateFisher"/>.
/// </summary>
public sealed class FisherInformation
{
    private const string Format = "MlNetSeqRec Fisher information 1";

    private readonly IReadOnlyDictionary<string, Diagonal> _diagonals;
    private readonly string _model;

    internal FisherInformation(IReadOnlyDictionary<string, Diagonal> diagonals, string model, int examples, long targets) =>
        (_diagonals, _model, Examples, Targets) = (diagonals, model, examples, targets);

    /// <summary>Histories that were looked at.</summary>
    public int Examples { get; }

    /// <summary>Targets in them.</summary>
    public long Targets { get; }

    /// <summary>Writes it to a file, which is whole or not there.</summary>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        AtomicFile.Write(path, stream =>
        {
            using var writer = new BinaryWriter(stream);
            writer.Write(Format);
            writer.Write(_model);
            writer.Write(Examples);
            writer.Write(Targets);
            writer.Write(_diagonals.Count);
            foreach ((string name, Diagonal diagonal) in _diagonals)
            {
                writer.Write(name);
                writer.Write(diagonal.Rows);
                writer.Write(diagonal.Values.Length);
                writer.Write(MemoryMarshal.AsBytes(diagonal.Values.AsSpan()));
            }
        });
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or something else.</exception>
    public static FisherInformation Load(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no Fisher information {path}: elastic weight consolidation needs that of the pre-training data (seqrec fisher makes it)");
        try
        {
            using var reader = new BinaryReader(File.OpenRead(path));
            if (reader.ReadText() != Format)
                throw new InvalidDataException("it begins with something else");
            string model = reader.ReadText();
            int examples = reader.ReadInt32();
            long targets = reader.ReadInt64();
            var diagonals = new Dictionary<string, Diagonal>(StringComparer.Ordinal);
            for (int left = reader.ReadInt32(); left > 0; left--)
            {
                string name = reader.ReadText();
                int rows = reader.ReadInt32(), length = reader.ReadInt32();
                if (length < 0 || length > (reader.BaseStream.Length - reader.BaseStream.Position) / sizeof(float))
                    throw new InvalidDataException("a length makes no sense");
                var values = new float[length];
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
                diagonals.Add(name, new Diagonal(rows, values));
            }

            return new FisherInformation(diagonals, model, examples, targets);
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"{path} is not Fisher information that can be read: {e.Message}", e);
        }
    }

    /// <summary>The values for a parameter, in its order; for tests.</summary>
    internal ReadOnlySpan<float> Of(string name) => _diagonals[name].Values;

    internal void CheckFits(TrainedModel model)
    {
        if (_model != IdentityOf(model.Network))
            throw new ArgumentException("The Fisher information is of another model than the pre-trained one that was given");
    }

    /// <summary>What draws a network that was made from the pre-trained one back to it, in the optimizer's order.</summary>
    internal WeightAnchor MakeAnchor(double strength, TrainingStep step, MergedTokenizer merged)
    {
        var parts = new WeightAnchor.Part?[step.Names.Count];
        for (int i = 0; i < step.Names.Count; i++)
        {
            if (!_diagonals.TryGetValue(step.Names[i], out Diagonal? diagonal))
                continue;
            Tensor value = step.Parameters[i].detach().DetachFromDisposeScope();
            float[] fisher = step.Names[i] == ParameterNames.Tokens ? OfRows(diagonal, merged) : diagonal.Values;
            using Tensor flat = tensor(fisher, device: value.device);
            parts[i] = new WeightAnchor.Part(value, flat.view(value.shape).clone().DetachFromDisposeScope(), value.clone().DetachFromDisposeScope());
        }

        return new WeightAnchor(strength, parts);
    }

    /// <summary>Tells models apart by their weights; a catalogue that was exchanged makes no difference.</summary>
    internal static string IdentityOf(SequentialNetwork network)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in network.named_parameters())
        {
            if (name != ParameterNames.Ids)
                hash.AppendData(MemoryMarshal.AsBytes(parameter.Values<float>().AsSpan()));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    // New tokens have nothing to be held to.
    private static float[] OfRows(Diagonal known, MergedTokenizer merged)
    {
        int width = known.Values.Length / known.Rows;
        var values = new float[merged.Rows.Count * width];
        for (int row = 0; row < merged.Rows.Count; row++)
        {
            if (merged.Rows[row].IsKnown)
                known.Values.AsSpan(merged.Rows[row].KnownRows[0] * width, width).CopyTo(values.AsSpan(row * width));
        }

        return values;
    }

    /// <summary>The values of one parameter, row by row.</summary>
    internal sealed record Diagonal(int Rows, float[] Values);
}
