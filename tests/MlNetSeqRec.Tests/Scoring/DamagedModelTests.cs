using CsCheck;
using Microsoft.ML;

namespace MlNetSeqRec.Tests.Scoring;

/// <summary>A model with turned, lost, doubled or inserted bytes is refused in one line, or loads.</summary>
public class DamagedModelTests
{
    private const int HeadLength = 6_000; // settings, catalogue, vocabulary; behind it are mostly weights

    private static readonly Lazy<byte[]> Model = new(() =>
    {
        using var stream = new MemoryStream();
        SmallShop.Train(new MLContext(1), options => (options.Epochs, options.Width) = (1, 8)).Model.Save(stream);
        return stream.ToArray();
    });

    [Fact]
    public void InItsHead() => Data.Damage.To(Model.Value[..HeadLength]).Sample(head => Try([.. head, .. Model.Value[HeadLength..]]), threads: 1);

    [Fact]
    public void Anywhere() => Data.Damage.To(Model.Value).Sample(Try, threads: 1);

    [Fact]
    public void RandomBytes() => Gen.Byte.Array[0, 200].Sample(Try, threads: 1);

    private static void Try(byte[] bytes)
    {
        try
        {
            SequentialRecommendationTransformer.Load(new MemoryStream(bytes), "cpu").Dispose();
        }
        catch (InvalidDataException error)
        {
            Assert.DoesNotContain(error.Message, char.IsControl);
            Assert.NotEmpty(error.Message);
        }
    }
}
