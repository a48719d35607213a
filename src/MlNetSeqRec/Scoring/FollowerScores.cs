using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>What the scores of some histories gain from their latest items, as sparse pairs of a row and an item, each pair once and by rows.</summary>
/// <param name="Rows">The history of each pair.</param>
/// <param name="Places">The candidate of each pair.</param>
/// <param name="Gains">What its score gains.</param>
internal sealed record FollowerScores(long[] Rows, long[] Places, float[] Gains)
{
    public static FollowerScores Of(GainTable gained, IReadOnlyList<ReadOnlyMemory<int>> histories, Candidates among)
    {
        var pairs = new KeyValuePair<int, float>[histories.Count][];
        Parallel.For(0, histories.Count, row =>
        {
            var sums = new Dictionary<int, float>();
            foreach ((int place, float gain) in gained.After(histories[row], among))
                sums[place] = sums.GetValueOrDefault(place) + gain;
            pairs[row] = [.. sums];
        });
        int count = pairs.Sum(own => own.Length), next = 0;
        var scores = new FollowerScores(new long[count], new long[count], new float[count]);
        for (int row = 0; row < pairs.Length; row++)
        {
            foreach ((int place, float gain) in pairs[row])
                (scores.Rows[next], scores.Places[next], scores.Gains[next++]) = (row, place, gain);
        }

        return scores;
    }

    /// <summary>Adds the gains to all scores, [histories, candidates].</summary>
    public void AddTo(Tensor scores)
    {
        if (Rows.Length == 0)
            return;
        using DisposeScope scope = NewDisposeScope();
        Tensor flat = (tensor(Rows, device: scores.device) * scores.shape[1]) + tensor(Places, device: scores.device);
        scores.view(-1).index_add_(0, flat, tensor(Gains, device: scores.device), 1);
    }

    /// <summary>The pairs' whole scores.</summary>
    /// <param name="states">[histories, width]</param>
    /// <param name="vectors">[candidates, width]</param>
    public float[] Totals(Tensor states, Tensor vectors)
    {
        if (Rows.Length == 0)
            return [];
        using DisposeScope scope = NewDisposeScope();
        Tensor own = states.index_select(0, tensor(Rows, device: states.device)) * vectors.index_select(0, tensor(Places, device: states.device));
        return (own.sum(1) + tensor(Gains, device: states.device)).Values<float>();
    }
}
