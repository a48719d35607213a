using System.Runtime.CompilerServices;

// Trainings in this process share libtorch's generator: they go one after the other. Tests of programs, each class a collection, run beside them.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.Collections)]

namespace MlNetSeqRec.Tests;

internal static class BeforeAll
{
    // Threads of libtorch that wait give their core to whoever has work.
    [ModuleInitializer]
    internal static void LetThreadsSleep()
    {
        if (!OperatingSystem.IsWindows())
            NativeEnvironment.Set("OMP_WAIT_POLICY", "PASSIVE");
    }
}
