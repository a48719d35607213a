namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>
/// Whether data fix the coefficients of a law. They do not where a coefficient lies on the edge of what is allowed, where its
/// interval is wider than itself, or where changes of some coefficients make up for those of others: the collinearity index of
/// the sensitivities (Brun, Reichert and Künsch, 2001) tells by how much; from about 15 on it is too much.
/// </summary>
internal static class Identifiability
{
    private const double MostCollinear = 15;

    public static IReadOnlyList<string> Doubts(LawFit fit, IReadOnlyList<Observation> data)
    {
        var doubts = new List<string>();
        ScalingLaw law = fit.Law;
        foreach (ShapeParameter parameter in law.Shape)
        {
            double value = fit.Coefficients[law.Coefficients.ToList().IndexOf(parameter.Name)];
            if (value <= parameter.Lower * (1 + 1e-6) || value >= parameter.Upper * (1 - 1e-6))
                doubts.Add($"{parameter.Name} = {value:g4} is at the edge of what is allowed ({parameter.Lower:g4} to {parameter.Upper:g4})");
        }

        double index = CollinearityIndex(fit, data);
        if (!(index <= MostCollinear))
            doubts.Add($"the coefficients make up for each other: collinearity index {index:g3}, above {MostCollinear:g3}");
        return doubts;
    }

    /// <summary>Adds what intervals show.</summary>
    public static IReadOnlyList<string> Doubts(LawFit fit)
    {
        var doubts = fit.Doubts.ToList();
        for (int i = 0; i < fit.Intervals.Count; i++)
        {
            Interval interval = fit.Intervals[i];
            if (fit.Law.Free.Contains(i) && interval.Upper - interval.Lower > Math.Abs(fit.Coefficients[i]))
                doubts.Add($"{fit.Law.Coefficients[i]} = {fit.Coefficients[i]:g4} could be {interval.Lower:g3} to {interval.Upper:g3}");
        }

        return doubts;
    }

    /// <summary>1 / the least singular value of the sensitivities' directions: 1 for coefficients that do not disturb each other.</summary>
    private static double CollinearityIndex(LawFit fit, IReadOnlyList<Observation> data) => 1 / Sensitivities.Directions(fit, data).Svd(computeVectors: false).S.Minimum();
}
