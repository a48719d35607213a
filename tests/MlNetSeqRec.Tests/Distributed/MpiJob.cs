using System.Diagnostics;
using System.Globalization;

namespace MlNetSeqRec.Tests.Distributed;

/// <summary>Processes that mpirun starts; without it the test is skipped.</summary>
internal sealed class MpiJob : IDisposable
{
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(3);

    private readonly Process _mpirun = new();
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    /// <param name="folder">Where it runs.</param>
    /// <param name="arguments">Of mpirun.</param>
    public MpiJob(string folder, params string[] arguments)
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(place => File.Exists(Path.Combine(place, "mpirun"))))
            Assert.Skip("there is no mpirun here (Debian: apt-get install openmpi-bin)");
        _mpirun.StartInfo = new ProcessStartInfo("mpirun", ["--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        foreach (string name in new[] { "OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "OMP_NUM_THREADS" })
            _mpirun.StartInfo.Environment[name] = "1";
        _mpirun.Start();
        _output = _mpirun.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        _error = _mpirun.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>How it ended.</summary>
    public (int Code, string Output, string Error) Wait()
    {
        if (!_mpirun.WaitForExit(_longest))
        {
            _mpirun.Kill(entireProcessTree: true);
            Assert.Fail($"The job has not ended in {_longest}: {_error.Result}");
        }

        return (_mpirun.ExitCode, _output.Result, _error.Result);
    }

    /// <summary>The process of a rank, as soon as it runs.</summary>
    public int ProcessOf(int rank)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < _longest && !_mpirun.HasExited; Thread.Sleep(20))
        {
            foreach (int child in File.ReadAllText($"/proc/{_mpirun.Id}/task/{_mpirun.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse))
            {
                if (File.ReadAllText($"/proc/{child}/environ").Split('\0').Contains(string.Create(CultureInfo.InvariantCulture, $"OMPI_COMM_WORLD_RANK={rank}")))
                    return child;
            }
        }

        throw new InvalidOperationException($"Rank {rank} was not started: {(_mpirun.HasExited ? _error.Result : "mpirun goes on")}");
    }

    /// <summary>Waits for something while the job runs.</summary>
    public void WaitUntil(Func<bool> holds)
    {
        for (var clock = Stopwatch.StartNew(); !holds(); Thread.Sleep(20))
            Assert.True(clock.Elapsed < _longest && !_mpirun.HasExited, _mpirun.HasExited ? $"The job has ended: {_error.Result}" : "It takes too long");
    }

    public static void Signal(int process, string signal)
    {
        using Process kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {process}")]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_mpirun.HasExited)
            _mpirun.Kill(entireProcessTree: true);
        _mpirun.Dispose();
    }
}
