using System.Diagnostics;

namespace MlNetSeqRec.Benchmarks;

/// <summary>Time since it was started, and what the process took of processors and memory.</summary>
internal sealed class Watch
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _processor = Processor();

    public double Seconds => _clock.Elapsed.TotalSeconds;

    public void Restart()
    {
        _clock.Restart();
        _processor = Processor();
    }

    /// <summary>Seconds of processors since the start, and the most memory that the process ever had resident.</summary>
    public override string ToString()
    {
        using var process = Process.GetCurrentProcess();
        return $"{(Processor() - _processor).TotalSeconds:F1} s of processors, at most {process.PeakWorkingSet64 / 1e9:F2} GB resident";
    }

    private static TimeSpan Processor()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
