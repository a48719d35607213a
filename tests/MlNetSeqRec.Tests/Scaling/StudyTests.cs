using MlNetSeqRec.Experiments.Scaling;
using MlNetSeqRec.Tests.Data;

namespace MlNetSeqRec.Tests.Scaling;

public sealed class StudyTests : IDisposable
{
    private static readonly StudyOptions _quick = new() { Resamplings = 20 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AStudyHasItsFitsWithIntervalsAndHeldOutErrors()
    {
        ScalingStudy study = ScalingStudy.Of(Synthetic.Runs(0.0005, 1), _quick);
        Assert.Equal(["frontier", "frontier_grid", "parameters_events", "loss_flops", "loss_parameters"], study.Fits.Select(fit => fit.Name));
        NamedFit sizes = study["parameters_events"];
        Assert.Equal(5, sizes.Fit.Intervals.Count);
        Assert.Equal(13, sizes.HeldOut!.N); // a fifth of 64, rounded up
        Assert.True(sizes.HeldOut.Rmse < 0.005, $"{sizes.HeldOut.Rmse}");
        Assert.NotNull(study["frontier"].HeldOut);
        Assert.Contains("NaN", Refused(runs => runs[3] = Synthetic.Run("r3", 100, 100, double.NaN)), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsLeftOfALossIsNeverBelowZero()
    {
        List<RunRecord> runs = [.. Synthetic.Runs(0, 1).Select(run => run with
        {
            Epochs = [.. run.Epochs.Select(epoch => epoch with { Loss = 40 - (0.7 * Math.Log(epoch.Flops)) })], // a straight line, which asks for a floor far below 0
        })];
        LawFit fit = ScalingStudy.Of(runs, _quick with { Law = "loss" })["loss_flops"].Fit;
        Assert.Equal(0, fit.Coefficients[0]);
        Assert.True(fit.R2 > 0.9);
    }

    [Fact]
    public void RunsThatDoNotBelongTogetherAreRefused()
    {
        Assert.Contains("'other' (1 runs)", Refused(runs => runs[3] = runs[3] with { Corpus = "other" }), StringComparison.Ordinal);
        Assert.Contains("more than one metric", Refused(runs => runs[3] = runs[3] with { Metric = "hr@10" }), StringComparison.Ordinal);
        Assert.Contains("more than one count of FLOPs", Refused(runs => runs[3] = runs[3] with { FlopsCount = "srt" }), StringComparison.Ordinal);
        Assert.Contains("r3 never had a metric above 0", Refused(runs => runs[3] = Synthetic.Run("r3", 100, 100, 0)), StringComparison.Ordinal);
        Assert.Contains("r3 was never validated", Refused(runs => runs[3] = runs[3] with { Epochs = [new RunEpoch { Epoch = 1, Flops = 1 }] }), StringComparison.Ordinal);
        Assert.Contains("the same events", Refused(runs => runs.RemoveAll(run => run.Events != runs[0].Events)), StringComparison.Ordinal);
    }

    [Fact]
    public void PicturesAreWholeFiles()
    {
        IReadOnlyList<string> files = ScalingPictures.Write(ScalingStudy.Of(Synthetic.Runs(0.001, 1), _quick), _folder["out"], 600, 400);
        Assert.Equal(["by-parameters.png", "by-data.png", "by-ratio.png", "fit-frontier.png", "fit-sizes.png", "scaling.html"], files.Select(Path.GetFileName));
        foreach (string png in files.SkipLast(1))
        {
            byte[] bytes = File.ReadAllBytes(png);
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], bytes[..4]);
            Assert.Equal((600, 400), (BitConverter.ToInt32([.. bytes[16..20].Reverse()]), BitConverter.ToInt32([.. bytes[20..24].Reverse()])));
        }

        string page = File.ReadAllText(files[^1]);
        Assert.Equal(5, page.Split("<img ").Length - 1);
        Assert.Equal(5, page.Split("src=\"data:image/png;base64,").Length - 1);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    private static string Refused(Action<List<RunRecord>> spoil)
    {
        List<RunRecord> runs = Synthetic.Runs(0.001, 1);
        spoil(runs);
        return Assert.Throws<InvalidDataException>(() => ScalingStudy.Of(runs, _quick)).Message;
    }
}
