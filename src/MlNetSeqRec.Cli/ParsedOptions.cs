using System.CommandLine;

namespace MlNetSeqRec.Cli;

/// <summary>Options of the command line beside those of a preset.</summary>
internal static class ParsedOptions
{
    /// <summary>Hands over an option's value where it was given, not where it is the default that the help shows.</summary>
    public static void IfGiven<T>(this ParseResult parsed, Option<T> option, Action<T> set)
    {
        if (parsed.GetResult(option) is { Implicit: false })
            set(parsed.GetValue(option)!);
    }
}
