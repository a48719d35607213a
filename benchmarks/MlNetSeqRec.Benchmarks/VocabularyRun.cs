namespace MlNetSeqRec.Benchmarks;

/// <summary>
/// Learns a vocabulary from the titles and brands of so many made-up items, and tokenizes them: items a second of each, and
/// the most memory resident after each. Words are as skewed as those of a language; one in ten is a model number that hardly
/// any other item has.
/// </summary>
internal static class VocabularyRun
{
    private const int Words = 300_000;

    public static void Start(Arguments args)
    {
        (int items, int pieces) = (args.Number("items", 2_000_000), args.Number("pieces", 30_000));
        string[] words = MakeWords();
        var clock = new Watch();
        long characters = Draw(items, words).Sum(text => (long)text.Title.Length);
        double making = clock.Seconds;
        Console.WriteLine($"{items:N0} items, titles of {characters / (double)items:F0} characters; to make them takes {making:F1} s, taken off below");

        clock.Restart();
        var counts = new WordCounts();
        foreach (ItemText text in Draw(items, words))
        {
            counts.Add(text.Title);
            counts.Add(text.Brand);
        }

        Report("words counted", counts.Counts.Count, "different words left");

        clock.Restart();
        var tokenizer = ItemTokenizer.Learn(Draw(items, words), pieces);
        Report("words counted and vocabulary learnt", tokenizer.PieceCount, "pieces");

        clock.Restart();
        ItemTokenEncoder encoder = tokenizer.MakeEncoder();
        var tokens = new List<int>();
        long all = 0;
        foreach (ItemText text in Draw(items, words))
        {
            tokens.Clear();
            encoder.Encode(text, tokens);
            all += tokens.Count;
        }

        Report("tokenized by one thread", all, "tokens");

        void Report(string what, long count, string of)
        {
            double seconds = clock.Seconds - making;
            Console.WriteLine($"{what} in {seconds:F1} s, {items / seconds:N0} items/s: {count:N0} {of}; {clock}");
        }
    }

    private static string[] MakeWords()
    {
        var random = new Random(1);
        string[] onsets = ["b", "br", "c", "ch", "d", "f", "g", "gr", "h", "l", "m", "n", "p", "pl", "r", "s", "st", "t", "tr", "v", "w", ""];
        string[] rhymes = ["a", "e", "i", "o", "u", "an", "en", "er", "in", "ing", "ight", "on", "or", "ss", "al", "ick"];
        var words = new HashSet<string>(StringComparer.Ordinal);
        while (words.Count < Words)
            words.Add(string.Concat(Enumerable.Range(0, 1 + random.Next(4)).Select(_ => onsets[random.Next(onsets.Length)] + rhymes[random.Next(rhymes.Length)])));
        return [.. words];
    }

    private static IEnumerable<ItemText> Draw(int items, string[] words)
    {
        var random = new Random(2);
        for (int item = 0; item < items; item++)
        {
            string title = string.Join(' ', Enumerable.Range(0, 4 + random.Next(16)).Select(_ => random.Next(10) == 0
                ? $"{(char)('A' + random.Next(26))}{random.Next(1_000_000)}"
                : words[(int)(Words * Math.Pow(random.NextDouble(), 6))]));
            yield return new ItemText(title, words[(int)(20_000 * Math.Pow(random.NextDouble(), 3))], ["Made up", words[random.Next(2_000)]]);
        }
    }
}
