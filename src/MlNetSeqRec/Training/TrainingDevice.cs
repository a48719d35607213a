using Microsoft.ML;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>Chooses where to train, and sets libtorch up for it.</summary>
internal static class TrainingDevice
{
    /// <exception cref="ArgumentException">There is no such device, or bfloat16 is asked for on a CPU.</exception>
    public static Device Prepare(SequentialTransformerOptions options, MLContext? context)
    {
        NativeLibraries.Load();
        Device device = Devices.Choose(options.Device, context);
        if (device.type == DeviceType.CPU && options.Precision == TrainingPrecision.BFloat16)
            throw new ArgumentException($"Precision {options.Precision} needs a GPU, and training is on {device}: use {TrainingPrecision.Single}");
        NativeMemory.KeepFreedBlocks();
        if (device.type != DeviceType.CPU)
            backends.cuda.matmul.allow_tf32 = true; // single precision products on matrix units, as PyTorch users set it
        return device;
    }
}
