using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace MlNetSeqRec;

/// <summary>
/// Loads libtorch once: the one that the variable SEQREC_LIBTORCH points at, or the one that came with the program.
/// </summary>
internal static class NativeLibraries
{
    public const string Variable = "SEQREC_LIBTORCH";

    private static readonly Lazy<bool> _loaded = new(LoadOnce);

    /// <exception cref="DllNotFoundException">No libtorch could be loaded; says what to install.</exception>
    public static void Load() => _ = _loaded.Value;

    private static bool LoadOnce()
    {
        string? folder = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(folder))
            Preload(folder);

        // TorchSharp writes its own report of a failed load to the console; ours replaces it.
        TextWriter console = Console.Out;
        try
        {
            Console.SetOut(TextWriter.Null);
            RuntimeHelpers.RunClassConstructor(typeof(torch).TypeHandle);
            if (!string.IsNullOrEmpty(folder))
                KeepFromLoadingAnother();
            torch.InitializeDeviceType(DeviceType.CPU);
            return true;
        }
        catch (Exception e) when (e is TypeInitializationException or NotSupportedException or DllNotFoundException)
        {
            throw new DllNotFoundException(
                "No native library for TorchSharp could be loaded. Add the package TorchSharp-cpu (or TorchSharp-cuda-linux, TorchSharp-cuda-windows) " +
                $"to the program, or set {Variable} to the torch/lib folder of a Python install of PyTorch. " +
                $"The loader said: {(e.InnerException ?? e).Message.Split('\n')[0]}", e);
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    // Libraries that are loaded already satisfy, by their names, what TorchSharp's own library asks for.
    private static void Preload(string folder)
    {
        string[] names = OperatingSystem.IsWindows() ? ["c10.dll", "torch_cpu.dll", "torch.dll"]
            : OperatingSystem.IsMacOS() ? ["libc10.dylib", "libtorch_cpu.dylib", "libtorch.dylib"]
            : ["libc10.so", "libtorch_cpu.so", "libtorch.so"];
        foreach (string name in names)
        {
            string path = Path.Combine(folder, name);
            if (!File.Exists(path))
                throw new DllNotFoundException($"{Variable} is {folder}, where there is no {name}: it must be the torch/lib folder of a Python install of PyTorch");
            try
            {
                NativeLibrary.Load(path);
            }
            catch (DllNotFoundException e)
            {
                throw new DllNotFoundException($"{Variable} is {folder}, but {name} cannot be loaded from there: {e.Message.Split('\n')[0]}", e);
            }
        }
    }

    // TorchSharp would next load the libtorch_cpu that came with the program, a second one beside the first.
    private static void KeepFromLoadingAnother() =>
        typeof(torch).GetField("nativeBackendLoaded", BindingFlags.NonPublic | BindingFlags.Static)?.SetValue(null, true);
}
