using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>A network's parameters in a binary stream: for each its name, shape and 32-bit floats, in the network's order.</summary>
internal static class Weights
{
    public static void Write(BinaryWriter writer, nn.Module network)
    {
        (string name, TorchSharp.Modules.Parameter parameter)[] all = [.. network.named_parameters()];
        writer.Write(all.Length);
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in all)
        {
            writer.Write(name);
            WriteTensor(writer, parameter);
        }
    }

    /// <summary>Reads into a network of the same shape; another shape is refused with the first difference.</summary>
    public static void Read(BinaryReader reader, nn.Module network)
    {
        (string name, TorchSharp.Modules.Parameter parameter)[] all = [.. network.named_parameters()];
        int count = reader.ReadInt32();
        if (count != all.Length)
            throw new InvalidDataException($"The file holds {count} weights; this network has {all.Length}");
        using (no_grad())
        {
            foreach ((string name, TorchSharp.Modules.Parameter parameter) in all)
            {
                string found = reader.ReadText();
                if (found != name)
                    throw new InvalidDataException($"The file holds weight '{found}' where this network has '{name}'");
                ReadTensor(reader, parameter, name);
            }
        }
    }

    public static void WriteTensor(BinaryWriter writer, Tensor tensor)
    {
        using DisposeScope scope = NewDisposeScope();
        writer.Write(tensor.shape.Length);
        foreach (long size in tensor.shape)
            writer.Write(size);
        float[] values = tensor.to(ScalarType.Float32).Values<float>();
        writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    public static void ReadTensor(BinaryReader reader, Tensor into, string name)
    {
        using DisposeScope scope = NewDisposeScope();
        long[] shape = new long[Math.Clamp(reader.ReadInt32(), 0, 8)];
        for (int i = 0; i < shape.Length; i++)
            shape[i] = reader.ReadInt64();
        if (!shape.AsSpan().SequenceEqual(into.shape))
            throw new InvalidDataException($"Weight '{name}' is [{string.Join(", ", shape)}] in the file and [{string.Join(", ", into.shape)}] in this network");
        var values = new float[into.numel()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        using (no_grad())
            into.copy_(torch.tensor(values, shape));
    }
}
