namespace MlNetSeqRec;

/// <summary>
/// Gives each rank of a host a GPU of its own, by making it the only one that the rank sees: libtorch and NCCL then take it as the
/// current one, and so do steps that are recorded.
/// </summary>
internal static class GpuOfRank
{
    private const string Variable = "CUDA_VISIBLE_DEVICES";

    /// <summary>Sets CUDA_VISIBLE_DEVICES, unless it names a single GPU or none, as Slurm does with one GPU to a task.</summary>
    public static void Choose(ProcessGroup group)
    {
        if (Of(Environment.GetEnvironmentVariable(Variable), group.RankOnHost) is { } own)
            NativeEnvironment.Set(Variable, own);
    }

    /// <summary>What the variable is to be; null where it stays as it is.</summary>
    /// <param name="visible">What it is; null where it is not set.</param>
    /// <param name="rankOnHost">The rank's number on its host; those beyond the GPUs see none.</param>
    public static string? Of(string? visible, int rankOnHost)
    {
        if (visible is null)
            return $"{rankOnHost}";
        string[] named = visible.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return named.Length < 2 ? null : rankOnHost < named.Length ? named[rankOnHost] : string.Empty;
    }
}
