using System.CommandLine;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec scaling: what NDCG comes of how much compute, data and parameters, and what to train for a budget.</summary>
internal static class ScalingCommand
{
    public static Command Make() => new("scaling", "Scaling laws: fit them to runs, plan by them, make the runs, draw them")
    {
        ScalingFitCommand.Make(),
        ScalingPlanCommand.Make(),
        ScalingSweepCommand.Make(),
        ScalingPlotCommand.Make(),
        ScalingImportCommand.Make(),
    };
}
