using System.Globalization;
using System.Security.Cryptography;
using DuckDB.NET.Data;
using Microsoft.ML;

namespace MlNetSeqRec.Data;

/// <summary>
/// <c>vocabulary.bin</c>, learnt from the titles and brands of a folder's items, and <c>tokens.parquet</c> (<c>item_id</c>,
/// <c>tokens</c>), the tokens of each item in the order of <c>items.parquet</c>. The second says, by SHA-256, which items and which
/// vocabulary it was made from: only where both are still those is it of use.
/// </summary>
internal static class ItemTokenFile
{
    public const string Tokens = "tokens.parquet", Vocabulary = "vocabulary.bin";

    private const string FormatVersion = "1";

    /// <summary>Writes both files, unless they are there from the same items with the same settings. Without pieces or texts there are none, and older ones go.</summary>
    public static void Update(PreparationOptions options, IProgress<string>? progress, CancellationToken cancellation)
    {
        string folder = options.OutputFolder;
        string items = Path.Combine(folder, Manifest.Items), pieces = options.VocabularySize.ToString(CultureInfo.InvariantCulture);
        if (options.VocabularySize == 0 || options.Items.Count == 0)
        {
            File.Delete(Path.Combine(folder, Tokens));
            File.Delete(Path.Combine(folder, Vocabulary));
            return;
        }

        if (Origin.Of(folder) is { } origin && origin.Pieces == pieces && origin.Software == Fingerprint.SoftwareVersion && origin.IsThatOf(folder))
        {
            return;
        }

        using var output = new OutputFolder(folder);
        string vocabulary = Path.Combine(output.WorkFolder, "vocabulary.part"), tokens = Path.Combine(output.WorkFolder, "tokens.part");
        string? memory = options.MemoryLimit is null ? null : Memory.ShareOf(options.MemoryLimit);
        using (var connection = Sql.OpenWorkDatabase(output.WorkFolder, options.Threads, memory))
        {
            progress?.Report("Learning the vocabulary of the items' texts");
            var tokenizer = ItemTokenizer.Learn(Texts(connection, items, cancellation), options.VocabularySize);
            tokenizer.Save(vocabulary);
            progress?.Report("Writing the items' tokens");
            Write(connection, tokenizer, items, tokens, new Origin(FormatVersion, Fingerprint.SoftwareVersion, pieces, HashOf(items), HashOf(vocabulary)), cancellation);
        }

        output.Publish((vocabulary, Vocabulary), (tokens, Tokens));
    }

    /// <summary>The tokenizer of a folder's tokens; null where it has none.</summary>
    /// <exception cref="InvalidDataException">A file is damaged, or they do not belong together or to the folder's items.</exception>
    public static ItemTokenizer? Load(string folder)
    {
        string file = Path.Combine(folder, Tokens);
        if (!File.Exists(file))
        {
            return null;
        }

        string vocabulary = Path.Combine(folder, Vocabulary);
        var tokenizer = File.Exists(vocabulary) ? ItemTokenizer.Load(vocabulary) : null;
        return Origin.Of(folder) is { } origin && origin.IsThatOf(folder)
            ? tokenizer
            : throw new InvalidDataException(
                $"{file} was not made from the {Manifest.Items} and {Vocabulary} beside it, or is damaged: run prepare again, or delete it to train from the texts.");
    }

