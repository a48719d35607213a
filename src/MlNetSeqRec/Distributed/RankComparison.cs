namespace MlNetSeqRec;

/// <summary>Refuses a training whose ranks do not mean the same.</summary>
internal static class RankComparison
{
    /// <summary>Compares what the ranks are about to do, on all of them.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="description">Everything that must be the same, in parts with "; " between them.</param>
    /// <exception cref="InvalidOperationException">The ranks differ, thrown on each: says in what, and which.</exception>
    public static void Require(ProcessGroup group, string description)
    {
        if (group.Count > 1 && Differences(group.Gather(description), group.Hosts) is { } found)
            throw new InvalidOperationException(found);
    }

    /// <summary>Where ranks differ from the first; null where none does.</summary>
    public static string? Differences(IReadOnlyList<string> descriptions, IReadOnlyList<string> hosts)
    {
        string[] first = descriptions[0].Split("; ");
        var found = new List<string>();
        for (int rank = 1; rank < descriptions.Count; rank++)
        {
            if (descriptions[rank] == descriptions[0])
                continue;
            string[] own = descriptions[rank].Split("; ");
            found.Add($"rank {rank} on {hosts[rank]} has {List(own.Except(first))} where rank 0 on {hosts[0]} has {List(first.Except(own))}");
        }

        return found.Count == 0 ? null : $"The ranks are not of one training: {string.Join("; ", found)}. All must have the same version, options and data";
    }

    private static string List(IEnumerable<string> parts) => string.Join(", ", parts.DefaultIfEmpty("nothing"));
}
