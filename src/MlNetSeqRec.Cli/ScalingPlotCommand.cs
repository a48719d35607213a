using System.CommandLine;
using MlNetSeqRec.Experiments.Scaling;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec scaling plot: the figures of a study.</summary>
internal static class ScalingPlotCommand
{
    public static Command Make()
    {
        var selection = new RunSelection();
        var output = new Option<string>("--out") { Description = "Folder for the PNG files and scaling.html", Required = true };
        var width = new Option<int>("--width") { Description = "Width of a picture, pixels", DefaultValueFactory = _ => 1000 };
        var height = new Option<int>("--height") { Description = "Height of a picture, pixels", DefaultValueFactory = _ => 640 };
        var resamplings = new Option<int>("--bootstrap") { Description = "Resamplings for intervals", DefaultValueFactory = _ => 200 };
        return CommonOptions.Command("plot", "Draw runs and fits: PNG files, and one HTML page with all of them", (parsed, context, _) =>
        {
            if (parsed.GetValue(width) is < 200 or > 10_000 || parsed.GetValue(height) is < 150 or > 10_000)
                throw new ArgumentException("--width and --height must lie between 200 (150) and 10000 pixels");
            ScalingStudy study = ScalingStudy.Of(selection.Read(parsed), new StudyOptions { Resamplings = parsed.GetValue(resamplings), Seed = context.Seed });
            IReadOnlyList<string> files = ScalingPictures.Write(study, parsed.GetValue(output)!, parsed.GetValue(width), parsed.GetValue(height));
            if (!context.Json)
                context.Say(string.Join('\n', files));
            return new { files };
        }, [.. selection.Options, output, width, height, resamplings]);
    }
}
