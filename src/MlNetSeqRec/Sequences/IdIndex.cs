namespace MlNetSeqRec;

/// <summary>Numbers ids in the order in which they first appear.</summary>
internal sealed class IdIndex
{
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly List<string> _ids = [];

    public int Add(ReadOnlySpan<char> id)
    {
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = _index.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(id, out int index))
        {
            index = _ids.Count;
            string text = id.ToString();
            _ids.Add(text);
            _index.Add(text, index);
        }

        return index;
    }

    public string[] ToArray() => [.. _ids];
}
