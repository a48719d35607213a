using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>Keeps the ranks' copies of what is trained the same.</summary>
/// <param name="group">The ranks.</param>
/// <param name="best">The weights at the best validation.</param>
/// <param name="tensors">All that a checkpoint holds, the best weights among them.</param>
internal sealed class Replicas(ProcessGroup group, BestWeights best, IReadOnlyList<Tensor> tensors)
{
    /// <summary>Puts all ranks to where the first is, and gives its state.</summary>
    public TrainingState FollowFirst(TrainingState state)
    {
        if (group.Count == 1)
            return state;
        TrainingState first = JsonSerializer.Deserialize<TrainingState>(group.FromFirst(JsonSerializer.Serialize(state)))!;
        best.SetLabel((int)group.FromFirst(best.Epoch), group.FromFirst(best.Ndcg));
        foreach (Tensor tensor in tensors)
            group.Broadcast(tensor);
        return first;
    }

    /// <summary>
    /// Whether ranks had come to differ, which is then mended. All add the same sums to the same weights, so this happens only where
    /// hosts round differently, as processors or GPUs of different makes do.
    /// </summary>
    public bool Mend()
    {
        if (group.Count == 1)
            return false;
        double[] sums = Sums(), greatest = [.. sums, .. sums.Select(sum => -sum)];
        group.Max(greatest);
        bool differ = Enumerable.Range(0, sums.Length).Any(i => greatest[i] != -greatest[sums.Length + i]);
        if (differ)
        {
            foreach (Tensor tensor in tensors)
                group.Broadcast(tensor);
        }

        return differ;
    }

    private double[] Sums()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        double[] sums = stack([.. tensors.Select(tensor => tensor.to(ScalarType.Float64).sum())]).Values<double>();
        return Array.ConvertAll(sums, sum => double.IsFinite(sum) ? sum : 0); // of numbers that are none there is no greatest
    }
}
