using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>NDCG@10 of the network as it stands, among the items that each user has not had.</summary>
internal sealed class Validator(SequentialNetwork network, TokenTable? tokens, EncodedHistories data, int[] popularity, Device device)
{
    private const int BatchSize = 256;

    /// <summary>The figure, or NaN where the network gives scores that are not numbers.</summary>
    public double Ndcg()
    {
        try
        {
            return MeanGain();
        }
        catch (Exception e) when (e is ArgumentException or AggregateException { InnerException: ArgumentException })
        {
            return double.NaN;
        }
    }

    private double MeanGain()
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            network.eval();
            var ranker = new Ranker(
                network,
                network.ItemEncoder.Encode(null, tokens?.All),
                tensor(popularity.Select(count => (float)count).ToArray(), device: device));
            double sum = 0;
            foreach (int[] rows in Enumerable.Range(0, data.Count).OrderBy(data.LengthOf).Chunk(BatchSize))
            {
                ReadOnlyMemory<int>[] histories = [.. rows.Select(row => (ReadOnlyMemory<int>)data.Items.AsMemory((int)data.Offsets[row], data.LengthOf(row)))];
                int[] targets = [.. rows.Select(row => data.Targets![row])];
                sum += ranker.Rank(histories, targets).Sum(rank => rank.Unseen <= 10 ? 1 / Math.Log2(rank.Unseen + 1) : 0);
            }

            return data.Count == 0 ? 0 : sum / data.Count;
        }
    }
}
