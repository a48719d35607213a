using System.Globalization;
using System.Text.RegularExpressions;

namespace MlNetSeqRec.Data;

/// <summary>Amounts of memory such as "4GB", and what the process took.</summary>
internal static partial class Memory
{
    /// <summary>
    /// The part of an amount that DuckDB is given. It counts its buffers, not all that it allocates; and .NET and the code itself
    /// need some.
    /// </summary>
    private const double PartForDuckDb = 0.7;

    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    /// <summary>DuckDB's share of an amount for the whole process, as DuckDB's own setting takes it.</summary>
    /// <exception cref="ArgumentException">The text is no amount, or one below 500 MB.</exception>
    public static string ShareOf(string amount)
    {
        Match match = Amount().Match(amount);
        if (!match.Success)
        {
            throw new ArgumentException($"'{amount}' is no amount of memory: write it as 4GB or 800MB.");
        }

        int power = Array.IndexOf(Units, match.Groups[2].Value.ToUpperInvariant().Replace("I", "", StringComparison.Ordinal));
        double bytes = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * Math.Pow(1000, power);
        return bytes < 500e6
            ? throw new ArgumentException($"{amount} of memory is too little: at least 500MB are needed.")
            : string.Create(CultureInfo.InvariantCulture, $"{(long)(bytes * PartForDuckDb / 1e6)}MB");
    }

    /// <summary>The most that this process has had resident, in bytes.</summary>
    public static long Peak()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    [GeneratedRegex("^([0-9]+(?:\\.[0-9]+)?) ?([KMGT]i?B|B)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Amount();
}
