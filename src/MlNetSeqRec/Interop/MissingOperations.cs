using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace MlNetSeqRec;

/// <summary>
/// What a libtorch lacks of the operations that TorchSharp's own library asks for. Linux looks for one when it is first called, and
/// ends the process where it is missing: here all are looked for beforehand. It may be one that is never called, so it is only said.
/// </summary>
internal static unsafe class MissingOperations
{
    private const int ResolveAllNow = 2; // RTLD_NOW
    private const string Undefined = "undefined symbol: ";

    /// <summary>TorchSharp's own library, as it is called on Linux.</summary>
    public const string Library = "libLibTorchSharp.so";

    /// <summary>Loads a library with all that it asks for, and says what the first thing is that is missing; null for nothing, and elsewhere than on Linux, where loading fails in that case.</summary>
    /// <param name="library">Path of <see cref="Library"/>; the libtorch that it shall use is loaded already.</param>
    /// <param name="libtorch">Where that is, for the message.</param>
    public static string? Find(string library, string libtorch)
    {
        if (!OperatingSystem.IsLinux() || !TryFind("dlopen", out IntPtr open) || !TryFind("dlerror", out IntPtr error))
            return null;
        byte* path = (byte*)Marshal.StringToCoTaskMemUTF8(library);
        try
        {
            if (((delegate* unmanaged<byte*, int, void*>)open)(path, ResolveAllNow) != null)
                return null;
            string said = Marshal.PtrToStringUTF8((IntPtr)((delegate* unmanaged<byte*>)error)()) ?? string.Empty;
            int at = said.IndexOf(Undefined, StringComparison.Ordinal);
            return at < 0 ? null
                : $"the libtorch in {libtorch} lacks {ReadableName(said[(at + Undefined.Length)..])}, which TorchSharp {TorchSharpVersion} was built for: " +
                    "where it is called the process ends; the libtorch of another PyTorch version may have it";
        }
        finally
        {
            Marshal.FreeCoTaskMem((IntPtr)path);
        }
    }

    /// <summary>at::_ops::linalg_solve::call for _ZN2at4_ops12linalg_solve4callERKNS_6TensorE; a name of another form as it is.</summary>
    internal static string ReadableName(string symbol)
    {
        symbol = symbol.Split(' ', '\n', ',')[0];
        var parts = new List<string>();
        int at = symbol.StartsWith("_ZNK", StringComparison.Ordinal) ? 4 : symbol.StartsWith("_ZN", StringComparison.Ordinal) ? 3 : symbol.Length;
        while (at < symbol.Length && char.IsAsciiDigit(symbol[at]))
        {
            int digits = symbol.Skip(at).TakeWhile(char.IsAsciiDigit).Count();
            int length = int.Parse(symbol.AsSpan(at, digits), CultureInfo.InvariantCulture);
            at += digits;
            if (at + length > symbol.Length)
                return symbol;
            parts.Add(symbol.Substring(at, length));
            at += length;
        }

        return parts.Count > 0 ? string.Join("::", parts) : symbol;
    }

    private static string? TorchSharpVersion => typeof(torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];

    // In glibc since 2.34, before in a library of its own.
    private static bool TryFind(string function, out IntPtr address)
    {
        address = IntPtr.Zero;
        foreach (string name in new[] { "libc.so.6", "libdl.so.2" })
        {
            if (NativeLibrary.TryLoad(name, out IntPtr library) && NativeLibrary.TryGetExport(library, function, out address))
                return true;
        }

        return false;
    }
}
