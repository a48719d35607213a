using System.Text;

namespace MlNetSeqRec.Tests;

public class NativeLibraryTests
{
    [Fact]
    public void TorchLoadsAndComputes() => Assert.Equal(3f, TorchSharp.torch.ones(3).sum().item<float>());

    [Fact]
    public void WhatHasAllItsOperationsPasses()
    {
        NativeLibraries.Load();
        Assert.Null(MissingOperations.Find(OwnLibrary(), "its folder"));
    }

    [Fact]
    public void AnOperationThatIsMissingIsNamed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux looks for operations when they are called");
        NativeLibraries.Load();
        byte[] library = File.ReadAllBytes(OwnLibrary());
        byte[] name = Encoding.ASCII.GetBytes("_ZN2at4_ops12linalg_solve4callE"), other = Encoding.ASCII.GetBytes("_ZN2at4_ops12linalg_salve4callE");
        int at = library.AsSpan().IndexOf(name);
        Assert.True(at > 0, "the library does not ask for the operation that this test takes away");
        other.CopyTo(library, at);
        string changed = Path.Combine(Directory.CreateTempSubdirectory().FullName, MissingOperations.Library);
        File.WriteAllBytes(changed, library);
        string? message = MissingOperations.Find(changed, "/opt/torch/lib");
        Assert.StartsWith("the libtorch in /opt/torch/lib lacks at::_ops::linalg_salve::call, which TorchSharp 0.", message, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(changed)!, recursive: true);
    }

    [Theory]
    [InlineData("_ZN2at4_ops12linalg_solve4callERKNS_6TensorES4_b", "at::_ops::linalg_solve::call")]
    [InlineData("_ZNK5torch3jit6Module4dumpEv", "torch::jit::Module::dump")]
    [InlineData("cudaMalloc", "cudaMalloc")]
    [InlineData("_ZN99short", "_ZN99short")]
    public void NamesAreMadeReadable(string symbol, string name) => Assert.Equal(name, MissingOperations.ReadableName(symbol));

    private static string OwnLibrary()
    {
        string folders = (string)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES")!;
        return folders.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, MissingOperations.Library)).First(File.Exists);
    }
}
