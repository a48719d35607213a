namespace MlNetSeqRec;

/// <summary>A rank's part of what all ranks do together: every so-manieth, so that parts of what is sorted by length weigh the same.</summary>
/// <param name="Rank">From 0.</param>
/// <param name="Count">Ranks.</param>
internal readonly record struct RankShare(int Rank, int Count)
{
    /// <summary>Of a process by itself.</summary>
    public static RankShare Whole { get; } = new(0, 1);

    public static RankShare Of(ProcessGroup group) => new(group.Rank, group.Count);

    public T[] Of<T>(T[] all)
    {
        if (Count == 1)
            return all;
        var own = new T[(all.Length - Rank + Count - 1) / Count];
        for (int i = 0; i < own.Length; i++)
            own[i] = all[Rank + (i * Count)];
        return own;
    }
}
