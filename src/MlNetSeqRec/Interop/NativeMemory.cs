using System.Runtime.InteropServices;

namespace MlNetSeqRec;

/// <summary>
/// Keeps glibc from giving large freed blocks back to the system. Each training step frees and takes the same hundreds of
/// megabytes; without this the kernel clears them anew each time, which about doubles the time of a step on two cores.
/// Elsewhere it does nothing.
/// </summary>
internal static partial class NativeMemory
{
    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD
    private const int MapThreshold = -3; // M_MMAP_THRESHOLD

    public static void KeepFreedBlocks()
    {
        if (!OperatingSystem.IsLinux())
            return;

        try
        {
            _ = SetOption(MapThreshold, 1 << 30);
            _ = SetOption(TrimThreshold, int.MaxValue);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library, musl for example: it has no such option.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
