using System.Globalization;
using System.Text.Json;
using MlNetSeqRec.Experiments.Scaling;

namespace MlNetSeqRec.Tests.Scaling;

/// <summary>The fits of the published runs, beside what another program (SciPy) found for the same data.</summary>
public sealed class PublishedRunsTests
{
    private static readonly Lazy<(ScalingStudy Study, JsonElement Reference)> _all = new(() => (
        ScalingStudy.Of(RunFiles.Read(Reference.File("srt_series.csv")), new StudyOptions { Resamplings = 0 }),
        Reference.Json("fit_reference.json")));

    [Fact]
    public void TheFrontierIsThatOfTheAuthors()
    {
        IReadOnlyList<FrontierPoint> frontier = Frontier.Of(_all.Value.Study.Runs, asAuthors: true);
        List<Dictionary<string, string>> expected = Reference.Table("srt_frontier.csv");
        Assert.Equal(expected.Count, frontier.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(Number(expected[i], "flops"), frontier[i].Flops);
            Assert.Equal(Number(expected[i], "ndcg5"), frontier[i].Value, 1e-12);
            Assert.Equal(Number(expected[i], "N"), frontier[i].Run.Parameters);
            Assert.Equal(Number(expected[i], "T"), frontier[i].Run.Events);
            Assert.Equal(Number(expected[i], "epochs"), frontier[i].Epochs, 1e-6);
        }

        IReadOnlyList<Observation> grid = Frontier.OnGrid(frontier);
        foreach ((Dictionary<string, string> row, Observation point) in Reference.Table("srt_frontier_grid.csv").Zip(grid))
        {
            Assert.Equal(Number(row, "ln_flops"), point.X[0], 1e-9);
            Assert.Equal(Number(row, "ndcg5_cummax"), point.Y, 1e-9);
        }
    }

    [Theory]
    [InlineData("sigmoid_authors_frontier")]
    [InlineData("sigmoid_cummax_log_grid200")]
    public void Curves(string name)
    {
        (ScalingStudy study, JsonElement reference) = _all.Value;
        JsonElement expected = reference.GetProperty(name);
        AssertStatistics(expected.GetProperty("stats"), study[name].Fit);
        AssertStatistics(expected.GetProperty("b_fixed_0p18").GetProperty("stats"), study[$"{name}/b_fixed_0p18"].Fit);
        AssertStatistics(expected.GetProperty("paper_stats"), study[$"{name}/paper"].Fit);
        foreach (JsonProperty place in expected.GetProperty("predictions").EnumerateObject())
        {
            double x = double.Parse(place.Name, CultureInfo.InvariantCulture);
            Assert.Equal(place.Value.GetProperty("refit").GetDouble(), study[name].Fit.Predict(x), 1e-4);
            Assert.Equal(place.Value.GetProperty("paper").GetDouble(), study[$"{name}/paper"].Fit.Predict(x), 1e-4);
        }

        // Other coefficients would predict nearly the same.
        Assert.False(study[name].Fit.IsIdentifiable);
    }

    [Fact]
    public void ThePublishedCurveOnTheAuthorsFrontier() => Assert.Equal(0.98985, _all.Value.Study["sigmoid_authors_frontier/paper"].Fit.R2, 5e-6);

    [Fact]
    public void TheCurveBeyondWhatItWasFittedTo()
    {
        (ScalingStudy study, JsonElement reference) = _all.Value;
        JsonElement expected = reference.GetProperty("sigmoid_extrap_lt1e15");
        AssertStatistics(expected.GetProperty("train"), study["sigmoid_extrap_lt1e15"].Fit);
        AssertStatistics(expected.GetProperty("test"), study["sigmoid_extrap_lt1e15"].HeldOut!);
    }

    [Theory]
    [InlineData("NT_all119")]
    [InlineData("NT_neg300")]
    public void Sizes(string name)
    {
        (ScalingStudy study, JsonElement reference) = _all.Value;
        foreach (string variant in new[] { "exponents_fixed", "E_fixed_0p163", "free_beta_ge_0p02" })
        {
            JsonElement expected = reference.GetProperty(name).GetProperty(variant);
            LawFit fit = study[$"{name}/{variant}"].Fit;
            AssertStatistics(expected.GetProperty("stats"), fit);
            double Of(string coefficient, double otherwise) => expected.TryGetProperty(coefficient, out JsonElement value) ? value.GetDouble() : otherwise;
            double[] coefficients = [Of("E", 0.163), Of("A", 0), Of("alpha", 0.376), Of("B", 0), Of("beta", 0.364)];
            foreach (RunRecord run in study.Runs)
                Assert.Equal(fit.Law.Evaluate(coefficients, [run.Parameters, run.Events]), fit.Predict(run.Parameters, run.Events), 1e-4);
        }

        AssertStatistics(reference.GetProperty(name).GetProperty("paper_stats"), study[$"{name}/paper"].Fit);
        Assert.False(study[$"{name}/free_beta_ge_0p02"].Fit.IsIdentifiable);
        Assert.Contains("beta", study[$"{name}/free_beta_ge_0p02"].Fit.Doubts[0], StringComparison.Ordinal);
    }

