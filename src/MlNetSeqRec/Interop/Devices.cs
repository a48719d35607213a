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
    private const int Cpu = -1;

    public static Device Choose(string wanted, IHostEnvironment? environment)
    {
        if (Parse(wanted) is { } asked)
            return asked == Cpu ? CPU : Cuda(asked, wanted);
        // What an MLContext says; the environments that it hands to components pass it on.
        if (environment is IHostEnvironmentInternal { GpuDeviceId: { } id } settings)
            return id < 0 || (settings.FallbackToCpu && !cuda.is_available()) ? CPU : Cuda(id, $"cuda:{id}");
        return cuda.is_available() ? Cuda(0, wanted) : CPU;
    }

    /// <summary>A GPU's number, -1 for the CPU, or null for auto.</summary>
    /// <exception cref="ArgumentException">It is none of these.</exception>
    public static int? Parse(string wanted) => wanted switch
    {
        "auto" => null,
        "cpu" => Cpu,
        "cuda" => 0,
        _ when wanted.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(wanted.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index) => index,
        _ => throw new ArgumentException($"There is no device '{wanted}': use auto, cpu, cuda or cuda:N"),
    };

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
