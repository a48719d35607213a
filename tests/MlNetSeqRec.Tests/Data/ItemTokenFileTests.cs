using Microsoft.ML;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Tests.Data;

/// <summary>The vocabulary and the tokens that prepare writes, and training with them.</summary>
public sealed class ItemTokenFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly AmazonLikeFiles _raw;

    public ItemTokenFileTests() => _raw = Run.Generate(_folder["raw"], new() { Users = 300, Items = 200, UntitledRate = 0.05 });

    public void Dispose() => _folder.Dispose();

    private PreparationOptions Options(string name) => new() { Reviews = [_raw.Reviews], Items = [_raw.Items], OutputFolder = _folder[name], VocabularySize = 300 };

    private byte[] Bytes(string name, string file) => File.ReadAllBytes(Path.Combine(_folder[name], file));

    private bool Has(string name, string file) => File.Exists(Path.Combine(_folder[name], file));

    private static ItemCatalogue Catalogue(string folder) => ItemCatalogue.FromDataView(Views.Catalog.LoadItems(folder));

    [Fact]
    public void TwoRunsAndOneOrTwoThreadsGiveTheSameBytes()
    {
        Run.Prepare(Options("a"));
        Run.Prepare(Options("b") with { Threads = 1 });
        Run.Prepare(Options("c") with { Threads = 2, MemoryLimit = "1GB" });
        foreach (string other in new[] { "b", "c" })
        {
            Assert.Equal(Bytes("a", "vocabulary.bin"), Bytes(other, "vocabulary.bin"));
            Assert.Equal(Bytes("a", "tokens.parquet"), Bytes(other, "tokens.parquet"));
        }

        Assert.False(Directory.Exists(_folder[Path.Combine("a", ".prepare")]));
    }

    [Fact]
    public void TokensAreThoseOfTheTexts()
    {
        Run.Prepare(Options("out"));
        ItemCatalogue ready = Catalogue(_folder["out"]);
        ItemTokenizer tokenizer = Views.Catalog.LoadTokenizer(_folder["out"])!;
        Assert.NotNull(ready.Tokenized);
        Assert.InRange(tokenizer.PieceCount, 50, 300);
        ItemTokens tokens = tokenizer.Tokenize(ready.With(["unknown", "one more"]));
        File.Delete(Path.Combine(_folder["out"], "tokens.parquet"));
        ItemCatalogue texts = Catalogue(_folder["out"]);
        Assert.Null(texts.Tokenized);
        Assert.Null(Views.Catalog.LoadTokenizer(_folder["out"]));
        ItemTokens fromTexts = tokenizer.Tokenize(texts.With(["unknown", "one more"]));
        Assert.Equal(fromTexts.Tokens, tokens.Tokens);
        Assert.Equal(fromTexts.Offsets, tokens.Offsets);
        Assert.Equal(tokenizer.Sha256, ItemTokenizer.Train(texts, 300).Sha256);
        Assert.Equal(texts.Items().Select(item => (item.Id, item.Text.Title)), ready.Items().Select(item => (item.Id, item.Text.Title)));
    }

    [Fact]
    public void TrainingWithThemGivesTheModelOfTheTexts()
    {
        Run.Prepare(Options("out"));
        byte[] withTokens = Train();
        File.Delete(Path.Combine(_folder["out"], "tokens.parquet"));
        Assert.Equal(withTokens, Train());

        byte[] Train()
        {
            var ml = new MLContext(1);
            SequentialDataCatalog data = ml.SequentialRecommendation().Data;
            SequenceSplit split = data.LeaveOneOutSplit(data.LoadInteractions(_folder["out"]));
            SequentialTransformerOptions options = SmallShop.Options(ml, split);
            (options.Items, options.Tokenizer) = (data.LoadItems(_folder["out"]), data.LoadTokenizer(_folder["out"]));
            (options.Epochs, options.VocabularySize) = (1, 300);
            ITransformer chain = ml.SequentialRecommendation().Transforms.BuildSequences()
                .Append(ml.SequentialRecommendation().Trainers.SequentialTransformer(options)).Fit(split.Train);
            SequentialRecommendationTransformer model = SequentialRecommendationCatalog.FindModel(chain);
            Assert.Contains(Enumerable.Range(0, model.Catalogue.Count), item => model.Catalogue.TextOf(item).Title.Length > 0);
            return Training.TrainingTests.Bytes(model);
        }
    }

    [Fact]
    public void WhatIsThereIsKeptAndWhatChangesIsMadeAnew()
    {
        Run.Prepare(Options("out"));
        string tokens = Path.Combine(_folder["out"], "tokens.parquet");
        File.SetLastWriteTimeUtc(tokens, DateTime.UnixEpoch);
        Run.Prepare(Options("out"));
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(tokens));
        byte[] before = Bytes("out", "tokens.parquet");

        Run.Prepare(Options("out") with { VocabularySize = 60 });
        Assert.NotEqual(before, Bytes("out", "tokens.parquet"));
        Run.Prepare(Options("out") with { MinUserEvents = 9 });
        Assert.Equal(Catalogue(_folder["out"]).Count, Views.Catalog.LoadTokenizer(_folder["out"])!.Tokenize(Catalogue(_folder["out"])).ItemCount);
        File.Delete(tokens); // as if the run had been killed
        Run.Prepare(Options("out"));
        Assert.Equal(before, Bytes("out", "tokens.parquet"));
        Run.Prepare(Options("out") with { VocabularySize = 0 });
        Assert.False(Has("out", "tokens.parquet") || Has("out", "vocabulary.bin"));
        Run.Prepare(Options("bare") with { Items = [] });
        Assert.False(Has("bare", "tokens.parquet") || Has("bare", "vocabulary.bin"));
    }

    [Fact]
    public void FilesThatDoNotBelongTogetherAreNamed()
    {
        Run.Prepare(Options("out"));
        Run.Prepare(Options("other") with { VocabularySize = 100, SampleInteractions = 500 });
        Refused("other", "items.parquet", "tokens.parquet was not made from the items.parquet");
        Refused("other", "vocabulary.bin", "tokens.parquet was not made from");
        Refused(Bytes("out", "vocabulary.bin")[..100], "vocabulary.bin", "vocabulary.bin is not a vocabulary");
        Refused(Bytes("out", "tokens.parquet")[..100], "tokens.parquet", "tokens.parquet was not made from");

        void Refused(object with, string file, string message)
        {
            string path = Path.Combine(_folder["out"], file);
            byte[] good = File.ReadAllBytes(path);
            File.WriteAllBytes(path, with as byte[] ?? Bytes((string)with, file));
            string told = Assert.Throws<InvalidDataException>(() => Views.Catalog.LoadTokenizer(_folder["out"])).Message;
            Assert.Contains(message, told, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', told);
            Assert.Null(Catalogue(_folder["out"]).Tokenized);
            File.WriteAllBytes(path, good);
            Assert.NotNull(Views.Catalog.LoadTokenizer(_folder["out"]));
        }
    }

    [Fact]
    public void StrangeTitlesAndAnEmptyVocabulary()
    {
        string reviews = _folder.Write("r.csv", string.Concat(Enumerable.Range(0, 60).Select(n => $"B{n % 3:D9},A1B2C3D4E5F6{n % 10},5.0,{1405296000 + n}\n")));
        string[] titles = ["💅🏽 💅", "!!!", new string('x', 1_000_000)];
        string items = _folder.Write("i.json", string.Concat(titles.Select((title, n) => $"{{\"asin\": \"B{n:D9}\", \"title\": \"{title}\"}}\n")));
        var options = new PreparationOptions { Reviews = [reviews], Items = [items], OutputFolder = _folder["out"] };
        Assert.Equal(3, Run.Prepare(options).Items);
        ItemTokenizer tokenizer = Views.Catalog.LoadTokenizer(_folder["out"])!;
        Assert.Equal([0, 0, 0, 1], tokenizer.Tokenize(Catalogue(_folder["out"])).Offsets.Select(offset => Math.Min(offset, 1)));

        items = _folder.Write("j.json", string.Concat(titles[..2].Concat(["?"]).Select((title, n) => $"{{\"asin\": \"B{n:D9}\", \"title\": \"{title}\"}}\n")));
        Run.Prepare(options with { Items = [items] });
        Assert.Equal(0, Views.Catalog.LoadTokenizer(_folder["out"])!.RowCount);
        Assert.Empty(Views.Catalog.LoadTokenizer(_folder["out"])!.Tokenize(Catalogue(_folder["out"])).Tokens);
    }
}
