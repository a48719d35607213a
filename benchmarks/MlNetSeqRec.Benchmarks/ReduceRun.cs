using System.Diagnostics;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec.Benchmarks;

/// <summary>
/// The time in which ranks sum up a buffer, as they do once a step. Started by mpirun; one line of JSON for each size, by the first
/// rank: the median over the repetitions of the time from a barrier to the end of the slowest rank's call.
/// </summary>
internal static class ReduceRun
{
    public static void Start(Arguments args)
    {
        using ProcessGroup group = ProcessGroup.JoinIfStarted() ?? throw new InvalidOperationException("reduce is started by mpirun with at least two processes");
        Device device = TrainingDevice.Prepare(new SequentialTransformerOptions { Device = args.Text("device", "cpu"), ProcessGroup = group }, null);
        foreach (int kilobytes in args.Numbers("kilobytes", "64,1024,16384"))
        {
            using Tensor buffer = zeros(kilobytes * 256L, dtype: ScalarType.Float32, device: device);
            var seconds = new List<double>();
            for (int round = 0; round < args.Number("rounds", 30) + 3; round++)
            {
                group.Barrier();
                var clock = Stopwatch.StartNew();
                group.Sum(buffer);
                if (device.type == DeviceType.CUDA)
                    cuda.synchronize();
                double[] longest = [clock.Elapsed.TotalSeconds];
                group.Max(longest);
                seconds.Add(longest[0]);
            }

            double[] measured = [.. seconds.Skip(3).Order()];
            double median = measured[measured.Length / 2];
            if (group.IsFirst)
            {
                Console.WriteLine(JsonSerializer.Serialize(new
                {
                    ranks = group.Count,
                    hosts = group.Hosts.Distinct().Count(),
                    device = device.ToString(),
                    bytes = kilobytes * 1024L,
                    microseconds = Math.Round(1e6 * median, 1),
                    nanosecondsPerByte = Math.Round(1e9 * median / (kilobytes * 1024L), 3),
                }));
            }
        }
    }
}
