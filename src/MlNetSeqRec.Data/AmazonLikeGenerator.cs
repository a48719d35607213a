using System.Globalization;
using System.IO.Compression;
using System.Text;
using MlNetSeqRec.Data.Generation;

namespace MlNetSeqRec.Data;

/// <summary>
/// Makes a data set in the raw layout of 2014: reviews as JSON lines, metadata as Python dicts. For quick starts, tests and
/// benchmarks of any size: it streams, and needs no more memory for more users or items.
/// </summary>
/// <remarks>
/// What there is to learn:
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
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Users, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Items, Catalogue.Kinds);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MeanEvents, Shopper.FewestEvents);
        ArgumentOutOfRangeException.ThrowIfNegative(options.BrokenLineRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BrokenLineRate, 1);

        Directory.CreateDirectory(folder);
        var catalogue = new Catalogue(options.Items);
        string reviews = Path.Combine(folder, $"reviews_{options.Name}.json.gz");
        string items = Path.Combine(folder, $"meta_{options.Name}.json.gz");
        long events = 0, broken = 0;
        WriteLines(items, writer =>
        {
            for (int item = 0; item < options.Items; item++)
            {
                cancellation.ThrowIfCancellationRequested();
                writer.Write(catalogue.MetadataLine(item));
                writer.Write('\n');
            }
        });
        WriteLines(reviews, writer =>
        {
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
        });
        return new AmazonLikeFiles(reviews, items, events, broken);
    }

    private static void WriteLines(string path, Action<TextWriter> write)
    {
        string temporary = path + ".part";
        using (var gzip = new GZipStream(File.Create(temporary), CompressionLevel.Fastest))
        using (var writer = new StreamWriter(gzip, new UTF8Encoding(false), 1 << 16))
        {
            write(writer);
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
