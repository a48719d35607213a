using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>A training as a process of its own, whose output goes to a log.</summary>
internal static class TrainingProcess
{
    /// <summary>Runs it to its end; gives its exit code.</summary>
    public static int Run(string program, IReadOnlyList<string> arguments, string log, int threads, CancellationToken stop)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        using var output = TextWriter.Synchronized(new StreamWriter(log, append: true) { AutoFlush = true });
        output.WriteLine($"{DateTimeOffset.UtcNow:O} {program} {string.Join(' ', arguments)}");
        using var process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };

        // Trainings side by side would else each take all cores.
        foreach (string variable in new[] { "OMP_NUM_THREADS", "MKL_NUM_THREADS" })
            process.StartInfo.Environment[variable] = threads.ToString(CultureInfo.InvariantCulture);
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{program} cannot be started: {e.Message}", e);
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using (stop.Register(() => Kill(process)))
            process.WaitForExit();
        return process.ExitCode;

        void Write(string? line)
        {
            if (line is not null)
                output.WriteLine(line);
        }
    }

    /// <summary>What a log ends with.</summary>
    public static string LastLine(string log) => File.ReadLines(log).LastOrDefault(line => line.Length > 0) ?? "no output";

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
