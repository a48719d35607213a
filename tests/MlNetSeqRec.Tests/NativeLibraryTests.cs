namespace MlNetSeqRec.Tests;

public class NativeLibraryTests
{
    [Fact]
    public void TorchLoadsAndComputes() => Assert.Equal(3f, TorchSharp.torch.ones(3).sum().item<float>());
}
