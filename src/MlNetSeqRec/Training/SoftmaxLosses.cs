using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>Chooses the loss: against the whole catalogue while that is about as quick as anything else, against drawn negatives beyond.</summary>
internal static class SoftmaxLosses
{
    private const int Drawn = 4096;

    /// <summary>Negatives that a step draws; 0 for a loss over the whole catalogue.</summary>
    public static int Negatives(SequentialTransformerOptions options, int items, Device device) =>
        options.Negatives ?? (items <= (IsCuda(device) ? 200_000 : 50_000) ? 0 : Drawn);

    public static ISoftmaxLoss Make(NegativeSampler? sampler, int items, Device device) =>
        sampler is null ? new FullSoftmaxLoss(items, IsCuda(device) ? 256_000_000 : 8_000_000) : new SampledSoftmaxLoss(sampler);

    private static bool IsCuda(Device device) => device.type == DeviceType.CUDA;
}
