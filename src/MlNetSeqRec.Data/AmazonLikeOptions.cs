namespace MlNetSeqRec.Data;

/// <summary>The size and the flaws of what <see cref="AmazonLikeGenerator"/> makes.</summary>
public sealed class AmazonLikeOptions
{
    /// <summary>Users. Default 2,000.</summary>
    public int Users { get; init; } = 2_000;

    /// <summary>Items in the metadata, at least 12. Default 800. Not every one needs be bought.</summary>
    public int Items { get; init; } = 800;

    /// <summary>Mean number of events of a user; each has at least 5, the number above that is geometric. Default 10.</summary>
    public double MeanEvents { get; init; } = 10;

    /// <summary>The same seed gives the same lines.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The part of review lines, 0 to 1, that are spoilt. They come on top of the good ones. Default 0.</summary>
    public double BrokenLineRate { get; init; }

    /// <summary>Stands in the file names: <c>reviews_NAME.json.gz</c> and <c>meta_NAME.json.gz</c>. Default "Generated".</summary>
    public string Name { get; init; } = "Generated";
}
