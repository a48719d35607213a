using System.Numerics;
using System.Text.RegularExpressions;

namespace MlNetSeqRec.Data.Reading;

/// <summary>
/// Conditions on the partitions of a folder, the <c>column=value</c> in its files' paths. What does not meet them all is passed over by
/// its path alone, and never opened.
/// </summary>
internal sealed partial class PartitionFilter
{
    private readonly IReadOnlyList<(string Text, string Column, Func<int, bool> Holds, string Value)> _conditions;

    private PartitionFilter(IReadOnlyList<(string, string, Func<int, bool>, string)> conditions) => _conditions = conditions;

    /// <summary>Reads conditions such as <c>day>=2026-01-01</c>: a column, one of = &lt; &lt;= > >=, and a value.</summary>
    /// <exception cref="ArgumentException">One is none of these.</exception>
    public static PartitionFilter Parse(IEnumerable<string> conditions) => new([.. conditions.Select(text =>
    {
        Match found = Condition().Match(text);
        Func<int, bool>? holds = found.Groups[2].Value switch
        {
            "=" => order => order == 0,
            "<" => order => order < 0,
            "<=" => order => order <= 0,
            ">" => order => order > 0,
            ">=" => order => order >= 0,
            _ => null,
        };
        return holds is null
            ? throw new ArgumentException($"'{text}' is no condition on a partition; one like day=2026-01-31 or day>=2026-01-01 was expected.")
            : (text, found.Groups[1].Value, holds, found.Groups[3].Value);
    })]);

    /// <summary>The files that meet all conditions.</summary>
    /// <exception cref="InvalidDataException">A file's path lacks a column, or no file is left.</exception>
    public IReadOnlyList<string> Of(IReadOnlyList<string> files, string folder)
    {
        if (_conditions.Count == 0 || files.Count == 0)
        {
            return files;
        }

        string[] left = [.. files.Where(file => _conditions.All(condition => Meets(file, condition.Column, condition.Holds, condition.Value)))];
        return left.Length > 0 ? left : throw new InvalidDataException(
            $"{folder}: none of its {files.Count} files meets {string.Join(" and ", _conditions.Select(condition => condition.Text))}.");
    }

    private static bool Meets(string file, string column, Func<int, bool> holds, string wanted)
    {
        if (PathColumns.ValueOf(file, column) is not { } value)
        {
            throw new InvalidDataException($"{file} lies in no partition of '{column}': no folder in its path is called {column}=….");
        }

        return value != PathColumns.NoValue && holds(Compare(value, wanted));
    }

    // Whole numbers by their size, and else by their characters, which is the order of dates as ISO writes them.
    private static int Compare(string a, string b) =>
        BigInteger.TryParse(a, out BigInteger first) && BigInteger.TryParse(b, out BigInteger second) ? first.CompareTo(second) : string.CompareOrdinal(a, b);

    [GeneratedRegex("^([^=<>!]+)(<=|>=|=|<|>)([^=<>]+)$")]
    private static partial Regex Condition();
}
