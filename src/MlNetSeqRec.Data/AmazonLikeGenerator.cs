using System.Globalization;
using System.IO.Compression;
using System.Text;
using MlNetSeqRec.Data.Generation;

namespace MlNetSeqRec.Data;

/// <summary>
/// Makes a data set in a raw layout. 2014: reviews as JSON lines, metadata as Python dicts. 2018: "ratings only" lines,
/// metadata as JSON lines. For quick starts, tests and benchmarks of any size: it streams, and needs no more memory for more
/// users or items.
/// </summary>
/// <remarks>
/// Ratings of 2018 are for measuring preparation: grouped by item, as the real files are, they hold popularity and nothing else
/// that could be learnt. What there is to learn in reviews of 2014:
/// <list type="bullet">
/// <item>A user follows two projects at a time, each in one category, and turns to the other at nearly half of the events. So
/// the last item alone tells the next one's category only half the time; the history tells both.</item>
/// <item>A project goes from a base product to an accessory to a refill, with skips and repeats; after some refills it is given
/// up for one in a related category, of which each category has two.</item>
/// <item>A user is loyal to one tier of brands in all categories: three of four purchases are of it. No single event tells it.</item>
/// <item>Categories, tiers and the items of one kind have skewed popularity; a third of the purchases share the day of the one before.</item>
/// <item>A title has the brand, the category and the stage in its words, so text alone carries all of this.</item>
/// </list>
/// Popularity cannot use any of it, and the most frequent successor of the last item only part of it.
/// </remarks>
public static class AmazonLikeGenerator
{
    private static readonly DateTimeOffset FirstDay = new(2008, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes both files into a folder, which is made where it does not exist; files of these names are replaced.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="options">How much. Default: about 2,000 users, 800 items, 20,000 events.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is too small or a rate is not from 0 to 1.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static AmazonLikeFiles Write(string folder, AmazonLikeOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new AmazonLikeOptions();
        Check(options);
        bool ratings = options.Format == ReviewFormat.Amazon2018;
        string ending = options.Compress ? ".gz" : "";
        string reviews = Path.Combine(folder, (ratings ? $"{options.Name}.csv" : $"reviews_{options.Name}.json") + ending);
        string items = Path.Combine(folder, $"meta_{options.Name}.json{ending}");
        Directory.CreateDirectory(folder);
        var catalogue = new Catalogue(options.Items);
        WriteFile(items, stream => WriteItems(stream, catalogue, options, cancellation));
        (long Good, long Broken) lines = default;
        WriteFile(reviews, stream => lines = ratings
            ? new RatingsWriter(catalogue, options).Write(stream, cancellation)
            : WriteReviews(stream, catalogue, options, cancellation));
        return new AmazonLikeFiles(reviews, items, lines.Good, lines.Broken);
    }

    private static void Check(AmazonLikeOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Users, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Items, Catalogue.Kinds);
        ArgumentOutOfRangeException.ThrowIfNegative(options.BrokenLineRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BrokenLineRate, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.UntitledRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.UntitledRate, 1);
        switch (options.Format)
        {
            case ReviewFormat.Amazon2014:
                ArgumentOutOfRangeException.ThrowIfLessThan(options.MeanEvents, Shopper.FewestEvents);
                break;
            case ReviewFormat.Amazon2018:
                ArgumentOutOfRangeException.ThrowIfLessThan(options.MeanEvents, 1);
                break;
            default:
                throw new ArgumentException($"Files are made in the layouts Amazon2014 and Amazon2018, not {options.Format}.", nameof(options));
        }
    }

    private static void WriteItems(Stream stream, Catalogue catalogue, AmazonLikeOptions options, CancellationToken cancellation)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16);
        var flaws = new Chance(options.Seed, long.MinValue);
        for (int item = 0; item < options.Items; item++)
        {
            cancellation.ThrowIfCancellationRequested();
            bool untitled = flaws.Next() < options.UntitledRate;
            writer.Write(options.Format == ReviewFormat.Amazon2018
                ? catalogue.JsonLine(item, untitled)
                : catalogue.PythonLine(item, untitled));
            writer.Write('\n');
        }
    }

    private static (long Good, long Broken) WriteReviews(
        Stream stream, Catalogue catalogue, AmazonLikeOptions options, CancellationToken cancellation)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16);
        long events = 0, broken = 0;
        for (int user = 0; user < options.Users; user++)
        {
            cancellation.ThrowIfCancellationRequested();
            var flaws = new Chance(options.Seed, ~user);
            foreach (var (item, day) in new Shopper(catalogue, new Chance(options.Seed, user), options.MeanEvents).Events())
            {
                string line = ReviewLine(user, catalogue.Id(item), FirstDay.AddDays(day).ToUnixTimeSeconds());
                while (flaws.Next() < options.BrokenLineRate / (1 + options.BrokenLineRate))
                {
                    writer.Write(Spoil(line, flaws.Below(5)));
                    writer.Write('\n');
                    broken++;
                }

                writer.Write(line);
                writer.Write('\n');
                events++;
            }
        }

        return (events, broken);
    }

    private static void WriteFile(string path, Action<Stream> write)
    {
        string temporary = path + ".part";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        {
            if (path.EndsWith(".gz", StringComparison.Ordinal))
            {
                using var gzip = new GZipStream(file, CompressionLevel.Fastest);
                write(gzip);
            }
            else
            {
                write(file);
            }
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static string ReviewLine(int user, string item, long seconds) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"reviewerID": "A{{user:D13}}", "asin": "{{item}}", "overall": 5.0, "unixReviewTime": {{seconds}}}""");

    /// <summary>The ways in which real files are broken.</summary>
    private static string Spoil(string line, int way) => way switch
    {
        0 => line[..(line.Length / 2)],
        1 => line.Replace("\"asin\"", "\"no_asin\"", StringComparison.Ordinal),
        2 => line.Replace("\"reviewerID\"", "\"reviewer\"", StringComparison.Ordinal),
        3 => line.Replace("\"unixReviewTime\"", "\"reviewTime\"", StringComparison.Ordinal),
        _ => line.Replace("\"unixReviewTime\": ", "\"unixReviewTime\": -", StringComparison.Ordinal),
    };
}
