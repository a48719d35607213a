namespace MlNetSeqRec.Tests;

/// <summary>Titles as shops write them, in several scripts.</summary>
internal static class Titles
{
    internal static readonly string[] All =
    [
        "OPI Nail Lacquer, Simmer and Shimmer, 0.5-Fluid Ounce", "OPI Red Shatter Crackle Nail Polish E55 New",
        "Maybelline New York Great Lash Mascara, Very Black 01", "L'Oréal Paris Crème Riche Éclat, 50 ml",
        "Nailed It! Nail Art Brushes (Set of 15) — nails, nail, nailing", "Shampoo & Conditioner Set: Women's 2-in-1",
        "Крем для рук увлажняющий, 75 мл", "Крем-маска для лица «Чистая линия»", "花王 メリーズ おむつ 新生児用 90枚", "花王 ハンドクリーム 50g",
        "कंडीशनर और शैम्पू, 200 मिली", "شامبو للشعر الجاف ٤٠٠ مل", "Nước hoa hồng dưỡng ẩm", "Straße Größe ÄÖÜ — Haarspülung für trockenes Haar",
        "𝒮cript letters 𠮷野家 and emoji 💅🏽 nail polish", "", "   ", "!!!", "\ud83d broken surrogate \udc85", "e\u0301clair cre\u0300me",
    ];

    /// <summary>Words made of few letters, so that pairs overlap ("aaa") and merges spell the same piece in two ways.</summary>
    internal static string[] Random(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(1, 8)).Select(_ => Word(random))))];
    }

    private static string Word(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => "aab\u0431𠮷"
        .EnumerateRunes().ElementAt(random.Next(5)).ToString()));
}
