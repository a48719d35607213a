namespace MlNetSeqRec.Tests.Distributed;

/// <summary>What a process takes itself for, by what mpirun and srun leave in its environment.</summary>
public class LauncherTests
{
    [Theory]
    [InlineData(1)] // by itself
    [InlineData(1, "SLURM_NTASKS=8", "SLURM_PROCID=0")] // in the script of a job, or in salloc
    [InlineData(1, "SLURM_STEP_NUM_TASKS=1", "SLURM_NTASKS=8")] // srun -n 1
    [InlineData(1, "SLURM_STEP_NUM_TASKS=1", "PMIX_RANK=0")]
    [InlineData(4, "SLURM_STEP_NUM_TASKS=4", "PMIX_RANK=3")] // srun --mpi=pmix
    [InlineData(2, "OMPI_COMM_WORLD_SIZE=2", "PMIX_RANK=1")] // mpirun
    [InlineData(2, "OMPI_COMM_WORLD_SIZE=2", "SLURM_STEP_NUM_TASKS=3")] // mpirun in a Slurm job, which starts a daemon on each host by srun
    [InlineData(1, "OMPI_COMM_WORLD_SIZE=1", "SLURM_STEP_NUM_TASKS=3")]
    public void ItIsOneOfThoseThatWereStartedTogether(int processes, params string[] environment) => Assert.Equal(processes, Launcher.Processes(Variables(environment)));

    [Theory]
    [InlineData("srun started 2 tasks without PMIx", "SLURM_STEP_NUM_TASKS=2", "SLURM_PROCID=1")] // --mpi=none
    [InlineData("srun started 2 tasks without PMIx", "SLURM_STEP_NUM_TASKS=2", "PMI_RANK=1", "PMI_SIZE=2")] // --mpi=pmi2
    [InlineData("3 processes were started by another MPI than Open MPI", "PMI_RANK=1", "PMI_SIZE=3")]
    public void SeveralThatWouldNotFindEachOtherAreRefused(string message, params string[] environment) =>
        Assert.Contains(message, Assert.Throws<InvalidOperationException>(() => Launcher.Processes(Variables(environment))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public void TheCommandSaysSoInOneLineAndTrainsNothing(string task)
    {
        using var shop = new RankedShop();
        (int code, string output, string error) = shop.TrainAlone("model.zip", new Dictionary<string, string> { ["SLURM_STEP_NUM_TASKS"] = "2", ["SLURM_PROCID"] = task });
        Assert.Equal((2, string.Empty), (code, output));
        Assert.Contains("use srun --mpi=pmix", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(Path.Exists(shop["model.zip"]) || Path.Exists(shop["model.zip.checkpoint"]));
    }

    private static Func<string, string?> Variables(string[] environment) => name => environment.Select(line => line.Split('=')).FirstOrDefault(pair => pair[0] == name)?[1];
}
