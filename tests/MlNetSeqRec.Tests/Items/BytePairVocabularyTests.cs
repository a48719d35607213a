using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MlNetSeqRec.Tests;

public class BytePairVocabularyTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(40)]
    [InlineData(300)]
    [InlineData(5000)]
    public void EncodingEqualsMergingByHandOnRealTitles(int size)
    {
        BytePairVocabulary vocabulary = BytePairVocabulary.Train(Titles.All.Concat(Titles.All), size);
        Assert.InRange(vocabulary.Count, 2, size);
        foreach (string title in Titles.All)
            Assert.Equal(MergedByHand(vocabulary, title), Spelt(vocabulary, title));
    }

    [Fact]
    public void EncodingEqualsMergingByHandOnRandomTexts()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            BytePairVocabulary vocabulary = BytePairVocabulary.Train(Titles.Random(40, seed), 20 + seed * 3, minimumCount: 1 + seed % 3);
            foreach (string text in Titles.Random(40, seed + 1000))
                Assert.Equal(MergedByHand(vocabulary, text), Spelt(vocabulary, text));
        }
    }

    [Fact]
    public void MergesTheMostFrequentPairFirstAsCountedAnew()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            string[] texts = Titles.Random(30, seed);
            BytePairVocabulary vocabulary = BytePairVocabulary.Train(texts, 60, minimumCount: 1);
            Assert.Equal(TrainedByHand(texts, 60), vocabulary.Pieces);
        }
    }

    [Fact]
    public void AFrequentWordIsOnePieceAndSharesItsStem()
    {
        BytePairVocabulary vocabulary = BytePairVocabulary.Train(Enumerable.Repeat("nail polish nails thumbnail", 5), 200);
        Assert.Equal(["nail"], Spelt(vocabulary, "Nail"));
        Assert.Equal(["nail", "polish"], Spelt(vocabulary, " NAIL-polish! "));
        Assert.Single(vocabulary.Encode("thumbnail"));
        Assert.Contains("nail", Spelt(vocabulary, "nailp"));
        Assert.NotEqual(Spelt(vocabulary, "nail"), Spelt(vocabulary, "thumbnail")[^1..]);
    }

    [Fact]
    public void UnknownCharactersHaveNoPiece()
    {
        BytePairVocabulary vocabulary = BytePairVocabulary.Train(["red red", "crème"], 50);
        Assert.Equal(Spelt(vocabulary, "red"), Spelt(vocabulary, "réd Щ red 漢字").Where(piece => piece != "r" && piece != "##d"));
        Assert.Empty(vocabulary.Encode("漢字 !!! 💅"));
        Assert.Empty(vocabulary.Encode(""));
    }

    [Fact]
    public void WithoutTextsThereIsNothingToEncode()
    {
        BytePairVocabulary vocabulary = BytePairVocabulary.Train([], 100);
        Assert.Equal(0, vocabulary.Count);
        Assert.Empty(vocabulary.Encode("anything"));
        Assert.Empty(Reloaded(vocabulary).Encode("anything"));
    }

    [Fact]
    public void SavedAndLoadedItIsTheSame()
    {
        BytePairVocabulary vocabulary = BytePairVocabulary.Train(Titles.All.Concat(Titles.All), 400);
        BytePairVocabulary loaded = Reloaded(vocabulary);
        Assert.Equal(vocabulary.Pieces, loaded.Pieces);
        foreach (string title in Titles.All)
            Assert.Equal(vocabulary.Encode(title), loaded.Encode(title));
    }

    [Fact]
    public void ThreadsMayEncodeAtOnce()
    {
        BytePairVocabulary vocabulary = BytePairVocabulary.Train(Titles.All.Concat(Titles.All), 400);
        int[][] alone = [.. Titles.All.Select(title => vocabulary.Encode(title).ToArray())];
        BytePairVocabulary shared = Reloaded(vocabulary);
        Parallel.For(0, 2000, i => Assert.Equal(alone[i % alone.Length], shared.Encode(Titles.All[i % alone.Length])));
    }

    [Fact]
    public void ForgettingRareWordsKeepsTheFrequentOnes()
    {
        IEnumerable<string> texts = Enumerable.Range(0, 5000).Select(i => $"often word{i}");
        IReadOnlyDictionary<string, long> counts = WordCounts.Of(texts, maximumDistinct: 1000);
        Assert.InRange(counts.Count, 1, 1001);
        Assert.Equal(5000, counts["often"]);
    }

    [Fact]
    public void TrainingOnTwelveThousandTitlesTakesSeconds()
    {
        string[] texts = [.. Enumerable.Range(0, 12_000).Select(i => $"{Titles.All[i % 14]} {i * 7919 % 4001:x} {i * 104729 % 9973:x}")];
        var watch = Stopwatch.StartNew();
        Assert.InRange(BytePairVocabulary.Train(texts, 8000).Count, 5000, 8000);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10); // well under one second on a quiet machine
    }

    private static BytePairVocabulary Reloaded(BytePairVocabulary vocabulary)
    {
        using var stream = new MemoryStream();
        vocabulary.Save(new BinaryWriter(stream));
        stream.Position = 0;
        return BytePairVocabulary.Load(new BinaryReader(stream));
    }

    private static string[] Spelt(BytePairVocabulary vocabulary, string text) => [.. vocabulary.Encode(text).Select(id => vocabulary.Pieces[id])];

    /// <summary>The definition, slowly: in each word apply the earliest merge that fits, at its leftmost place, until none fits.</summary>
    private static List<string> MergedByHand(BytePairVocabulary vocabulary, string text)
    {
        var rank = new Dictionary<(string, string), int>();
        foreach ((int left, int right) in vocabulary.Merges)
            rank.Add((vocabulary.Pieces[left], vocabulary.Pieces[right]), rank.Count);
        var known = vocabulary.Pieces.ToHashSet();
        var all = new List<string>();
        foreach (Match word in
            Regex.Matches(Escaped(text.ToLowerInvariant()), @"\S+"))
        {
            List<string> pieces = [.. word.Value.EnumerateRunes().Select((rune, i) => (i > 0 ? "##" : "") + rune).Where(known.Contains)];
            while (Enumerable.Range(0, Math.Max(pieces.Count - 1, 0)).Where(i => rank.ContainsKey((pieces[i], pieces[i + 1])))
                .OrderBy(i => rank[(pieces[i], pieces[i + 1])]).ThenBy(i => i).Cast<int?>().FirstOrDefault() is int at)
            {
                pieces[at] += pieces[at + 1].Replace("##", "", StringComparison.Ordinal);
                pieces.RemoveAt(at + 1);
            }
            all.AddRange(pieces);
        }
        return all;
    }

    /// <summary>Everything that is not of a word as a blank; written by general categories, not by the splitter's code.</summary>
    private static string Escaped(string text)
    {
        string result = "";
        for (int i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
        {
            bool pair = char.IsSurrogatePair(text, i);
            bool ofWord = (pair || !char.IsSurrogate(text[i])) && "LuLlLtLmLoNdMnMcMe".Contains(ShortName(text, i), StringComparison.Ordinal);
            result += ofWord ? text.Substring(i, pair ? 2 : 1) : " ";
            if (pair && i + 2 >= text.Length)
                break;
        }
        return result;

        static string ShortName(string text, int i) => CharUnicodeInfo.GetUnicodeCategory(text, i) switch
        {
            UnicodeCategory.UppercaseLetter => "Lu",
            UnicodeCategory.LowercaseLetter => "Ll",
            UnicodeCategory.TitlecaseLetter => "Lt",
            UnicodeCategory.ModifierLetter => "Lm",
            UnicodeCategory.OtherLetter => "Lo",
            UnicodeCategory.DecimalDigitNumber => "Nd",
            UnicodeCategory.NonSpacingMark => "Mn",
            UnicodeCategory.SpacingCombiningMark => "Mc",
            UnicodeCategory.EnclosingMark => "Me",
            _ => "??",
        };
    }

    /// <summary>Training by the definition: count all pairs anew before each merge.</summary>
    private static List<string> TrainedByHand(string[] texts, int size)
    {
        List<List<string>> words = [.. texts.SelectMany(text => text.Split(' ')).Select(word =>
            word.EnumerateRunes().Select((rune, i) => (i > 0 ? "##" : "") + rune).ToList())];
        List<string> pieces = [.. words.SelectMany(word => word).GroupBy(piece => piece)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Key)];
        while (pieces.Count < size)
        {
            var best = words.SelectMany(word => word.Zip(word.Skip(1))).GroupBy(pair => pair).OrderByDescending(group => group.Count())
                .ThenBy(group => group.Key.First, StringComparer.Ordinal).ThenBy(group => group.Key.Second, StringComparer.Ordinal).FirstOrDefault();
            if (best is null)
                break;
            string merged = best.Key.First + best.Key.Second.Replace("##", "", StringComparison.Ordinal);
            foreach (List<string> word in words)
            {
                for (int i = 0; i + 1 < word.Count; i++)
                {
                    if ((word[i], word[i + 1]) != best.Key)
                        continue;
                    word[i] = merged;
                    word.RemoveAt(i + 1);
                }
            }
            if (!pieces.Contains(merged))
                pieces.Add(merged);
        }
        return pieces;
    }
}
