using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>Copies weights between networks that differ in their tables alone.</summary>
internal static class WeightTransfer
{
    /// <summary>Copies every parameter but those named, by name; each must be there in the same shape.</summary>
    /// <exception cref="InvalidDataException">The networks differ elsewhere.</exception>
    public static void Copy(SequentialNetwork from, SequentialNetwork into, params ReadOnlySpan<string> except)
    {
        Dictionary<string, Parameter> source = from.named_parameters().ToDictionary(named => named.name, named => named.parameter, StringComparer.Ordinal);
        using IDisposable _ = no_grad();
        foreach ((string name, Parameter parameter) in into.named_parameters())
        {
            if (except.Contains(name))
                continue;
            if (!source.TryGetValue(name, out Parameter? value) || !value.shape.AsSpan().SequenceEqual(parameter.shape))
                throw new InvalidDataException($"The network has '{name}' of [{string.Join(", ", parameter.shape)}]; the pre-trained one has {(value is null ? "none" : $"[{string.Join(", ", value.shape)}]")}");
            parameter.copy_(value);
        }
    }
}
