using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>What the scores of some histories gain from their latest items, as sparse pairs of a row and an item.</summary>
/// <param name="Rows">The history of each pair.</param>
/// <param name="Places">The candidate of each pair.</param>
/// <param name="Gains">What its score gains.</param>
internal sealed record FollowerScores(long[] Rows, long[] Places, float[] Gains)
{
    public static FollowerScores Of(GainTable gained, ReadOnlySpan<int> latest, Candidates among)
    {
        var rows = new List<long>();
        var places = new List<long>();
        var gains = new List<float>();
        for (int row = 0; row < latest.Length; row++)
        {
            if (latest[row] < 0)
                continue;
            foreach ((int item, float gain) in gained.After(latest[row]))
            {
                if (among.PlaceOf(item) is not (>= 0 and int place))
                    continue;
                rows.Add(row);
                places.Add(place);
                gains.Add(gain);
            }
        }

        return new FollowerScores([.. rows], [.. places], [.. gains]);
    }

    /// <summary>Adds the gains to all scores, [histories, candidates].</summary>
    public void AddTo(Tensor scores)
    {
        if (Rows.Length == 0)
            return;
        using DisposeScope scope = NewDisposeScope();
        long candidates = scores.shape[1];
        Tensor flat = tensor(Rows.Zip(Places, (row, place) => (row * candidates) + place).ToArray(), device: scores.device);
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
