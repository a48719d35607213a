using System.Globalization;

namespace MlNetSeqRec;

/// <summary>What the environment says of how this process was started: by itself, or by mpirun or srun as one of several.</summary>
internal static class Launcher
{
    /// <summary>Whether it was mpirun, which ends all ranks when one dies; srun does not, or late.</summary>
    public static bool IsMpirun(Func<string, string?> variable) => variable("OMPI_COMM_WORLD_SIZE") is not null;

    /// <summary>Processes that were started together and that Open MPI can join; 1 where this one was started by itself.</summary>
    /// <param name="variable">The environment's variables.</param>
    /// <exception cref="InvalidOperationException">There are several that MPI would not bring together: each would train the whole model.</exception>
    public static int Processes(Func<string, string?> variable)
    {
        if (Number("OMPI_COMM_WORLD_SIZE") is { } ofMpirun) // mpirun inside of a Slurm job has Slurm's variables too
            return ofMpirun;
        int tasks = Number("SLURM_STEP_NUM_TASKS") ?? 1;
        if (tasks > 1 && variable("PMIX_RANK") is null)
        {
            throw new InvalidOperationException(
                $"srun started {tasks} tasks without PMIx, by which they would find each other, and each would train a model by itself: use srun --mpi=pmix (srun --mpi=list says whether there is one), "
                + "or srun -n 1; where each task is to train a model of its own, put env -u SLURM_STEP_NUM_TASKS before the command");
        }

        if (tasks == 1 && Number("PMI_SIZE") is > 1 and { } ofOthers)
            throw new InvalidOperationException($"{ofOthers} processes were started by another MPI than Open MPI (PMI_SIZE is set), and each would train a model by itself: use Open MPI's mpirun");
        return tasks;

        int? Number(string name) => int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }
}
