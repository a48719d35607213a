using System.CommandLine;

namespace MlNetSeqRec.Cli;

/// <summary>The option by which only some partitions of a folder of Parquet files are read.</summary>
internal static class PartitionOption
{
    public static Option<string[]> Make() => new("--partition")
    {
        Description = "Read only interactions whose path has a column=value that meets this, such as \"day>=2026-01-01\" (=, <, <=, >, >=); once for each condition",
        AllowMultipleArgumentsPerToken = true,
    };
}
