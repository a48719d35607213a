namespace MlNetSeqRec;

/// <summary>A view of the first events of each user, one a row.</summary>
/// <param name="columns">The columns of the view.</param>
/// <param name="sequences">Those first events.</param>
/// <param name="rows">How many there are.</param>
/// <param name="user">The column of users.</param>
/// <param name="item">The column of items.</param>
/// <param name="time">The column of times; null for none.</param>
internal sealed class InteractionTable(RowColumn[] columns, Lazy<UserSequences> sequences, Func<long> rows, string user, string item, string? time)
    : RowTable(rows, columns), ISequenceSource
{
    // Rows are in the order of the times already, so it does not matter whether they are asked for.
    public UserSequences? Sequences(string userColumn, string itemColumn, string? timeColumn) =>
        (userColumn, itemColumn) == (user, item) && (timeColumn is null || timeColumn == time) ? sequences.Value : null;
}
