using System.Runtime.CompilerServices;
using Xunit.v3;

// Trainings in this process share libtorch's generator: they go one after the other, in the collection of the assembly. A class that neither
// trains nor loads a model here is a collection of its own, which runs beside them.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: Parallelization(Mode = Xunit.Sdk.ParallelMode.Collections)]
[assembly: TestCollectionOrderer(typeof(MlNetSeqRec.Tests.LongestFirst))]

namespace MlNetSeqRec.Tests;

/// <summary>The collection of the assembly first, so that it does not end long after all others.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<T> OrderTestCollections<T>(IReadOnlyCollection<T> testCollections)
        where T : Xunit.Sdk.ITestCollection =>
        [.. testCollections.OrderByDescending(collection => collection.TestCollectionDisplayName.Contains(' ')).ThenBy(collection => collection.TestCollectionDisplayName, StringComparer.Ordinal)];
}

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
