using System.Buffers.Text;

namespace MlNetSeqRec.Data.Generation;

/// <summary>
/// Writes lines <c>item,user,rating,seconds</c>, grouped by item. How often an item is rated follows Zipf's law and is computed
/// from its number; who rates it, and when, is drawn. So any stretch of items is independent of the others, and all cores work.
/// </summary>
internal sealed class RatingsWriter
{
    private const int EventsPerBlock = 200_000, LongestLine = 64;

    private const double Exponent = 0.8;

    private static readonly long FirstDay = new DateTimeOffset(1998, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() / 86400;

    private const int Days = 7500;

    private readonly AmazonLikeOptions _options;
    private readonly long _events;
    private readonly double _flat;
    private readonly double _start;
    private readonly double _scale;
    private readonly long _stride;

    public RatingsWriter(Catalogue catalogue, AmazonLikeOptions options)
    {
        _options = options;
        _events = (long)(options.Users * options.MeanEvents);
        // Flattens the head: otherwise the first of 15 million items would have one rating in a thousand.
        _flat = 1 + (options.Items / 150_000.0);
        _start = Math.Pow(_flat, 1 - Exponent);
        _scale = _events / (Math.Pow(options.Items + _flat, 1 - Exponent) - _start);
        _stride = Coprime(options.Items);
    }

    /// <summary>Writes all lines; gives the number of good and of broken ones.</summary>
    public (long Good, long Broken) Write(Stream stream, CancellationToken cancellation)
    {
        long broken = 0;
        var blocks = Blocks().AsParallel().AsOrdered().WithCancellation(cancellation)
            .WithMergeOptions(ParallelMergeOptions.NotBuffered).Select(block => Block(block.From, block.To));
        foreach (var (bytes, length, spoilt) in blocks)
        {
            stream.Write(bytes, 0, length);
            broken += spoilt;
        }

        return (_events, broken);
    }

    /// <summary>Stretches of places in the file with about the same number of events.</summary>
    private IEnumerable<(int From, int To)> Blocks()
    {
        long events = 0;
        int from = 0;
        for (int place = 0; place < _options.Items; place++)
        {
            events += Ratings(ItemAt(place));
            if (events >= EventsPerBlock || place == _options.Items - 1)
            {
                yield return (from, place + 1);
                (from, events) = (place + 1, 0);
            }
        }
    }

    /// <summary>Popular items lie scattered over the file.</summary>
    private int ItemAt(int place) => (int)(place * _stride % _options.Items);

    private long Ratings(int item) => Below(item + 1) - Below(item);

    /// <summary>Events of the items before one.</summary>
    private long Below(int item) =>
        item == _options.Items ? _events : (long)(_scale * (Math.Pow(item + _flat, 1 - Exponent) - _start));

    private (byte[] Bytes, int Length, long Broken) Block(int from, int to)
    {
        double brokenRate = _options.BrokenLineRate / (1 + _options.BrokenLineRate);
        byte[] bytes = new byte[EventsPerBlock * LongestLine];
        int length = 0;
        long broken = 0;
        for (int place = from; place < to; place++)
        {
            int item = ItemAt(place);
            var chance = new Chance(_options.Seed, item);
            for (long left = Ratings(item); left > 0; left--)
            {
                if (bytes.Length - length < 2 * LongestLine)
                {
                    Array.Resize(ref bytes, bytes.Length * 2);
                }

                int line = Line(bytes.AsSpan(length), item, chance);
                if (brokenRate > 0 && chance.Next() < brokenRate)
                {
                    // The good line follows the broken one.
                    bytes.AsSpan(length, line).CopyTo(bytes.AsSpan(length + LongestLine));
                    int spoilt = Spoil(bytes.AsSpan(length, line), chance.Below(4));
                    bytes.AsSpan(length + LongestLine, line).CopyTo(bytes.AsSpan(length + spoilt));
                    length += spoilt;
                    broken++;
                }

                length += line;
            }
        }

        return (bytes, length, broken);
    }

    private int Line(Span<byte> line, int item, Chance chance)
    {
        Catalogue.WriteId(item, line);
        line[Catalogue.IdLength] = (byte)',';
        int at = Catalogue.IdLength + 1;
        double skewed = chance.Next();
        // Half of the users have few events; the most active have about 500 times the mean.
        Shopper.WriteId((long)(_options.Users * skewed * (0.002 + (0.998 * skewed))), line[at..]);
        at += Shopper.IdLength;
        line[at++] = (byte)',';
        double rating = chance.Next();
        line[at++] = (byte)(rating < 0.6 ? '5' : rating < 0.8 ? '4' : rating < 0.9 ? '1' : rating < 0.95 ? '3' : '2');
        ".0,"u8.CopyTo(line[at..]);
        // The later of two days: ratings grow more frequent over the years.
        long day = FirstDay + Math.Max(chance.Below(Days), chance.Below(Days));
        Utf8Formatter.TryFormat(day * 86400, line[(at + 3)..], out int digits);
        at += 3 + digits;
        line[at] = (byte)'\n';
        return at + 1;
    }

    /// <summary>The ways in which ratings are broken: cut, a field too many, no user, a time that is none.</summary>
    private static int Spoil(Span<byte> line, int way)
    {
        const int userAt = Catalogue.IdLength + 1;
        switch (way)
        {
            case 0:
                line[userAt + 3] = (byte)'\n';
                return userAt + 4;
            case 1:
                line[userAt + 3] = (byte)',';
                return line.Length;
            case 2:
                line.Slice(userAt, Shopper.IdLength).Fill((byte)' ');
                return line.Length;
            default:
                line[^3] = (byte)'x';
                return line.Length;
        }
    }

    private static long Coprime(int count)
    {
        long stride = Math.Max(1, (long)(count * 0.618));
        while (System.Numerics.BigInteger.GreatestCommonDivisor(stride, count) != 1)
        {
            stride++;
        }

        return stride;
    }
}
