using System.Diagnostics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Adds up what the ranks' steps give, in one call over one flat buffer: the loss, the gradients of the network, and last those of
/// the id table, of which only rows that some rank's step used are sent. Every rank knows the whole step's windows and so the rows of
/// all: no row numbers are sent, and a row that several used is sent once.
/// </summary>
/// <param name="group">The ranks.</param>
/// <param name="parameters">What gradients are of, in their order.</param>
/// <param name="hasIds">Whether the first is the id table.</param>
internal sealed class GradientExchange(ProcessGroup group, IReadOnlyList<Parameter> parameters, bool hasIds) : IDisposable
{
    private const int LossPlaces = 16; // a cache line, so that what follows is aligned

    private readonly Stopwatch _clock = new();
    private Tensor? _flat;

    /// <summary>Bytes that this rank's buffers had, over all steps.</summary>
    public long Bytes { get; private set; }

    /// <summary>Steps.</summary>
    public long Steps { get; private set; }

    /// <summary>Time spent in the calls, in which a rank also waits for slower ones. On a GPU the time to ask for them.</summary>
    public double Seconds => _clock.Elapsed.TotalSeconds;

    /// <summary>The sums over all ranks, good until the next step.</summary>
    /// <param name="gradients">This rank's; with ids, the first has a row for each of the step's own items.</param>
    /// <param name="loss">[1]</param>
    /// <param name="places">Where each row of the first goes among the rows of all ranks; null where all have the same rows.</param>
    /// <param name="rows">Rows of all ranks; not used without <paramref name="places"/>.</param>
    public (List<Tensor> Gradients, Tensor Loss) Sum(IReadOnlyList<Tensor> gradients, Tensor loss, Tensor? places, int rows)
    {
        using IDisposable _ = no_grad();
        int first = hasIds ? 1 : 0;
        long[] tableShape = !hasIds ? [0] : places is null ? gradients[0].shape : [rows, gradients[0].shape[1]];
        long dense = LossPlaces + parameters.Skip(first).Sum(parameter => parameter.numel());
        long used = dense + tableShape.Aggregate(1L, (product, size) => product * size);
        Tensor flat = Flat(used, loss.device);
        Tensor lossSum = flat.narrow(0, 0, 1);
        var sums = new List<Tensor>(gradients.Count);
        if (hasIds)
            sums.Add(flat.narrow(0, dense, used - dense).view(tableShape));
        long at = LossPlaces;
        foreach (Parameter parameter in parameters.Skip(first))
        {
            sums.Add(flat.narrow(0, at, parameter.numel()).view(parameter.shape));
            at += parameter.numel();
        }

        int copied = places is null ? 0 : 1;
        TorchScripts.Copy([loss, .. gradients.Skip(copied)], [lossSum, .. sums.Skip(copied)]);
        if (places is not null)
            sums[0].zero_().index_add_(0, places, gradients[0], 1);
        _clock.Start();
        group.Sum(flat.narrow(0, 0, used));
        _clock.Stop();
        Bytes += used * sizeof(float);
        Steps++;
        return (sums, lossSum);
    }

    public void Dispose() => _flat?.Dispose();

    private Tensor Flat(long length, Device device)
    {
        if (_flat is null || _flat.numel() < length)
        {
            long longer = Math.Max(length, _flat?.numel() * 5 / 4 ?? 0);
            _flat?.Dispose();
            _flat = zeros(longer, dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        }

        return _flat;
    }
}
