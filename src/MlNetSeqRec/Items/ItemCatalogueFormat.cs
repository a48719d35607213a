namespace MlNetSeqRec;

/// <summary>
/// The binary form of a catalogue: a table of distinct names (brands and categories), a table of distinct category paths,
/// then id, title, brand and path of each item. The tables keep millions of items small, on disk and once loaded.
/// </summary>
internal static class ItemCatalogueFormat
{
    private const int Version = 1;

    internal static void Save(ItemCatalogue catalogue, BinaryWriter writer)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        var paths = new Dictionary<string, int>(StringComparer.Ordinal);
        var pathItems = new List<int[]>();
        int NameIndex(string name)
        {
            names.TryAdd(name, names.Count);
            return names[name];
        }
        int PathIndex(IReadOnlyList<string> path)
        {
            if (paths.TryAdd(string.Join('\u001f', path), paths.Count))
                pathItems.Add([.. path.Select(NameIndex)]);
            return paths[string.Join('\u001f', path)];
        }
        foreach ((_, ItemText text) in catalogue.Items())
        {
            NameIndex(text.Brand);
            PathIndex(text.Categories);
        }

        writer.Write(Version);
        writer.WriteTexts(names.Keys);
        writer.Write7BitEncodedInt(pathItems.Count);
        foreach (int[] path in pathItems)
        {
            writer.Write7BitEncodedInt(path.Length);
            foreach (int name in path)
                writer.Write7BitEncodedInt(name);
        }
        writer.Write7BitEncodedInt(catalogue.Count);
        foreach ((string id, ItemText text) in catalogue.Items())
        {
            writer.Write(id);
            writer.Write(text.Title);
            writer.Write7BitEncodedInt(NameIndex(text.Brand));
            writer.Write7BitEncodedInt(PathIndex(text.Categories));
        }
    }

    internal static ItemCatalogue Load(BinaryReader reader)
    {
        reader.ReadVersion(Version, "item catalogue");
        List<string> names = reader.ReadTexts();
        int pathCount = reader.ReadCount();
        var paths = new List<string[]>();
        while (paths.Count < pathCount)
            paths.Add(ReadPath(reader, names));

        int count = reader.ReadCount();
        var catalogue = new ItemCatalogue(ReadItems(reader, count, names, paths));
        return catalogue.Count == count ? catalogue : throw new InvalidDataException("The item catalogue is damaged: an id comes twice.");
    }

    private static string[] ReadPath(BinaryReader reader, List<string> names)
    {
        var path = new List<string>();
        for (int left = reader.ReadCount(); left > 0; left--)
            path.Add(names[reader.ReadIndex(names.Count)]);
        return [.. path];
    }

    private static IEnumerable<(string, ItemText)> ReadItems(BinaryReader reader, int count, List<string> names, List<string[]> paths)
    {
        for (int i = 0; i < count; i++)
        {
            string id = reader.ReadText();
            if (id.Length == 0)
                throw new InvalidDataException("The item catalogue is damaged: an id is empty.");
            yield return (id, new ItemText(reader.ReadText(), names[reader.ReadIndex(names.Count)], paths[reader.ReadIndex(paths.Count)]));
        }
    }
}
