using ScottPlot;

namespace MlNetSeqRec.Experiments;

/// <summary>The font of all pictures: one that the system has.</summary>
internal static class PlotFonts
{
    private static readonly string[] _names = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Segoe UI", "Helvetica Neue", "Arial"];

    public static void UseOneOfTheSystem() =>
        Fonts.Default = _names.FirstOrDefault(font => SkiaSharp.SKFontManager.Default.FontFamilies.Contains(font)) ?? Fonts.Default;
}
