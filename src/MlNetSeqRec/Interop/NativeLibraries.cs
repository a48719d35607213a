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

    /// <summary>What the libtorch that was found lacks; null where nothing is known to be missing.</summary>
    public static string? Warning { get; private set; }

    /// <exception cref="DllNotFoundException">No libtorch could be loaded; says what to install.</exception>
    public static void Load() => _ = _loaded.Value;

    private static bool LoadOnce()
    {
        string? folder = Environment.GetEnvironmentVariable(Variable);
        string? packaged = Find(Names[1]);
        if (!string.IsNullOrEmpty(folder))
        {
            if (packaged is not null)
            {
                throw new DllNotFoundException(
                    $"{Variable} is set, but this program brings a libtorch of its own in {packaged}: unset {Variable}, " +
                    "or build the program without TorchSharp-cpu and libtorch-… packages (TorchSharp itself stays)");
            }

            Preload(folder);
            if (Find(MissingOperations.Library) is { } own)
                Warning = MissingOperations.Find(Path.Combine(own, MissingOperations.Library), folder);
        }
        else if (packaged is null && File.Exists(Path.Combine(OwnFolder, Names[0])))
        {
            Preload(OwnFolder);
        }

        // TorchSharp writes its own report of a failed load to the console; ours replaces it.
        TextWriter console = Console.Out;
        try
        {
            Console.SetOut(TextWriter.Null);
            RuntimeHelpers.RunClassConstructor(typeof(torch).TypeHandle);
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

    // A program may bring a libtorch in a folder of this name, as seqrec does.
    private static string OwnFolder => Path.Combine(AppContext.BaseDirectory, "libtorch");

    private static string[] Names => OperatingSystem.IsWindows() ? ["c10.dll", "torch_cpu.dll", "torch.dll"]
        : OperatingSystem.IsMacOS() ? ["libc10.dylib", "libtorch_cpu.dylib", "libtorch.dylib"]
        : ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    // Where a library lies that came with the program or as a package's. .NET finds it before any other, and two libtorch in
    // one process end it.
    private static string? Find(string library) =>
        (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, library)));

    // Libraries that are loaded already satisfy, by their names, what TorchSharp's own library asks for.
    private static void Preload(string folder)
    {
        foreach (string name in Names)
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
                throw new DllNotFoundException($"{name} cannot be loaded from {folder}: {e.Message.Split('\n')[0]}", e);
            }
        }
    }
}
