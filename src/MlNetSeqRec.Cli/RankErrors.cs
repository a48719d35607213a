namespace MlNetSeqRec.Cli;

/// <summary>An error as one line: of several ranks that meet the same one, one says it.</summary>
internal static class RankErrors
{
    // The first to say it ends the job. Where all ranks fail alike, in a file that is not there for example, that is the first rank.
    private static readonly TimeSpan _wait = TimeSpan.FromSeconds(2);

    // Of mpirun, srun --mpi=pmix, another MPI and srun without one.
    private static readonly string[] _variables = ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"];

    /// <summary>Before the ranks know each other, the launcher tells.</summary>
    public static void LetTheFirstSpeak()
    {
        if (_variables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(rank => rank is not null) is not null and not "0")
            Thread.Sleep(_wait);
    }

    public static void Say(ProcessGroup? group, string message)
    {
        LetTheFirstSpeak();
        if (group is null)
        {
            Console.Error.WriteLine($"seqrec: {message}");
            return;
        }

        Console.Error.WriteLine($"seqrec: rank {group.Rank} of {group.Count} on {group.Hosts[group.Rank]}: {message}");
    }
}
