namespace MlNetSeqRec.Experiments.Reports;

/// <summary>Counts as bars from zero.</summary>
internal static class BarChart
{
    private const double LetterWidth = 9.5;

    /// <summary>Draws.</summary>
    /// <param name="description">What there is to see, for those who do not.</param>
    /// <param name="bins">At least one.</param>
    /// <param name="axis">What the bins are.</param>
    public static Markup Draw(string description, IReadOnlyList<ProfileBin> bins, string axis)
    {
        Axis y = Axis.Around([.. bins.Select(bin => (double)bin.Count)], Plane.Bottom, Plane.Top, fromZero: true);
        double slot = (Plane.Right - Plane.Left) / bins.Count;
        double widest = bins.Max(bin => bin.Label.Length) * LetterWidth;
        int named = (int)Math.Ceiling((widest + 4) / slot); // every so many bins, so that names do not touch
        IEnumerable<Markup> names = bins.Index()
            .Where(bin => bin.Index % named == 0 && Middle(bin.Index) + (bin.Item.Label.Length * LetterWidth / 2) <= Plane.Width)
            .Select(bin => Plane.Below(Middle(bin.Index), bin.Item.Label));
        return Plane.Picture(description, Markup.Of($"{Plane.Rows(y)}{bins.Select(Bar)}{names}{Plane.Name(axis)}"));

        double Middle(int index) => Plane.Left + ((index + 0.5) * slot);

        Markup Bar(ProfileBin bin, int index)
        {
            double width = Math.Min(slot * 0.82, 60), top = y.At(bin.Count);
            return Markup.Of(
                $"<rect class=\"bar\" x=\"{Middle(index) - (width / 2):f1}\" y=\"{top:f1}\" width=\"{width:f1}\" height=\"{Plane.Bottom - top:f1}\"><title>{bin.Label}: {bin.Count:n0}</title></rect>");
        }
    }
}