    [Fact]
    public void SizesBeyondWhatTheyWereFittedTo()
    {
        (ScalingStudy study, JsonElement reference) = _all.Value;
        foreach (string name in new[] { "NT_extrap_free", "NT_extrap_E163" })
        {
            AssertStatistics(reference.GetProperty(name).GetProperty("test"), study[name].HeldOut!);
            Assert.Equal(reference.GetProperty(name).GetProperty("bias").GetDouble(), study[name].HeldOut!.Bias, 1e-4);
        }

        AssertStatistics(reference.GetProperty("NT_extrap_paper_law_on_5M10M"), study["NT_extrap_paper_law_on_5M10M"].Fit);
    }

    [Fact]
    public void ThePapersLawByDataSetAndWidth()
    {
        JsonElement expected = _all.Value.Reference.GetProperty("NT_paper_residual_mean_by_dataset_hidden");
        var law = new AdditiveLaw();
        foreach (IGrouping<string, Dictionary<string, string>> cell in Reference.Table("srt_runs.csv").GroupBy(run => $"{run["dataset"]}|{run["hidden_size"]}"))
        {
            double mean = cell.Average(run => Number(run, "best_valid_ndcg5") - law.Evaluate(PublishedRuns.Additive, [Number(run, "total_params"), Number(run, "n_inters")]));
            Assert.Equal(expected.GetProperty(cell.Key).GetDouble(), mean, 1e-9);
        }
    }

    [Fact]
    public void CostsAndAllocations()
    {
        (ScalingStudy study, JsonElement reference) = _all.Value;
        CostLaw cost = CostLaw.Of(study.Runs, epoch => epoch.Flops);
        JsonElement expected = reference.GetProperty("flops_per_sample_vs_N");
        Assert.Equal(expected.GetProperty("gamma").GetDouble(), cost.Gamma, 1e-6);
        Assert.Equal(expected.GetProperty("k").GetDouble(), cost.K, 1e-13);
        Assert.Equal(expected.GetProperty("r2").GetDouble(), cost.R2, 1e-6);
        AssertAllocation("chinchilla_C_eq_6NT_single_pass", new Allocation(PublishedRuns.Additive, new CostLaw(6, 1), 1));
        AssertAllocation("authors_flops_50_epochs", new Allocation(PublishedRuns.Additive, cost, 50));

        void AssertAllocation(string name, Allocation allocation)
        {
            JsonElement table = reference.GetProperty("allocation").GetProperty(name);
            Assert.Equal(table.GetProperty("N_exponent").GetDouble(), allocation.ParametersExponent, 1e-5);
            Assert.Equal(table.GetProperty("T_exponent").GetDouble(), allocation.EventsExponent, 1e-5);
            foreach (JsonProperty row in table.GetProperty("table").EnumerateObject())
            {
                (double n, double t, double y) = allocation.For(double.Parse(row.Name, CultureInfo.InvariantCulture));
                Assert.Equal(1, n / row.Value[0].GetDouble(), 1e-5);
                Assert.Equal(1, t / row.Value[1].GetDouble(), 1e-5);
                Assert.Equal(row.Value[2].GetDouble(), y, 1e-4);
            }
        }
    }

    private static void AssertStatistics(JsonElement expected, LawFit fit)
    {
        Assert.Equal(expected.GetProperty("n").GetInt32(), fit.N);
        Assert.Equal(expected.GetProperty("sse").GetDouble(), fit.Sse, 1e-6);
        Assert.Equal(expected.GetProperty("r2").GetDouble(), fit.R2, 1e-3);
        Assert.Equal(expected.GetProperty("maxabs").GetDouble(), fit.MaxError, 1e-4);
    }

    private static double Number(Dictionary<string, string> row, string column) => double.Parse(row[column], CultureInfo.InvariantCulture);
}
