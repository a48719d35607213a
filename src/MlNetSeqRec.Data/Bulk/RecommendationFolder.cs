using System.Globalization;
using System.Text.Json;
using DuckDB.NET.Data;

namespace MlNetSeqRec.Data.Bulk;

/// <summary>A folder with recommendations in parts. Processes that write other parts of the same may share it.</summary>
internal sealed class RecommendationFolder
{
    /// <summary>No more parts than their names have room for.</summary>
    public const int MostParts = 100_000;

    private const string StampName = "_recommendations.json", Whole = "_SUCCESS";

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true, RespectRequiredConstructorParameters = true };

    private readonly string _folder;
    private readonly int _parts;

    /// <exception cref="IOException">It cannot be written to.</exception>
    /// <exception cref="InvalidDataException">It has other recommendations.</exception>
    public RecommendationFolder(string folder, RecommendationStamp stamp)
    {
        (_folder, _parts) = (folder, stamp.Parts);
        string path = Path.Combine(folder, StampName);
        try
        {
            Directory.CreateDirectory(folder);
            if (!File.Exists(path) && Directory.EnumerateFiles(folder, "part-*").FirstOrDefault() is { } stranger)
            {
                throw new InvalidDataException($"{stranger} is there already, without {StampName}: write to another folder");
            }

            if (!File.Exists(path))
            {
                AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, stamp, _json), overwrite: false);
            }
        }
        catch (Exception error) when ((error is IOException or UnauthorizedAccessException) && !File.Exists(path))
        {
            throw new IOException($"{folder} cannot be written to: {error.Message}", error);
        }

        // Read even where it was written just now: another shard may have been quicker.
        if (Read(path) is var there && there != stamp)
        {
            throw new InvalidDataException($"{folder} has recommendations {stamp.DifferenceFrom(there)}: write to another folder, or remove it");
        }
    }

    /// <summary>Whether a part is there.</summary>
    public bool Has(int part) => File.Exists(PathOf(part));

    /// <summary>Writes a part.</summary>
    /// <returns>How many rows it has.</returns>
    public long Write(int part, IReadOnlyList<UserRecommendations> users, ItemCatalogue catalogue, CancellationToken cancellation)
    {
        string temporary = Path.Combine(_folder, $".{Path.GetFileName(PathOf(part))}.");
        foreach (string left in Directory.EnumerateFiles(_folder, Path.GetFileName(temporary) + "*"))
        {
            File.Delete(left); // of a call that was killed
        }

        temporary += $"{Guid.NewGuid():N}.tmp";
        try
        {
            // One thread, so that rows come to the file in one order.
            using DuckDBConnection connection = Sql.OpenWorkDatabase(_folder, threads: 1);
            long rows = Fill(connection, users, catalogue, cancellation);
            Sql.Execute(connection, $"COPY recommendations TO {Sql.Literal(temporary)} (FORMAT parquet, COMPRESSION zstd)", cancellation);
            File.Move(temporary, PathOf(part), overwrite: true);
            return rows;
        }
        catch (DuckDBException error)
        {
            throw new IOException($"{PathOf(part)} cannot be written: {OneLine.Of(error)}", error);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Says that all parts are there, if they are.</summary>
    public bool Finish()
    {
        bool whole = Enumerable.Range(0, _parts).All(Has);
        if (whole && !File.Exists(Path.Combine(_folder, Whole)))
        {
            AtomicFile.Write(Path.Combine(_folder, Whole), _ => { });
        }

        return whole;
    }

    private static RecommendationStamp Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<RecommendationStamp>(File.ReadAllText(path), _json) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} cannot be read: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private static long Fill(DuckDBConnection connection, IReadOnlyList<UserRecommendations> users, ItemCatalogue catalogue, CancellationToken cancellation)
    {
        Sql.Execute(
            connection,
            "CREATE TABLE recommendations (user_id VARCHAR, rank INTEGER, item_id VARCHAR, score FLOAT, popularity_fallback BOOLEAN)",
            cancellation);
        long rows = 0;
        using DuckDBAppender appender = connection.CreateAppender("recommendations");
        foreach ((string user, RankedItems items) in users)
        {
            for (int rank = 0; rank < items.Items.Length; rank++, rows++)
            {
                appender.CreateRow()
                    .AppendValue(user)
                    .AppendValue((int?)(rank + 1))
                    .AppendValue(catalogue.IdOf(items.Items[rank]))
                    .AppendValue((float?)items.Scores[rank])
                    .AppendValue((bool?)items.IsPopularityFallback)
                    .EndRow();
            }
        }

        return rows;
    }

    private string PathOf(int part) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"part-{part:D5}-of-{_parts:D5}.parquet"));
}
