using System.IO.Compression;
using System.Text;

namespace MlNetSeqRec.Tests.Data;

/// <summary>A folder for the files of one test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("seqrec-test-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    /// <summary>A folder of interactions and items, in which each user has six items in a row; its path.</summary>
    public string WriteShop(string name = "data", int users = 30, int items = 20)
    {
        string data = Directory.CreateDirectory(this[name]).FullName;
        IEnumerable<string> rows = Enumerable.Range(0, users).SelectMany(u => Enumerable.Range(0, 6).Select(i => $"u{u}\ti{(u + i) % items}\t{1_400_000_000 + i}"));
        File.WriteAllText(Path.Combine(data, "interactions.tsv"), "user_id\titem_id\ttimestamp\n" + string.Join('\n', rows) + "\n");
        File.WriteAllText(Path.Combine(data, "items.tsv"), "item_id\ttitle\n" + string.Join('\n', Enumerable.Range(0, items).Select(i => $"i{i}\tThing {i}")) + "\n");
        return data;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
