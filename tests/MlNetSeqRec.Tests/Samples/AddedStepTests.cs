using System.Globalization;
using System.Text.RegularExpressions;
using MlNetSeqRec.Tests.Data;

namespace MlNetSeqRec.Tests.Samples;

[Collection(nameof(AddedStepTests))]
public class AddedStepTests
{
    [Fact]
    public void TheStepFindsMoreThanTheProgramBeforeIt()
    {
        double before = Run("Before"), after = Run("After");
        Assert.InRange(before, 10, 30);
        Assert.True(after > 60, $"{before} % before, {after} % after");
    }

    private static double Run(string name)
    {
        string program = Path.Combine(Repository.Root, "samples", "AddedStep", name, "bin", "Release", "net10.0", $"AddedStep.{name}.dll");
        string output = ChildProcess.OutputOf(Repository.Root, "dotnet", program);
        return double.Parse(Regex.Match(output, @"([\d.]+) ?%").Groups[1].Value, CultureInfo.InvariantCulture);
    }
}
