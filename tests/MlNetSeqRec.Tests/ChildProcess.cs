using System.Diagnostics;
using MlNetSeqRec.Tests.Data;

namespace MlNetSeqRec.Tests;

/// <summary>A program that a test starts: what it prints is gathered as it comes, waiting for it has a limit, and none of its processes outlives the test.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(4);

    private readonly Process _process;
    private readonly string _command;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    /// <param name="folder">Where it runs.</param>
    /// <param name="environment">Variables that it gets besides those of the tests.</param>
    /// <param name="command">The program and its arguments.</param>
    public ChildProcess(string folder, Dictionary<string, string> environment, params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = folder };
        start.Environment["OMP_NUM_THREADS"] = "1"; // networks so small gain nothing from more, and lose where cores are busy
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1"; // a build that it starts leaves no process behind,
        start.Environment["CreateSymbolicLinksForCopyLocalFilesIfPossible"] = "true"; // nor copies of libtorch
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        _command = string.Join(' ', command);
        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _error = _process.StandardError.ReadToEndAsync();
    }

    public ChildProcess(string folder, params string[] command)
        : this(folder, [], command)
    {
    }

    /// <summary>The command that starts <c>seqrec</c> from its own folder, as a user would.</summary>
    public static string[] SeqRec { get; } =
    [
        "dotnet",
        Path.Combine(Repository.Root, "src", "MlNetSeqRec.Cli", Path.GetRelativePath(Path.Combine(Repository.Root, "tests", "MlNetSeqRec.Tests"), AppContext.BaseDirectory), "seqrec.dll"),
    ];

    public int Id => _process.Id;

    /// <summary>Runs a program to its end: how that was, and all that it printed.</summary>
    public static (int Code, string Output, string Error) Run(string folder, params string[] command)
    {
        using var process = new ChildProcess(folder, command);
        return process.Wait();
    }

    /// <summary>Runs a program to its end, which must be a good one; what it printed.</summary>
    public static string OutputOf(string folder, params string[] command)
    {
        (int code, string output, string error) = Run(folder, command);
        Assert.True(code == 0, $"{string.Join(' ', command)} ended with {code}: {error}{output}");
        return output;
    }

    /// <summary>The items that a model gives for each line of a file of histories, in a process that knows Microsoft.ML alone.</summary>
    public static string[] RecommendedBy(string model, string histories) =>
        OutputOf(AppContext.BaseDirectory, "dotnet", Path.Combine(AppContext.BaseDirectory, "ModelLoader.dll"), model, histories).TrimEnd().Split('\n');

    /// <summary>How it ended, and all that it printed.</summary>
    public (int Code, string Output, string Error) Wait(TimeSpan? limit = null)
    {
        if (!_process.WaitForExit(limit ?? _longest))
        {
            Kill();
            Assert.Fail($"{_command} has not ended in {limit ?? _longest}: {_error.Result}{_output.Result}");
        }

        return (_process.ExitCode, _output.Result, _error.Result);
    }

    /// <summary>Waits for something while it runs.</summary>
    public void WaitUntil(Func<bool> holds)
    {
        for (var clock = Stopwatch.StartNew(); ; Thread.Sleep(2))
        {
            Assert.False(_process.HasExited, $"{_command} has ended too early: {(_process.HasExited ? _error.Result : null)}");
            if (holds())
                return;
            Assert.True(clock.Elapsed < _longest, $"{_command} has not come so far in {_longest}");
        }
    }

    /// <summary>Ends it, and what it started, without a chance to tidy up.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }
}
