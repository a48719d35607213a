using System.Runtime.InteropServices;

namespace MlNetSeqRec;

/// <summary>Environment variables as native libraries see them: .NET keeps those that a program sets to itself.</summary>
internal static partial class NativeEnvironment
{
    /// <summary>Sets a variable for libraries that read it from now on. Linux and macOS only.</summary>
    public static void Set(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        _ = SetVariable(name, value, 1);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
