#!/usr/bin/env dotnet
// What text alone finds without any training: items are ranked by the TF-IDF cosine of their titles with that of the latest item, for
// each user's last event, whole catalogue, among items that the user has not had.
//
//   dotnet run benchmarks/quality/lexical.cs -- FOLDER      a folder with interactions.tsv.gz and items.tsv.gz
using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;

if (args.Length != 1 || !File.Exists(Path.Combine(args[0], "items.tsv.gz")))
{
    Console.Error.WriteLine("usage: dotnet run lexical.cs -- FOLDER (with interactions.tsv.gz and items.tsv.gz)");
    return 2;
}

string[][] items = [.. Rows("items.tsv.gz").Skip(1)];
Dictionary<string, int> index = items.Select((row, i) => (row[0], i)).ToDictionary(pair => pair.Item1, pair => pair.i, StringComparer.Ordinal);
string[][] words = [.. items.Select(row => Regex.Matches(row[1].ToLowerInvariant(), @"\w+").Select(match => match.Value).Distinct().ToArray())];
Dictionary<string, int[]> having = words.SelectMany((own, i) => own.Select(word => (word, i))).GroupBy(pair => pair.word, pair => pair.i, StringComparer.Ordinal)
    .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
double Rarity(string word) => Math.Log(items.Length / (double)having[word].Length);
double[] length = [.. words.Select(own => Math.Max(1e-9, Math.Sqrt(own.Sum(word => Rarity(word) * Rarity(word)))))];

double ndcg = 0, hits = 0;
int users = 0;
foreach (int[] history in Rows("interactions.tsv.gz").Skip(1).Where(row => index.ContainsKey(row[1])).GroupBy(row => row[0], row => index[row[1]], StringComparer.Ordinal).Select(own => own.ToArray()))
{
    if (history.Length < 3)
        continue;
    users++;
    var scores = new double[items.Length];
    foreach (string word in words[history[^2]])
    {
        double weight = Rarity(word) * Rarity(word);
        foreach (int item in having[word])
            scores[item] += weight / length[item];
    }

    foreach (int item in history[..^1])
        scores[item] = double.NegativeInfinity;
    double own = scores[history[^1]], rank = 1 + scores.Count(score => score > own) + ((scores.Count(score => score == own) - 1) / 2.0);
    if (rank <= 10 && own > double.NegativeInfinity)
        (ndcg, hits) = (ndcg + (1 / Math.Log2(rank + 1)), hits + 1);
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{users} users, {items.Length} items: HR@10 {hits / users:f4}, NDCG@10 {ndcg / users:f4} among unseen items"));
return 0;

IEnumerable<string[]> Rows(string name)
{
    using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(args[0], name)), CompressionMode.Decompress));
    while (reader.ReadLine() is { } line)
        yield return line.Split('\t');
}
