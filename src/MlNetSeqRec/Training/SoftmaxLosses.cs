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

    /// <param name="correction">How scores of drawn negatives are corrected; null for a loss over the whole catalogue.</param>
    /// <param name="items">Size of the catalogue.</param>
    /// <param name="device">Where it is computed.</param>
    /// <param name="leavesOutEarlier">Whether a shopper's earlier items do not compete with the next one, over the whole catalogue.</param>
    /// <param name="never">Items that never compete, over the whole catalogue; null for none.</param>
    public static ISoftmaxLoss Make(LogQCorrection? correction, int items, Device device, bool leavesOutEarlier = false, long[]? never = null) =>
        correction is { } logQ ? new SampledSoftmaxLoss(logQ)
            : new FullSoftmaxLoss(items, IsCuda(device) ? 256_000_000 : 8_000_000, leavesOutEarlier, never is { Length: > 0 } ? tensor(never, device: device).DetachFromDisposeScope() : null);

    private static bool IsCuda(Device device) => device.type == DeviceType.CUDA;
}
