using System.Runtime.InteropServices;

namespace MlNetSeqRec;

/// <summary>Tells libtorch's want of memory, on a CPU or GPU, from its other errors, which have the same type.</summary>
internal static class OutOfMemory
{
    public static bool Is(ExternalException error) =>
        error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || error.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase)
        || error.Message.Contains("not enough memory", StringComparison.OrdinalIgnoreCase);
}
