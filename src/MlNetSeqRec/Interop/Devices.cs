using System.Globalization;
using Microsoft.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Chooses the device: auto, cpu, cuda or cuda:N. A model that ML.NET loads goes where auto does: to the GPU of MLContext.GpuDeviceId, to
/// the CPU where that is negative, else to the first GPU if there is one.
/// </summary>
internal static class Devices
{
    public static Device Choose(string wanted, IHostEnvironment? environment)
    {
        switch (wanted)
        {
            case "cpu":
                return CPU;
            case "auto":
                // What an MLContext says; the environments that it hands to components pass it on.
                if (environment is IHostEnvironmentInternal { GpuDeviceId: { } id } settings)
                    return id < 0 ? CPU : cuda.is_available() || !settings.FallbackToCpu ? Cuda(id, $"cuda:{id}") : CPU;
                return cuda.is_available() ? Cuda(0, "auto") : CPU;
            case "cuda":
                return Cuda(0, wanted);
            default:
                if (wanted.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(wanted.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index))
                    return Cuda(index, wanted);
                throw new ArgumentException($"There is no device '{wanted}': use auto, cpu, cuda or cuda:N");
        }
    }

    private static Device Cuda(int index, string wanted)
    {
        if (!cuda.is_available())
        {
            throw new InvalidOperationException(
                $"Device '{wanted}' was asked for, but this libtorch finds no CUDA device: use a TorchSharp-cuda package or set {NativeLibraries.Variable} " +
                "to the torch/lib folder of a Python install with CUDA, and check the driver with nvidia-smi; or use device cpu");
        }

        int count = cuda.device_count();
        if (index >= count)
            throw new InvalidOperationException($"Device '{wanted}' was asked for, but there {(count == 1 ? "is one CUDA device, cuda:0" : $"are {count} CUDA devices, cuda:0 to cuda:{count - 1}")}");
        return new Device(DeviceType.CUDA, index);
    }
}