    /// <summary>A view of an items file, which has its tokens with it where they lie beside the file and belong to it.</summary>
    public static IDataView WithTokens(IDataView items, string file)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        return Path.GetFileName(file) == Manifest.Items && Origin.Of(folder) is { } origin && origin.IsThatOf(folder)
            ? new TokenizedItemsView(items, Path.Combine(folder, Tokens), origin.VocabularySha256)
            : items;
    }

    private static IEnumerable<ItemText> Texts(DuckDBConnection connection, string items, CancellationToken cancellation)
    {
        using var command = connection.CreateCommand();
        command.UseStreamingMode = true;
#pragma warning disable CA2100 // Built from our own text and Literal().
        command.CommandText = $"SELECT title, brand, categories FROM read_parquet([{Sql.Literal(items)}])";
#pragma warning restore CA2100
        var paths = new CategoryPaths();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            yield return new ItemText(reader.GetString(0), reader.GetString(1), paths.Of(reader.GetString(2)));
        }
    }

    // DuckDB reads, calls back from all its threads, keeps the order of the rows and writes: nothing is held but a few row groups.
    private static void Write(
        DuckDBConnection connection, ItemTokenizer tokenizer, string items, string tokens, Origin origin, CancellationToken cancellation)
    {
        using var encoders = new ThreadLocal<TextEncoder>(() => new TextEncoder(tokenizer));
        connection.RegisterScalarFunction<string, string, string, string>(
            "item_tokens", (title, brand, categories) => encoders.Value!.Encode(title, brand, categories));
        Sql.Execute(
            connection,
            $"""
            COPY (SELECT item_id, CAST(item_tokens(title, brand, categories) AS INTEGER[]) AS tokens FROM read_parquet([{Sql.Literal(items)}]))
            TO {Sql.Literal(tokens)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880, KV_METADATA {origin.ToSql()})
            """,
            cancellation);
    }

    private static string HashOf(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Tokens of one item as DuckDB writes a list: [1, 2].</summary>
    private sealed class TextEncoder(ItemTokenizer tokenizer)
    {
        private readonly ItemTokenEncoder _encoder = tokenizer.MakeEncoder();
        private readonly CategoryPaths _paths = new();
        private readonly List<int> _tokens = [];

        public string Encode(string title, string brand, string categories)
        {
            _tokens.Clear();
            _encoder.Encode(new ItemText(title, brand, _paths.Of(categories)), _tokens);
            return $"[{string.Join(',', _tokens)}]";
        }
    }

    /// <summary>What a tokens file was made from and by, as it says itself.</summary>
    private sealed record Origin(string Format, string Software, string Pieces, string ItemsSha256, string VocabularySha256)
    {
        /// <summary>That of a folder's tokens; null where they are not there, not whole, or of another format.</summary>
        public static Origin? Of(string folder)
        {
            string file = Path.Combine(folder, Tokens);
            if (!File.Exists(file))
            {
                return null;
            }

            try
            {
                using var connection = new DuckDBConnection(DuckDBConnectionStringBuilder.InMemoryConnectionString);
                connection.Open();
                var values = Sql.Rows(
                    connection,
                    $"SELECT decode(key), decode(value) FROM parquet_kv_metadata({Sql.Literal(file)})",
                    row => (Key: row.GetString(0), Value: row.GetString(1)),
                    CancellationToken.None).ToDictionary(pair => pair.Key, pair => pair.Value);
                var origin = new Origin(
                    values.GetValueOrDefault("format", ""),
                    values.GetValueOrDefault("software", ""),
                    values.GetValueOrDefault("pieces", ""),
                    values.GetValueOrDefault("items_sha256", ""),
                    values.GetValueOrDefault("vocabulary_sha256", ""));
                return origin.Format == FormatVersion ? origin : null;
            }
            catch (DuckDBException)
            {
                return null;
            }
        }

        public bool IsThatOf(string folder)
        {
            string items = Path.Combine(folder, Manifest.Items), vocabulary = Path.Combine(folder, Vocabulary);
            return File.Exists(items) && File.Exists(vocabulary) && HashOf(items) == ItemsSha256 && HashOf(vocabulary) == VocabularySha256;
        }

        public string ToSql() =>
            $"{{format: {Sql.Literal(Format)}, software: {Sql.Literal(Software)}, pieces: {Sql.Literal(Pieces)}, "
            + $"items_sha256: {Sql.Literal(ItemsSha256)}, vocabulary_sha256: {Sql.Literal(VocabularySha256)}}}";
    }
}
