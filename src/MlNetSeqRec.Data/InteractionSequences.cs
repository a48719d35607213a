using DuckDB.NET.Data;

namespace MlNetSeqRec.Data;

/// <summary>Reads users' sequences from Parquet, as bytes: no object is made for a row.</summary>
internal static class InteractionSequences
{
    /// <summary>Whether a user, given as UTF-8, is wanted.</summary>
    public delegate bool UserFilter(ReadOnlySpan<byte> user);

    /// <param name="source">The rows.</param>
    /// <param name="timed">Whether each user's events are sorted by time; else they stay in the order of the rows.</param>
    /// <param name="wanted">Whose events are kept; null for everybody's. Of the others nothing stays in memory.</param>
    /// <exception cref="InvalidDataException">A file is damaged or gone, or a row lacks its user or item.</exception>
    public static UserSequences Read(InteractionSource source, bool timed, UserFilter? wanted = null)
    {
        using DuckDBConnection connection = Sql.OpenMemory();
        var builder = new SequenceBuilder(timed, wanted is null ? source.Rows : 0);
        using var chunks = new ChunkReader(connection, $"SELECT user_id, item_id, timestamp FROM {source.Table}", source.Name);
        int[] rows = [], near = [];
        for (long first = 0; chunks.MoveNext(); first += chunks.Rows)
        {
            if (near.Length < chunks.Rows)
            {
                (rows, near) = (new int[chunks.Rows], new int[chunks.Rows]);
            }

            int count = 0;
            for (int row = 0; row < chunks.Rows; row++)
            {
                if (wanted is null || wanted(chunks.Text(0, row)))
                {
                    rows[count] = row;
                    near[count++] = builder.NearItem(chunks.Text(1, row));
                }
            }

            builder.Warm(near.AsSpan(0, count));
            ReadOnlySpan<long> times = chunks.Longs(2);
            foreach (int row in rows.AsSpan(0, count))
            {
                ReadOnlySpan<byte> user = chunks.Text(0, row), item = chunks.Text(1, row);
                if (user.IsEmpty || item.IsEmpty)
                {
                    throw UserSequences.NoId(first + row, user.IsEmpty, SequenceViews.UserColumn, SequenceViews.ItemColumn);
                }

                builder.Add(user, item, times[row]);
            }
        }

        return builder.Build();
    }
}
