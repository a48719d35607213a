using Microsoft.ML;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>Chooses where to train, and sets libtorch up for it.</summary>
internal static class TrainingDevice
{
    /// <exception cref="ArgumentException">There is no such device, bfloat16 is asked for on a CPU, or one GPU for all ranks.</exception>
    public static Device Prepare(SequentialTransformerOptions options, MLContext? context)
    {
        NativeLibraries.Load();
        if (options.ProcessGroup is { Count: > 1 } ranks)
            CheckGpu(options, ranks);
        Device device = Devices.Choose(options.Device, context);
        if (device.type == DeviceType.CPU && options.Precision == TrainingPrecision.BFloat16)
            throw new ArgumentException($"Precision {options.Precision} needs a GPU, and training is on {device}: use {TrainingPrecision.Single}");
        if (options.ProcessGroup is { Count: > 1 } group && device.type == DeviceType.CPU && Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is null)
            set_num_threads(Math.Max(1, Environment.ProcessorCount / group.CountOnHost)); // more threads than cores are slower by far
        NativeMemory.KeepFreedBlocks();
        if (device.type != DeviceType.CPU)
            backends.cuda.matmul.allow_tf32 = true; // single precision products on matrix units, as PyTorch users set it
        return device;
    }

    private static void CheckGpu(SequentialTransformerOptions options, ProcessGroup group)
    {
        if (options.Device.StartsWith("cuda:", StringComparison.Ordinal))
            throw new ArgumentException($"Device '{options.Device}' was asked for, and each of the {group.Count} ranks takes a GPU of its own: use cuda");
        if (options.Device == "cuda" && !cuda.is_available() && group.CountOnHost > 1)
            throw new InvalidOperationException($"This is rank {group.RankOnHost + 1} of {group.CountOnHost} on {group.Hosts[group.Rank]}, and it finds no GPU for itself: start at most one rank for each GPU, or use cpu");
    }
}
