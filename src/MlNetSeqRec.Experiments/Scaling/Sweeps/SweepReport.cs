namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>What a sweep did.</summary>
/// <param name="Store">The run store with its records.</param>
/// <param name="Runs">Configurations that were asked for.</param>
/// <param name="Before">Those that had been run before.</param>
/// <param name="Done">Those that were run now.</param>
/// <param name="Failed">Those that failed, with the last words of their log.</param>
/// <param name="Left">Those for which there was no time.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="DeviceHours">Hours × devices, of all sweeps in the folder.</param>
public sealed record SweepReport(string Store, int Runs, int Before, int Done, IReadOnlyDictionary<string, string> Failed, int Left, double Seconds, double DeviceHours);
