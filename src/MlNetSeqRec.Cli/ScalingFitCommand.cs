using System.CommandLine;
using System.Globalization;
using MlNetSeqRec.Experiments.Scaling;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec scaling fit: the laws of a set of runs.</summary>
internal static class ScalingFitCommand
{
    public static Command Make()
    {
        var selection = new RunSelection();
        var law = new Option<string?>("--law") { Description = "Only this one: sigmoid, additive or loss" };
        law.AcceptOnlyFromAmong("sigmoid", "additive", "loss");
        var robust = new Option<bool>("--robust") { Description = "Far points count less (Huber)" };
        var even = new Option<bool>("--even") { Description = "Weights by which crowded places count no more than others" };
        var resamplings = new Option<int>("--bootstrap") { Description = "Resamplings for 95 % intervals; 0 for none", DefaultValueFactory = _ => 200 };
        var heldOut = new Option<double>("--hold-out") { Description = "Share of runs, those with the most FLOPs, to try a fit on without having seen them", DefaultValueFactory = _ => 0.2 };

        return CommonOptions.Command("fit", "Fit NDCG over FLOPs, NDCG over parameters and data, and the loss, to runs", (parsed, context, _) =>
        {
            ScalingStudy study = ScalingStudy.Of(selection.Read(parsed), new StudyOptions
            {
                Law = parsed.GetValue(law),
                IsRobust = parsed.GetValue(robust),
                IsEven = parsed.GetValue(even),
                Resamplings = parsed.GetValue(resamplings) is >= 0 and int times ? times : throw new ArgumentException("--bootstrap must be at least 0"),
                HeldOutShare = parsed.GetValue(heldOut) is > 0 and < 1 and double share ? share : throw new ArgumentException("--hold-out must lie between 0 and 1"),
                Seed = context.Seed,
            });
            if (!context.Json)
                Tell(context, study);
            return ScalingJson.Study(study);
        }, [.. selection.Options, law, robust, even, resamplings, heldOut]);
    }

    private static void Tell(Context context, ScalingStudy study)
    {
        context.Say($"{study.Runs.Count} runs of {study.Runs[0].Corpus}: {study.Runs[0].Metric}");
        foreach (NamedFit named in study.Fits)
        {
            LawFit fit = named.Fit;
            context.Say(string.Create(CultureInfo.InvariantCulture, $"{named.Name}: {fit.Law.Formula}{(named.IsFitted ? string.Empty : " (as published)")}"));
            context.Say(string.Create(CultureInfo.InvariantCulture, $"  {string.Join(", ", fit.Law.Coefficients.Zip(fit.Coefficients, (name, value) => string.Create(CultureInfo.InvariantCulture, $"{name} {value:g5}")))}; R² {fit.R2:f4}, RMSE {fit.Rmse:f5}, {fit.N} points"));
            if (named.HeldOut is { } test)
                context.Say(string.Create(CultureInfo.InvariantCulture, $"  on {test.N} points that it had not seen: R² {test.R2:f3}, RMSE {test.Rmse:f5}, bias {test.Bias:f5}"));
            if (named.IsFitted && !fit.IsIdentifiable)
                context.Say($"  not identifiable, compare predictions and not coefficients: {string.Join("; ", fit.Doubts)}");
        }

        foreach (string note in study.Notes)
            context.Say($"note: {note}");
    }
}
