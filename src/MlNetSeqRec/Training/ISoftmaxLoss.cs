using TorchSharp;

namespace MlNetSeqRec;

/// <summary>A loss over the next item at many positions at once.</summary>
internal interface ISoftmaxLoss : IDisposable
{
    /// <summary>
    /// Adds the gradient of the mean loss to everything that <paramref name="states"/> and <paramref name="items"/> were
    /// computed from, and gives the mean loss as a scalar on the device.
    /// </summary>
    /// <param name="states">[targets, width]</param>
    /// <param name="items">Vectors of the whole catalogue, [items, width].</param>
    /// <param name="targets">Rows of <paramref name="items"/>, [targets], int64.</param>
    torch.Tensor Backward(torch.Tensor states, torch.Tensor items, torch.Tensor targets);
}
