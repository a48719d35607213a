using TorchSharp;

namespace MlNetSeqRec;

/// <summary>
/// A cross-entropy over the next item at many positions at once. Gradients are worked out here, not recorded, so that the
/// scores of all positions are never held together.
/// </summary>
internal interface ISoftmaxLoss : IDisposable
{
    /// <summary>Gives the sum of the loss over all targets, a scalar on the device, and its gradient by <paramref name="states"/>.</summary>
    /// <param name="states">[targets, width]</param>
    /// <param name="items">Item vectors, [items, width], of the same type.</param>
    /// <param name="pass">Where the targets are.</param>
    /// <param name="step">The step's indices on the device.</param>
    /// <param name="scale">What gradients are multiplied by: one over the step's targets for the gradient of the mean.</param>
    /// <param name="itemsGradient">[items, width], single precision: the gradient by <paramref name="items"/> is added to it.</param>
    (torch.Tensor Loss, torch.Tensor StatesGradient) Backward(
        torch.Tensor states, torch.Tensor items, PassData pass, DeviceStep step, double scale, torch.Tensor itemsGradient);
}
