using System.Runtime.InteropServices;

namespace MlNetSeqRec;

/// <summary>The process as native libraries see it: .NET keeps environment variables that a program sets to itself, and ends with ceremony.</summary>
internal static partial class NativeEnvironment
{
    /// <summary>Sets a variable for libraries that read it from now on. Linux and macOS only.</summary>
    public static void Set(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        _ = SetVariable(name, value, 1);
    }

    /// <summary>Ends this process now: no handler is called and no thread waited for, one of which may be in MPI for ever. Linux and macOS only.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    public static partial void Exit(int code);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
