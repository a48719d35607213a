using System.Globalization;

namespace MlNetSeqRec.Tests.Distributed;

/// <summary>Processes that mpirun starts; without it the test is skipped.</summary>
internal static class MpiJob
{
    /// <param name="folder">Where it runs.</param>
    /// <param name="arguments">Of mpirun.</param>
    public static ChildProcess Start(string folder, params string[] arguments)
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(place => File.Exists(Path.Combine(place, "mpirun"))))
            Assert.Skip("there is no mpirun here (Debian: apt-get install openmpi-bin)");
        Dictionary<string, string> asRoot = new() { ["OMPI_ALLOW_RUN_AS_ROOT"] = "1", ["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1" };
        return new ChildProcess(folder, asRoot, ["mpirun", "--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1", .. arguments]);
    }

    /// <summary>The process of a rank, as soon as it runs.</summary>
    public static int ProcessOf(ChildProcess mpirun, int rank)
    {
        int found = 0;
        mpirun.WaitUntil(() => (found = File.ReadAllText($"/proc/{mpirun.Id}/task/{mpirun.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).FirstOrDefault(child =>
            File.ReadAllText($"/proc/{child}/environ").Split('\0').Contains(string.Create(CultureInfo.InvariantCulture, $"OMPI_COMM_WORLD_RANK={rank}")))) != 0);
        return found;
    }

    public static void Signal(int process, string signal) =>
        ChildProcess.OutputOf("/", "sh", "-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {process}"));
}
