namespace MlNetSeqRec.Experiments.Reports;

/// <summary>What the data looks like.</summary>
internal static class DataSection
{
    public static Markup Make(DataProfile data)
    {
        Markup dates = data is { First: { } first, Last: { } last } ? Tile($"{first:yyyy-MM-dd}", $"to {last:yyyy-MM-dd}") : Markup.None;
        return Parts.Section("data", "The data", Markup.Of(
            $"<ul class=\"tiles\">{Tile(Numbers.Whole(data.Users), "users")}{Tile(Numbers.Whole(data.Items), "items")}{Tile(Numbers.Whole(data.Events), "events")}{dates}</ul>\n<div class=\"charts\">\n{Lengths(data)}{Popularity(data)}{Times(data)}</div>\n"));
    }

    private static Markup Tile(string number, string what) => Markup.Of($"<li><strong>{number}</strong> {what}</li>");

    private static Markup Lengths(DataProfile data)
    {
        string caption = $"Half of the users have at most {data.MedianLength:0.#} events; the longest history has {Numbers.Whole(data.LongestLength)}.";
        return Parts.Chart(
            "Lengths of histories", BarChart.Draw($"Bars: users by their number of events. {caption}", data.Lengths, "events of a user"), caption, Markup.None, Bins("events", "users", data.Lengths));
    }

    private static Markup Popularity(DataProfile data)
    {
        string caption = $"The most popular 1 % of the items make up {Numbers.Percent(data.TopShare)} of all events; {Numbers.Percent(data.RareShare)} of the items have fewer than five.";
        var line = new Line("events", [.. data.Popularity.Select(point => ((double)point.Rank, (double)point.Events))]);
        Markup numbers = Parts.Table(
            [Parts.Text("rank"), Parts.Text("events")], data.Popularity.Select(point => new[] { Parts.Text(Numbers.Whole(point.Rank)), Parts.Text(Numbers.Whole(point.Events)) }));
        return Parts.Chart(
            "Popularity of items",
            LineChart.Draw($"A falling line: events of an item by its rank, both on logarithmic axes. {caption}", [line], "rank of the item, most popular first", isLogarithmic: true),
            caption,
            Markup.None,
            numbers);
    }

    private static Markup Times(DataProfile data)
    {
        if (data.Times.Count == 0)
            return Markup.None;
        ProfileBin most = data.Times.MaxBy(bin => bin.Count)!;
        string caption = $"Most events, {Numbers.Whole(most.Count)}, are of {most.Label}.";
        return Parts.Chart("Events over time", BarChart.Draw($"Bars: events over time. {caption}", data.Times, "time"), caption, Markup.None, Bins("time", "events", data.Times));
    }

    private static Markup Bins(string what, string count, IReadOnlyList<ProfileBin> bins) =>
        Parts.Table([Parts.Text(what), Parts.Text(count)], bins.Select(bin => new[] { Parts.Text(bin.Label), Parts.Text(Numbers.Whole(bin.Count)) }));
}
