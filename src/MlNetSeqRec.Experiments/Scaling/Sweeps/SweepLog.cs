using System.Text.Json;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>What the sweeps in a folder took so far: sweep.json.</summary>
internal static class SweepLog
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Adds a sweep; gives the hours × devices of all.</summary>
    public static double Add(string folder, TimeSpan took, int devices)
    {
        string file = Path.Combine(folder, "sweep.json");
        List<Entry> entries = File.Exists(file) ? JsonSerializer.Deserialize<List<Entry>>(File.ReadAllText(file), _json)! : [];
        entries.Add(new Entry(DateTimeOffset.UtcNow, took.TotalSeconds, devices));
        File.WriteAllText(file + ".part", JsonSerializer.Serialize(entries, _json));
        File.Move(file + ".part", file, overwrite: true);
        return entries.Sum(entry => entry.Seconds * entry.Devices) / 3600;
    }

    private sealed record Entry(DateTimeOffset Ended, double Seconds, int Devices);
}
