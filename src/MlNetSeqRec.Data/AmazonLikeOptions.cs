namespace MlNetSeqRec.Data;

/// <summary>The size and the flaws of what <see cref="AmazonLikeGenerator"/> makes.</summary>
public sealed class AmazonLikeOptions
{
    /// <summary><see cref="ReviewFormat.Amazon2014"/> (the default) or <see cref="ReviewFormat.Amazon2018"/>.</summary>
    public ReviewFormat Format { get; init; } = ReviewFormat.Amazon2014;

    /// <summary>Users. Default 2,000. In ratings of 2018 a few of them may have no event.</summary>
    public int Users { get; init; } = 2_000;

    /// <summary>Items in the metadata, at least 12. Default 800. Not every one needs be bought.</summary>
    public int Items { get; init; } = 800;

    /// <summary>
    /// Mean number of events of a user. Default 10. 2014: each has at least 5, the number above that is geometric. 2018: most
    /// have few, some very many; the real files have a mean of 5.4.
    /// </summary>
    public double MeanEvents { get; init; } = 10;

    /// <summary>The same seed gives the same lines.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The part of review lines, 0 to 1, that are spoilt. They come on top of the good ones. Default 0.</summary>
    public double BrokenLineRate { get; init; }

    /// <summary>The part of items, 0 to 1, whose title is empty or a script fragment with "getTime". Default 0.</summary>
    public double UntitledRate { get; init; }

    /// <summary>Whether the files are gzip, and end in <c>.gz</c>. Default true.</summary>
    public bool Compress { get; init; } = true;

    /// <summary>
    /// Stands in the file names: <c>reviews_NAME.json.gz</c> (2018: <c>NAME.csv.gz</c>) and <c>meta_NAME.json.gz</c>. Default
    /// "Generated".
    /// </summary>
    public string Name { get; init; } = "Generated";
}
