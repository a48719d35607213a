using MlNetSeqRec.Experiments.Scaling;

namespace MlNetSeqRec.Tests.Scaling;

public sealed class AccountingTests
{
    [Fact]
    public void TheAuthorsCountIsExactForEachOfTheirRuns()
    {
        List<Dictionary<string, string>> runs = Reference.Table("srt_runs.csv");
        Assert.Equal(119, runs.Count);
        foreach (Dictionary<string, string> run in runs)
        {
            long Whole(string column) => (long)double.Parse(run[column], System.Globalization.CultureInfo.InvariantCulture);
            var configuration = new SrtConfiguration
            {
                Layers = (int)Whole("n_layers"),
                Width = (int)Whole("hidden_size"),
                InnerWidth = (int)Whole("inner_size"),
                Heads = (int)Whole("n_heads"),
                Negatives = (int)Whole("num_negatives"),
                TokenRows = Whole("vocab_rows"),
                BatchSize = (int)Whole("batch_size"),
                SequenceLength = (int)Whole("seq_len"),
            };
            Assert.Equal(Whole("non_emb_params"), configuration.NonTableParameters);
            Assert.Equal(Whole("total_params"), configuration.Parameters);
            Assert.Equal(Whole("forward_flops"), configuration.ForwardFlops);
            Assert.Equal(Whole("total_flops_per_batch"), configuration.BatchFlops);
            Assert.Equal(Whole("epoch_flops"), configuration.EpochFlops(Whole("n_inters")));
            Assert.Equal(Whole("train_flops_50ep"), 50 * configuration.EpochFlops(Whole("n_inters")));
        }
    }

    [Theory]
    [InlineData(ItemEncoding.Id, 16, 1)]
    [InlineData(ItemEncoding.Text, 24, 3)]
    [InlineData(ItemEncoding.IdAndText, 32, 2)]
    public void SizesAreThoseOfTheNetworkThatIsBuilt(ItemEncoding encoding, int width, int layers)
    {
        NativeLibraries.Load();
        var size = new NetworkSize { Encoding = encoding, Items = 111, TokenRows = 77, Width = width, Layers = layers, MaximumLength = 30 };
        using var network = new SequentialNetwork(new NetworkShape
        {
            Encoding = encoding,
            Items = 111,
            TokenRows = encoding == ItemEncoding.Id ? 0 : 77,
            Width = width,
            Layers = layers,
            Heads = 4,
            MaximumLength = 30,
            Dropout = 0,
            TokenDropout = 0,
        });
        Assert.Equal(network.ParameterCount, size.Parameters);
        Assert.Equal(network.TableParameterCount, size.TableParameters);
    }

    // A history of 4 items has 3 targets, which look at 1, 2 and 3 places; one of 2 items has one.
    [Fact]
    public void TheTrueCountIsThatOfEachProduct()
    {
        const int width = 8, layers = 2, items = 10;
        var work = new TrainingWork { Positions = 4, AttentionPairs = 7, Scores = 4 * items, ItemVectors = items };
        double products = 0;
        for (int layer = 0; layer < layers; layer++)
        {
            products += 4 * ((width * 3 * width) + (width * width) + (2 * width * 4 * width));
            products += 7 * (width + width);
        }

        products += 4 * items * width;
        products += items * 2 * width * width;
        Assert.Equal(6 * products, TrainingCost.Flops(work, width, layers));
    }
}
