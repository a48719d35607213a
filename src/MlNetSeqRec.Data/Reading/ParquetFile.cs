using System.Security.Cryptography;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;

namespace MlNetSeqRec.Data.Reading;

/// <summary>A Parquet file, and expressions for its columns. A column may also be part of the path, as <c>column=value</c>.</summary>
/// <param name="Path">The file as the user named it.</param>
/// <param name="Types">The type of each column.</param>
internal sealed partial record ParquetFile(string Path, IReadOnlyDictionary<string, string> Types)
{
    private const string PathType = "part of the path";

    /// <summary>
    /// The table expression, with each row's number, from 0, as <c>file_row_number</c>. Texts without the mark of UTF-8, as older writers
    /// leave them, are texts all the same.
    /// </summary>
    public string Sql => $"read_parquet([{Data.Sql.Literal(Path)}], binary_as_string=true, hive_partitioning=false, file_row_number=true)";

    /// <summary>Whether a file is to be read as Parquet: it is asked for, or its first bytes or its name say so.</summary>
    public static bool Is(string path, ReviewFormat format) =>
        format == ReviewFormat.Parquet
        || (format == ReviewFormat.Auto && (path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) || HasMagic(path)));

    /// <summary>Whether a file begins as Parquet does.</summary>
    public static bool HasMagic(string path)
    {
        Span<byte> start = stackalloc byte[4];
        using var stream = File.OpenRead(path);
        return stream.ReadAtLeast(start, 4, throwOnEndOfStream: false) == 4 && start.SequenceEqual("PAR1"u8);
    }

    /// <summary>Reads what columns a file has.</summary>
    /// <exception cref="FileNotFoundException">It is not there (any more).</exception>
    /// <exception cref="InvalidDataException">It is no Parquet file, or not a whole one.</exception>
    public static ParquetFile Open(DuckDBConnection connection, string path, CancellationToken cancellation)
    {
        // Says what is wrong with a file that is gone or closed to us, which DuckDB takes for a pattern without matches.
        File.OpenRead(path).Dispose();

        var file = new ParquetFile(path, new Dictionary<string, string>(StringComparer.Ordinal));
        try
        {
            var columns = Data.Sql.Rows(connection, $"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {file.Sql}", row => (Name: row.GetString(0), Type: row.GetString(1)), cancellation);
            return file with { Types = columns.ToDictionary(column => column.Name, column => column.Type, StringComparer.Ordinal) };
        }
        catch (DuckDBException error)
        {
            throw new InvalidDataException($"{path} is not a Parquet file that can be read: {OneLine.Of(error)}", error);
        }
    }

    /// <summary>SHA-256 of a file's bytes.</summary>
    public static string Sha256(string path, CancellationToken cancellation)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashDataAsync(file, cancellation).AsTask().GetAwaiter().GetResult());
    }

    /// <summary>Whether there is such a column.</summary>
    public bool Has(string column) => Types.ContainsKey(column) || InPath(column) is not null;

    /// <summary>The type of a column.</summary>
    /// <exception cref="InvalidDataException">There is none of that name.</exception>
    public string TypeOf(string column) => Types.TryGetValue(column, out string? type) ? type
        : InPath(column) is not null ? PathType
        : throw new InvalidDataException($"{Path} has no column '{column}'; it has {OneLine.Of(string.Join(", ", Types.Keys.Select(name => $"'{name}'")))}.");

    /// <summary>The expression of an id, as text.</summary>
    /// <exception cref="InvalidDataException">The column is missing, or of no type for an id.</exception>
    public string Id(string column) => TypeOf(column) switch
    {
        "VARCHAR" or PathType => Named(column),
        var type when WholeNumber().IsMatch(type) || type == "UUID" => $"CAST({Named(column)} AS VARCHAR)",
        var type => throw Wrong(column, type, "text or a whole number"),
    };

    /// <summary>The expressions of a time: as text, to tell nothing from nonsense, and in Unix seconds.</summary>
    /// <exception cref="InvalidDataException">The column is missing, or of no type for a time.</exception>
    public (string Text, string Seconds) Time(string column)
    {
        string named = Named(column), text = $"CAST({named} AS VARCHAR)";
        return TypeOf(column) switch
        {
            "VARCHAR" or PathType => (text, $"coalesce(try_cast({named} AS BIGINT), {Seconds($"try_cast({named} AS TIMESTAMP)")})"),
            var type when WholeNumber().IsMatch(type) => (text, $"try_cast({named} AS BIGINT)"),
            var type when type.StartsWith("TIMESTAMP", StringComparison.Ordinal) || type == "DATE" => (text, Seconds(named)),
            var type => throw Wrong(column, type, "whole seconds, a timestamp or a date"),
        };
    }

    /// <summary>The expression of a text.</summary>
    /// <exception cref="InvalidDataException">The column is missing, or no text.</exception>
    public string Text(string column) => TypeOf(column) is "VARCHAR" or PathType ? Named(column) : throw Wrong(column, TypeOf(column), "text");

    /// <summary>Columns and their types, for messages and comparison.</summary>
    public string Describe(params string[] columns) => "parquet, " + string.Join(", ", columns.Select(column => $"{column} {TypeOf(column)}"));

    /// <summary>The error about a column's type.</summary>
    public InvalidDataException Wrong(string column, string type, string expected) =>
        new($"{Path}: column '{column}' is of type {type}; {expected} was expected.");

    private static string Seconds(string time) => $"(epoch_us({time}) // 1000000)";

    /// <summary>The expression of a column as it is.</summary>
    public string Named(string column) => Types.ContainsKey(column) ? $"\"{column.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : InPath(column) is { } value && value != PathColumns.NoValue ? Data.Sql.Literal(value)
        : "CAST(NULL AS VARCHAR)";

    private string? InPath(string column) => PathColumns.ValueOf(Path, column);

    [GeneratedRegex(@"^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|^DECIMAL\(\d+,0\)$")]
    private static partial Regex WholeNumber();
}
