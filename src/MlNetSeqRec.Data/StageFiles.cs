using System.Text.Json;

namespace MlNetSeqRec.Data;

/// <summary>
/// Results of finished stages in a work folder: a Parquet file and a marker beside it, both named by the fingerprint of what
/// they were made from. The marker is written last, and each gets its name when it is whole: what a killed run leaves is either
/// finished or not looked at.
/// </summary>
internal sealed class StageFiles(string folder)
{
    private static readonly JsonSerializerOptions Strict = new() { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    /// <summary>Whether any stage is finished.</summary>
    public static bool AnyIn(string folder) => Directory.EnumerateFiles(folder, "*.parquet.json").Any();

    public string PathOf(string stage, string fingerprint) => Path.Combine(folder, $"{stage}-{fingerprint}.parquet");

    /// <summary>What the stage told when it was run; runs it if it was not.</summary>
    /// <param name="stage">Its name.</param>
    /// <param name="fingerprint">Of all that its result depends on.</param>
    /// <param name="run">Writes the table to the given path, and gives what is to be known about it.</param>
    public T Get<T>(string stage, string fingerprint, Func<string, T> run)
    {
        string table = PathOf(stage, fingerprint), marker = table + ".json";
        if (File.Exists(marker) && File.Exists(table) && Read<T>(marker) is { } known)
        {
            return known.Told;
        }

        File.Delete(marker);
        T told = run(table + ".part");
        File.Move(table + ".part", table, overwrite: true);
        Keep(marker, told);
        return told;
    }

    /// <summary>As <see cref="Get"/>, of a stage that has no table.</summary>
    public T Recall<T>(string stage, string fingerprint, Func<T> run)
    {
        string marker = PathOf(stage, fingerprint) + ".json";
        if (File.Exists(marker) && Read<T>(marker) is { } known)
        {
            return known.Told;
        }

        T told = run();
        Keep(marker, told);
        return told;
    }

    /// <summary>Forgets what <see cref="Recall"/> kept.</summary>
    public void Forget(string stage, string fingerprint) => File.Delete(PathOf(stage, fingerprint) + ".json");

    private static void Keep<T>(string marker, T told)
    {
        File.WriteAllText(marker + ".part", JsonSerializer.Serialize(new Marker<T>(told)));
        File.Move(marker + ".part", marker, overwrite: true);
    }

    private static Marker<T>? Read<T>(string marker)
    {
        try
        {
            return JsonSerializer.Deserialize<Marker<T>>(File.ReadAllText(marker), Strict);
        }
        catch (JsonException)
        {
            // Not written here, or by other code: the stage is run again.
            return null;
        }
    }

    /// <summary>Forgets the result of a stage that is of no use.</summary>
    /// <param name="table">Its Parquet file.</param>
    public void Drop(string table)
    {
        File.Delete(table + ".json");
        File.Delete(table);
    }

    private sealed record Marker<T>(T Told);
}
