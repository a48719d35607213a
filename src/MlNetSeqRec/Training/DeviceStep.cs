using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>A step's data on the device.</summary>
/// <param name="Data">What is where in the block.</param>
/// <param name="Block">The copy of <see cref="StepData.Buffer"/>, int64.</param>
internal sealed record DeviceStep(StepData Data, Tensor Block);
