using Microsoft.ML;

namespace MlNetSeqRec;

/// <summary>
/// The items that a model knows: each has an id, an index from 0 to <see cref="Count"/> - 1, and perhaps text.
/// Ids are compared ordinally, and indices follow the order in which items were given.
/// </summary>
/// <remarks>A catalogue never changes, so threads may share it.</remarks>
public sealed class ItemCatalogue
{
    private readonly List<string> _ids;
    private readonly Lazy<List<ItemText>> _texts;
    private readonly Dictionary<string, int> _indices;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    internal ItemCatalogue(IEnumerable<(string Id, ItemText Text)> items, int capacity = 0)
        : this(new List<string>(capacity), null)
    {
        var texts = new List<ItemText>(capacity);
        foreach ((string id, ItemText text) in items)
        {
            ArgumentException.ThrowIfNullOrEmpty(id);
            if (_indices.TryAdd(id, _ids.Count))
            {
                _ids.Add(id);
                texts.Add(text.IsEmpty ? ItemText.None : text);
            }
        }

        _texts = new Lazy<List<ItemText>>(texts);
    }

    // Items whose texts are read when somebody asks for them, then others without text.
    private ItemCatalogue(List<string> ids, ITokenizedItems? tokenized)
    {
        _ids = ids;
        _indices = new Dictionary<string, int>(Math.Max(ids.Count, ids.Capacity), StringComparer.Ordinal);
        _lookup = _indices.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string id in ids)
            _indices.Add(id, _indices.Count);
        Tokenized = tokenized;
        _texts = new Lazy<List<ItemText>>(ReadTexts);
    }

    /// <summary>Reads the items of a data view. Of rows with the same id the first one counts; rows without an id are passed over.</summary>
    /// <param name="items">The items, one a row.</param>
    /// <param name="itemColumn">The column of ids: text.</param>
    /// <param name="titleColumn">The column of titles: text. The view may lack it.</param>
    /// <param name="brandColumn">The column of brands: text. The view may lack it.</param>
    /// <param name="categoriesColumn">The column of categories: a vector of text, or text with " &gt; " between them. The view may lack it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The ids are missing, or a column has another type.</exception>
    public static ItemCatalogue FromDataView(IDataView items, string itemColumn = "ItemId", string titleColumn = "Title",
        string brandColumn = "Brand", string categoriesColumn = "Categories")
    {
        ArgumentNullException.ThrowIfNull(items);
        var rows = new ItemRows(items, itemColumn, titleColumn, brandColumn, categoriesColumn);
        return items is ITokenizedItems tokenized && rows.HasUsualNames ? new ItemCatalogue([.. rows.ReadIds()], tokenized) : new ItemCatalogue(rows.Read());
    }

    /// <summary>A catalogue of items without text. Ids that come again are passed over.</summary>
    /// <param name="ids">The ids; none may be empty.</param>
    public static ItemCatalogue FromIds(IEnumerable<string> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return new ItemCatalogue(ids.Select(id => (id, ItemText.None)));
    }

    /// <summary>The number of items.</summary>
    public int Count => _ids.Count;

    /// <summary>The id of the item at <paramref name="index"/>.</summary>
    public string IdOf(int index) => _ids[index];

    /// <summary>The text of the item at <paramref name="index"/>; its parts are empty when nothing is known.</summary>
    public ItemText TextOf(int index) => _texts.Value[index];

    /// <summary>Whether anything is known about the item at <paramref name="index"/> beside its id.</summary>
    public bool HasText(int index) => !ReferenceEquals(_texts.Value[index], ItemText.None);

    /// <summary>Whether any item has text. Reads no more texts than it needs.</summary>
    internal bool HasAnyText => Tokenized is null || _texts.IsValueCreated
        ? _texts.Value.Exists(text => !ReferenceEquals(text, ItemText.None))
        : new ItemRows(Tokenized).Read().Any(item => !item.Text.IsEmpty);

    /// <summary>Of the first items, the share that has a text of its own. Reads no more texts than it needs.</summary>
    internal double ShareOfDistinctTexts(int most)
    {
        IEnumerable<ItemText> texts = Tokenized is null || _texts.IsValueCreated ? _texts.Value : new ItemRows(Tokenized).Read().Select(item => item.Text);
        var distinct = new HashSet<string>(StringComparer.Ordinal);
        int count = 0;
        foreach (ItemText text in texts.Take(most))
        {
            count++;
            if (!text.IsEmpty)
                distinct.Add(string.Join('\n', text.Categories.Prepend(text.Brand).Prepend(text.Title)));
        }

        return count == 0 ? 0 : distinct.Count / (double)count;
    }

    /// <summary>Where the first items come from, if their tokens were worked out before.</summary>
    internal ITokenizedItems? Tokenized { get; }

    /// <summary>The index of the item with this <paramref name="id"/>, or -1 when the catalogue lacks it.</summary>
    public int IndexOf(ReadOnlySpan<char> id) => _lookup.TryGetValue(id, out int index) ? index : -1;

    internal int IndexOf(ReadOnlyMemory<char> id) => IndexOf(id.Span);

    /// <summary>
    /// This catalogue followed by those of <paramref name="moreIds"/> that it lacks, without text. Indices of present items stay.
    /// </summary>
    /// <param name="moreIds">Ids, known or not; none may be empty.</param>
    public ItemCatalogue With(IEnumerable<string> moreIds)
    {
        ArgumentNullException.ThrowIfNull(moreIds);
        List<string> missing = [.. moreIds.Where(id => IndexOf(id) < 0)];
        if (missing.Count > 0 && Tokenized is not null && !_texts.IsValueCreated)
            return new ItemCatalogue([.. _ids, .. missing.Distinct(StringComparer.Ordinal)], Tokenized);
        return missing.Count == 0 ? this : new ItemCatalogue(Items().Concat(missing.Select(id => (id, ItemText.None))), Count + missing.Count);
    }

    internal IEnumerable<(string Id, ItemText Text)> Items() => _ids.Zip(_texts.Value);

    internal void Save(BinaryWriter writer) => ItemCatalogueFormat.Save(this, writer);

    internal static ItemCatalogue Load(BinaryReader reader) => ItemCatalogueFormat.Load(reader);

    private List<ItemText> ReadTexts()
    {
        var texts = new List<ItemText>(Count);
        foreach ((string id, ItemText text) in new ItemRows(Tokenized!).Read())
        {
            if (texts.Count == Count || id != _ids[texts.Count])
                throw new InvalidDataException($"The items were changed while they were used: row {texts.Count} is now '{id}'.");
            texts.Add(text.IsEmpty ? ItemText.None : text);
        }
        while (texts.Count < Count)
            texts.Add(ItemText.None);
        return texts;
    }
}
