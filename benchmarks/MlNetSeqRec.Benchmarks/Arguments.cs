using System.Globalization;

namespace MlNetSeqRec.Benchmarks;

/// <summary>Arguments of a verb: pairs of --name value, where a value may be a list with commas.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = [];

    public Arguments(string[] args)
    {
        for (int i = 0; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == args.Length)
                throw new ArgumentException($"'{args[i]}' is not understood: arguments are pairs of --name and value");
            _values[args[i][2..]] = args[i + 1];
        }
    }

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) => Numbers(name, otherwise.ToString(CultureInfo.InvariantCulture))[0];

    public int[] Numbers(string name, string otherwise) => [.. List(name, otherwise).Select(text => int.Parse(text, CultureInfo.InvariantCulture))];

    public string[] List(string name, string otherwise) => Text(name, otherwise).Split(',');
}
