using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DuckDB.NET.Data;

namespace MlNetSeqRec.Data;

/// <summary>
/// Samples of a data set for a study of sizes: each holds the smaller ones, and all are judged alike. Some users, the same for
/// every size, are for validation and test alone and are in no sample; and every sample has the whole catalogue, so that there
/// is as much to choose from however little was learnt from.
/// </summary>
public sealed class NestedSamples
{
    private const string Description = "samples.json";
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly string _folder;
    private readonly Settings _settings;

    private NestedSamples(string folder, Settings settings) => (_folder, _settings) = (folder, settings);

    /// <summary>A fingerprint of the data set's content.</summary>
    public string Corpus => _settings.Corpus;

    /// <summary>The folder with the histories of the users who are in no sample.</summary>
    public string HeldOut => Path.Combine(_folder, "held-out");

    /// <summary>
    /// Opens the samples of a data set in a folder, or makes the folder with the users that are held out. The users' order is that
    /// of MD5 over seed and id: the same on every machine.
    /// </summary>
    /// <param name="data">What <see cref="SequentialDataLoading.LoadInteractions"/> reads.</param>
    /// <param name="folder">Where samples go.</param>
    /// <param name="heldOutUsers">How many users with at least three events are held out.</param>
    /// <param name="seed">The seed of the users' order.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InvalidDataException">The folder has samples of another data set or with other settings, or the data set has too few users.</exception>
    public static NestedSamples Open(string data, string folder, int heldOutUsers, int seed, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(heldOutUsers, 1);
        var settings = new Settings(FingerprintOf(data), heldOutUsers, seed);
        string description = Path.Combine(folder, Description);
        if (File.Exists(description))
        {
            Settings there = JsonSerializer.Deserialize<Settings>(File.ReadAllText(description), _json)!;
            return there == settings ? new NestedSamples(folder, settings) : throw new InvalidDataException(
                $"{folder} has samples of {(there.Corpus == settings.Corpus ? $"this data set with {there.HeldOutUsers} users held out and seed {there.Seed}, not {heldOutUsers} and {seed}" : $"another data set ({there.Corpus}) than {data} ({settings.Corpus})")}; use another folder, or the same settings.");
        }

        var samples = new NestedSamples(folder, settings);
        samples.Write(data, "held-out", held: true, size: null, cancellation);
        File.WriteAllText(description + ".part", JsonSerializer.Serialize(settings, _json));
        File.Move(description + ".part", description, overwrite: true);
        return samples;
    }

    /// <summary>
    /// A fingerprint of the interactions and items of a folder: of their rows, in whatever files and order they are written.
    /// </summary>
    public static string FingerprintOf(string data)
    {
        using DuckDBConnection connection = Sql.OpenWorkDatabase(Path.GetTempPath());
        string rows = string.Join(' ', Rows(LoadedFiles.Interactions(data).Table, "user_id, item_id, timestamp"), Rows($"read_parquet([{Sql.Literal(LoadedFiles.Items(data))}])", "item_id, title, brand, categories"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rows)))[..16];

        // MD5, unlike DuckDB's own hash, is the same in every version; sums do not depend on the order.
        string Rows(string table, string columns) => Sql.Rows(
            connection,
            $"SELECT concat(count(*), ' ', sum(md5_number_lower(concat_ws(chr(9), {columns})))) FROM {table}",
            row => row.GetString(0),
            CancellationToken.None).Single();
    }

    /// <summary>The interactions of a data set.</summary>
    public static long CountInteractions(string data) => LoadedFiles.Interactions(data).Rows;

    /// <summary>The folder of a sample, which is made if it is not there.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="size">About how many interactions, by whole users; null for all that are not held out.</param>
    /// <param name="cancellation">Stops it.</param>
    public string Get(string data, long? size, CancellationToken cancellation = default)
    {
        string name = size?.ToString(CultureInfo.InvariantCulture) ?? "all";
        string folder = Path.Combine(_folder, name);
        if (!File.Exists(Path.Combine(folder, Manifest.Interactions)))
        {
            Write(data, name, held: false, size, cancellation);
        }

        return folder;
    }

    private void Write(string data, string name, bool held, long? size, CancellationToken cancellation)
    {
        string folder = Path.Combine(_folder, name);
        using var output = new OutputFolder(folder, Path.Combine(folder, ".sample"));
        output.DropWork();
        using DuckDBConnection connection = Sql.OpenWorkDatabase(output.WorkFolder);
        Sql.Execute(connection, $"CREATE TABLE e AS SELECT user_id, item_id, timestamp, place FROM {LoadedFiles.Interactions(data).Table}", cancellation);
        Sql.Execute(
            connection,
            $"""
            CREATE TABLE users AS SELECT user_id, n, row_number() OVER (ORDER BY n < 3, {Sql.SampleOrder(_settings.Seed, "user_id")}) <= {_settings.HeldOutUsers} AND n >= 3 AS held
            FROM (SELECT user_id, count(*) AS n FROM e GROUP BY user_id)
            """,
            cancellation);
        long heldUsers = Sql.Number(connection, "SELECT count(*) FROM users WHERE held", cancellation), all = Sql.Number(connection, "SELECT count(*) FROM users", cancellation);
        if (heldUsers < _settings.HeldOutUsers || heldUsers == all)
        {
            throw new InvalidDataException($"{data} has {all} users, {heldUsers} of them with enough events to hold out: fewer than {_settings.HeldOutUsers}, or nobody is left to learn from.");
        }

        Sql.Execute(
            connection,
            $"""
            CREATE TABLE chosen AS SELECT user_id, CAST(sum(n) OVER (ORDER BY {Sql.SampleOrder(_settings.Seed, "user_id")} ROWS UNBOUNDED PRECEDING) - n AS BIGINT) AS before
            FROM users WHERE held = {held}
            """,
            cancellation);
        string where = size is { } most ? string.Create(CultureInfo.InvariantCulture, $"WHERE before < {most}") : "";
        string interactions = Path.Combine(output.WorkFolder, Manifest.Interactions), items = Path.Combine(output.WorkFolder, Manifest.Items);
        Sql.Execute(
            connection,
            $"COPY (SELECT user_id, item_id, timestamp FROM e JOIN chosen USING (user_id) {where} ORDER BY user_id, timestamp, place) TO {Sql.Literal(interactions)} (FORMAT parquet, COMPRESSION zstd)",
            cancellation);
        File.Copy(LoadedFiles.Items(data), items);
        output.Publish((items, Manifest.Items), (interactions, Manifest.Interactions));
    }

    private sealed record Settings(string Corpus, int HeldOutUsers, int Seed);
}
