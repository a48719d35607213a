using Microsoft.ML;

namespace MlNetSeqRec.Tests;

public class ItemCatalogueTests
{
    private sealed class Joined
    {
        public string ItemId { get; set; } = "";
        public string Title { get; set; } = "";
        public string Brand { get; set; } = "";
        public string Categories { get; set; } = "";
    }

    private sealed class Vectors
    {
        public string Asin { get; set; } = "";
        public string[] Genres { get; set; } = [];
    }

    private sealed class Wrong
    {
        public float ItemId { get; set; }
        public float Title { get; set; }
    }

    private static readonly MLContext Ml = new(seed: 1);

    private static readonly ItemCatalogue Three = ItemCatalogue.FromDataView(Ml.Data.LoadFromEnumerable<Joined>(
    [
        new() { ItemId = "b", Title = "Red nail polish", Brand = "OPI", Categories = "Beauty > Nails" },
        new() { ItemId = "a", Title = "Blue", Categories = " Beauty >  > Hair > Scalp " },
        new() { ItemId = "b", Title = "second row of b" },
        new() { ItemId = "", Title = "no id" },
        new() { ItemId = "B" },
    ]));

    [Fact]
    public void IdsAndIndicesAreABijectionInTheOrderOfTheRows()
    {
        Assert.Equal(3, Three.Count);
        Assert.Equal(["b", "a", "B"], Enumerable.Range(0, 3).Select(Three.IdOf));
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(i, Three.IndexOf(Three.IdOf(i))));
        Assert.Equal(-1, Three.IndexOf("c"));
        Assert.Equal(-1, Three.IndexOf(""));
    }

    [Fact]
    public void TheFirstRowOfAnIdGivesTheText()
    {
        Assert.Equal("Red nail polish", Three.TextOf(0).Title);
        Assert.Equal("OPI", Three.TextOf(0).Brand);
        Assert.Equal(["Beauty", "Nails"], Three.TextOf(0).Categories);
        Assert.Equal(["Beauty", "Hair", "Scalp"], Three.TextOf(1).Categories);
        Assert.Equal("", Three.TextOf(1).Brand);
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(Three.HasText));
    }

    [Fact]
    public void CategoriesMayBeAVectorAndOtherColumnsMayBeMissing()
    {
        IDataView items = Ml.Data.LoadFromEnumerable<Vectors>([new() { Asin = "x", Genres = ["Drama", "Sci-Fi > Space", ""] }, new() { Asin = "y" }]);
        var catalogue = ItemCatalogue.FromDataView(items, itemColumn: "Asin", categoriesColumn: "Genres");
        Assert.Equal(["Drama", "Sci-Fi > Space"], catalogue.TextOf(0).Categories);
        Assert.Equal("", catalogue.TextOf(0).Title);
        Assert.False(catalogue.HasText(1));
    }

    [Fact]
    public void LookUpAllocatesNothing()
    {
        ReadOnlyMemory<char> id = "xBx".AsMemory(1, 1);
        int found = Three.IndexOf(id.Span);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            found = Three.IndexOf(id.Span);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(2, found);
    }

    [Fact]
    public void AWrongColumnIsNamedWithItsTypeAndWhatWasExpected()
    {
        IDataView wrong = Ml.Data.LoadFromEnumerable<Wrong>([new()]);
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => ItemCatalogue.FromDataView(wrong)).Message;
        Assert.Contains("'ItemId'", message, StringComparison.Ordinal);
        Assert.Contains("Single", message, StringComparison.Ordinal);
        Assert.Contains("expected text", message, StringComparison.Ordinal);
        message = Assert.Throws<ArgumentOutOfRangeException>(() => ItemCatalogue.FromDataView(wrong, itemColumn: "Id")).Message;
        Assert.Contains("no column 'Id'", message, StringComparison.Ordinal);
        Assert.Contains("'Title'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void MoreItemsAreAppendedWithoutText()
    {
        ItemCatalogue more = Three.With(["a", "z", "z", "y"]);
        Assert.Equal(["b", "a", "B", "z", "y"], Enumerable.Range(0, more.Count).Select(more.IdOf));
        Assert.Equal("OPI", more.TextOf(0).Brand);
        Assert.False(more.HasText(3));
        Assert.Same(more, more.With(["a"]));
        Assert.Equal(3, Three.Count);
        Assert.Equal(2, ItemCatalogue.FromIds(["p", "q", "p"]).Count);
        Assert.ThrowsAny<ArgumentException>(() => ItemCatalogue.FromIds(["p", ""]));
    }

    [Fact]
    public void SavedAndLoadedItIsTheSame()
    {
        ItemCatalogue loaded = ItemCatalogue.Load(new BinaryReader(new MemoryStream(Saved())));
        Assert.Equal(Three.Count, loaded.Count);
        for (int i = 0; i < Three.Count; i++)
        {
            Assert.Equal(i, loaded.IndexOf(Three.IdOf(i)));
            Assert.Equal(Three.TextOf(i).Title, loaded.TextOf(i).Title);
            Assert.Equal(Three.TextOf(i).Brand, loaded.TextOf(i).Brand);
            Assert.Equal(Three.TextOf(i).Categories, loaded.TextOf(i).Categories);
            Assert.Equal(Three.HasText(i), loaded.HasText(i));
        }
    }

    [Fact]
    public void AFileCutAnywhereIsRefused()
    {
        byte[] saved = Saved();
        for (int length = 0; length < saved.Length; length++)
        {
            var reader = new BinaryReader(new MemoryStream(saved, 0, length));
            Exception? thrown = Record.Exception(() => ItemCatalogue.Load(reader));
            Assert.True(thrown is InvalidDataException or EndOfStreamException, $"cut at {length}: {thrown}");
        }
    }

    [Fact]
    public void ADamagedFileNeverEndsInAnotherException()
    {
        byte[] saved = Saved();
        var random = new Random(1);
        for (int trial = 0; trial < 2000; trial++)
        {
            byte[] damaged = [.. saved];
            damaged[random.Next(saved.Length)] = (byte)random.Next(256);
            Exception? thrown = Record.Exception(() => ItemCatalogue.Load(new BinaryReader(new MemoryStream(damaged))));
            Assert.True(thrown is null or InvalidDataException or EndOfStreamException, $"{thrown}");
        }
    }

    private static byte[] Saved()
    {
        using var stream = new MemoryStream();
        Three.Save(new BinaryWriter(stream));
        return stream.ToArray();
    }
}
