namespace MlNetSeqRec;

/// <summary>Reading that ends in <see cref="InvalidDataException"/> or <see cref="EndOfStreamException"/> when the bytes are not what was written.</summary>
internal static class CheckedReading
{
    internal static void ReadVersion(this BinaryReader reader, int expected, string what)
    {
        int version = reader.ReadInt32();
        if (version != expected)
            throw new InvalidDataException($"The {what} has format {version}; this version of MlNetSeqRec reads format {expected}.");
    }

    internal static int ReadCount(this BinaryReader reader) => reader.ReadIndex(int.MaxValue);

    internal static int ReadIndex(this BinaryReader reader, int limit)
    {
        int value = Read(reader.Read7BitEncodedInt);
        return (uint)value < (uint)limit ? value : throw new InvalidDataException($"The file is damaged: {value} is not in [0, {limit}).");
    }

    internal static string ReadText(this BinaryReader reader) => Read(reader.ReadString);

    /// <summary>Reads a count and then that many texts. The list grows while reading, so a damaged count cannot exhaust memory.</summary>
    internal static List<string> ReadTexts(this BinaryReader reader)
    {
        int count = reader.ReadCount();
        var texts = new List<string>();
        while (texts.Count < count)
            texts.Add(reader.ReadText());
        return texts;
    }

    internal static void WriteTexts(this BinaryWriter writer, IReadOnlyCollection<string> texts)
    {
        writer.Write7BitEncodedInt(texts.Count);
        foreach (string text in texts)
            writer.Write(text);
    }

    private static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FormatException || e.GetType() == typeof(IOException))
        {
            throw new InvalidDataException("The file is damaged: a length makes no sense.", e);
        }
    }
}
