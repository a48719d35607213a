using System.Globalization;
using System.Text;

namespace MlNetSeqRec.Data.Generation;

/// <summary>
/// Items by number. Consecutive numbers run through categories, stages and brand tiers; what remains tells the items of one
/// kind apart, the most popular first. So every attribute is computed, and nothing is kept.
/// </summary>
internal sealed class Catalogue
{
    public const int Stages = 3, Tiers = 4;

    /// <summary>Kinds of item in one category.</summary>
    public const int Kinds = Stages * Tiers;

    /// <summary>Characters of an id.</summary>
    public const int IdLength = 10;

    private const int ItemsPerCategory = 50;

    private static readonly string[] Subjects =
    [
        "Espresso", "Camping", "Watercolor", "Aquarium", "Cycling", "Gardening", "Guitar", "Baking", "Sewing", "Fishing", "Archery",
        "Painting", "Grilling", "Knitting", "Telescope", "Skating", "Pottery", "Climbing", "Kayak", "Drone", "Tennis", "Yoga", "Leather",
        "Candle", "Soap", "Printer", "Piano", "Chess", "Terrarium", "Surfing",
    ];

    private static readonly string[][] Products =
    [
        ["Machine", "Starter Kit", "Set", "Station"],
        ["Case", "Holder", "Stand", "Adapter"],
        ["Refill Pack", "Replacement Cartridge", "Cleaner", "Supply Bundle"],
    ];

    private static readonly string[] StageNames = ["Equipment", "Accessories", "Supplies"];

    private static readonly string[] TierWords = ["Value", "Classic", "Studio", "Prestige"];

    private static readonly string[] Makers = ["Arden", "Bellweather's", "Corvo", "Dunmore", "Elkhart", "Fjord", "Galvin", "Halden"];

    private static readonly string[] Colours = ["Black", "White", "Red", "Blue", "Green", "Silver", "Walnut", "Café Brown"];

    private readonly int _items;

    public Catalogue(int items)
    {
        _items = items;
        Categories = Math.Max(1, Math.Min(items / ItemsPerCategory, 100_000));
    }

    /// <summary>The number of categories.</summary>
    public int Categories { get; }

    /// <summary>How many items are of one kind: category, stage and tier.</summary>
    public int Variants(int category, int stage, int tier)
    {
        int kinds = Categories * Kinds, kind = Kind(category, stage, tier);
        return (_items - kind + kinds - 1) / kinds;
    }

    /// <summary>The number of an item.</summary>
    public int Item(int category, int stage, int tier, int variant) => (variant * Categories * Kinds) + Kind(category, stage, tier);

    /// <summary>Ten characters that look like an Amazon id.</summary>
    public string Id(int item)
    {
        Span<byte> id = stackalloc byte[IdLength];
        WriteId(item, id);
        return Encoding.ASCII.GetString(id);
    }

    /// <summary>Writes the <see cref="IdLength"/> characters of an id.</summary>
    public static void WriteId(int item, Span<byte> id)
    {
        // A bijection of the 31-bit numbers (an odd factor), so that neighbours do not have neighbouring ids.
        uint scattered = unchecked((uint)item * 0x5851F42DU) & 0x7FFFFFFF;
        "B00"u8.CopyTo(id);
        for (int at = IdLength - 1; at >= 3; at--)
        {
            id[at] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"u8[(int)(scattered % 36)];
            scattered /= 36;
        }
    }

    /// <summary>The item as a Python dict, as the metadata of 2014 has it.</summary>
    public string PythonLine(int item, bool untitled)
    {
        var (title, brand, subject, stage) = Describe(item, untitled);
        return $"{{'asin': '{Id(item)}', 'title': {Quote(title)}, 'brand': {Quote(brand)}, "
            + $"'categories': [['Generated', {Quote(subject)}, '{stage}']]}}";
    }

    /// <summary>The item as JSON, as the metadata of 2018 has it.</summary>
    public string JsonLine(int item, bool untitled)
    {
        var (title, brand, subject, stage) = Describe(item, untitled);
        return $$"""{"category": ["Generated", "{{subject}}", "{{stage}}"], "title": "{{title}}", "brand": "{{brand}}", "asin": "{{Id(item)}}"}""";
    }

    private (string Title, string Brand, string Subject, string Stage) Describe(int item, bool untitled)
    {
        int kind = item % (Categories * Kinds), variant = item / (Categories * Kinds);
        int category = kind / Kinds, stage = kind % Kinds / Tiers, tier = kind % Tiers;
        string subject = Subject(category);
        string brand = $"{Makers[(category + (tier * 3)) % Makers.Length]} {TierWords[tier]}";
        string product = Products[stage][variant % Products[stage].Length];
        string colour = Colours[variant / Products[stage].Length % Colours.Length];
        string title = untitled
            ? (item % 2 == 0 ? "" : "var aPageStart = (new Date()).getTime();")
            : string.Create(CultureInfo.InvariantCulture, $"{brand} {subject} {product}, {colour}, Model {variant + 1}");
        return (title, brand, subject, StageNames[stage]);
    }

    private static int Kind(int category, int stage, int tier) => (category * Kinds) + (stage * Tiers) + tier;

    private static string Subject(int category) =>
        category < Subjects.Length
            ? Subjects[category]
            : string.Create(CultureInfo.InvariantCulture, $"{Subjects[category % Subjects.Length]} {category / Subjects.Length}");

    /// <summary>As Python prints text: double quotes around an apostrophe, escapes for what is not ASCII.</summary>
    private static string Quote(string text)
    {
        string escaped = text.Replace("é", "\\xe9", StringComparison.Ordinal);
        return text.Contains('\'', StringComparison.Ordinal) ? $"\"{escaped}\"" : $"'{escaped}'";
    }
}
