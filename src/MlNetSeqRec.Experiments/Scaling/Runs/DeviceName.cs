using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>A device with the name of the hardware behind it, which figures of speed are about.</summary>
internal static class DeviceName
{
    /// <summary>"cuda:0 (NVIDIA H100 80GB HBM3)", "cpu (X64, 2 cores)"; the device alone where nothing more can be learnt.</summary>
    public static string Of(string device) => device.StartsWith("cuda", StringComparison.Ordinal)
        ? Gpu(device.Contains(':', StringComparison.Ordinal) ? device[(device.IndexOf(':', StringComparison.Ordinal) + 1)..] : "0") is { } name ? $"{device} ({name})" : device
        : $"{device} ({RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores)";

    private static string? Gpu(string index)
    {
        try
        {
            using Process? process = Process.Start(new ProcessStartInfo("nvidia-smi", ["--query-gpu=name", "--format=csv,noheader", "-i", index]) { RedirectStandardOutput = true, RedirectStandardError = true });
            string? name = process?.StandardOutput.ReadLine()?.Trim();
            return process is not null && process.WaitForExit(TimeSpan.FromSeconds(10)) && process.ExitCode == 0 && name?.Length > 0 ? name : null;
        }
        catch (Win32Exception)
        {
            return null; // there is no nvidia-smi
        }
    }
}
