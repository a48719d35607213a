using System.CommandLine;

namespace MlNetSeqRec.Cli;

/// <summary>The option of train and evaluate by which items are kept from training, to measure how they are found from their text.</summary>
internal static class ColdItemOption
{
    public static Option<double> Make() => new("--cold-items")
    {
        Description = "Share of items, drawn by their ids, that training is kept from seeing but that test targets may be; the same for train and evaluate",
    };
}
