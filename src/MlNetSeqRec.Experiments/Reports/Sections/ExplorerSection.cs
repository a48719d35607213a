using System.Text.Json;

namespace MlNetSeqRec.Experiments.Reports;

/// <summary>Shoppers to look at one by one: the page's script shows what is in its data.</summary>
internal static class ExplorerSection
{
    // The default encoder escapes <, >, & and quotes, so that no title can end the script element.
    private static readonly JsonSerializerOptions _options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static Markup Make(IReadOnlyList<ShopperExample> shoppers, string? model)
    {
        if (shoppers.Count == 0)
            return Markup.None;
        int found = shoppers.Count(IsFound);
        Markup by = model is null ? Markup.None : Markup.Of($" by {model}");
        return Parts.Section("shoppers", "Shoppers", Markup.Of($"""
            <p>A sample of {shoppers.Count:n0} users whose last item was held out, and what is recommended to them{by}. The held-out item was found for {found:n0} of them.</p>
            <noscript><p>Looking at shoppers needs JavaScript, which is off.</p></noscript>
            <div id="explorer" hidden>
            <div class="controls">
            <div><label for="show">Show</label><select id="show"><option value="all">all {shoppers.Count:n0} shoppers</option><option value="found">held-out item found ({found:n0})</option><option value="missed">held-out item not found ({shoppers.Count - found:n0})</option></select></div>
            <div><label for="shopper">Shopper</label><select id="shopper"></select></div>
            <div class="buttons"><button type="button" id="previous">Previous</button><button type="button" id="next">Next</button></div>
            </div>
            <p id="outcome" role="status"></p>
            <div class="pair">
            <div><h3>Recommended</h3><div class="scroll" role="region" aria-label="Recommended items" tabindex="0"><table><thead><tr><th scope="col">#</th><th scope="col" class="item">Item</th><th scope="col">Score</th></tr></thead><tbody id="recommended"></tbody></table></div></div>
            <div><h3>History <small>latest first</small></h3><ol id="history" class="items"></ol><p id="earlier" class="note"></p></div>
            </div>
            </div>
            <script type="application/json" id="shopper-data">{Data(shoppers)}</script>

            """));
    }

    private static bool IsFound(ShopperExample shopper) => shopper.Recommended.Any(one => one.Item.Id == shopper.Target.Id);

    // Each item once, since popular ones are in many lists.
    private static Markup Data(IReadOnlyList<ShopperExample> shoppers)
    {
        var items = new List<ReportItem>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var all = shoppers.Select(shopper => new
        {
            Id = shopper.UserId,
            History = shopper.History.Select(Place).ToArray(),
            Earlier = shopper.EarlierItems,
            Recommended = shopper.Recommended.Select(one => Place(one.Item)).ToArray(),
            Scores = shopper.Recommended.Select(one => double.IsFinite(one.Score) ? Math.Round(one.Score, 4) : (double?)null).ToArray(),
            Target = Place(shopper.Target),
            Rank = shopper.TargetRank is { } rank && double.IsFinite(rank) ? rank : (double?)null,
            Found = IsFound(shopper),
        }).ToArray();
        return new Markup(JsonSerializer.Serialize(new { Shoppers = all, Items = items.Select(item => new[] { item.Id, item.Title, item.Details }) }, _options));

        int Place(ReportItem item)
        {
            if (places.TryAdd(item.Id, items.Count))
                items.Add(item);
            return places[item.Id];
        }
    }
}
