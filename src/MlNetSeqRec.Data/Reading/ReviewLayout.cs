namespace MlNetSeqRec.Data.Reading;

/// <summary>How one review file is laid out: where in a line the user, the item and the time stand, and the unit of time.</summary>
/// <param name="Name">For messages and the manifest.</param>
/// <param name="Delimiter">Between fields; null for JSON lines.</param>
/// <param name="User">Position of the field (from 1), or JSON path.</param>
/// <param name="Item">Position of the field, or JSON path.</param>
/// <param name="Time">Position of the field, or JSON path; empty where file order is the only order.</param>
/// <param name="Fields">Fields a line must have; 0 for JSON lines.</param>
/// <param name="Unit">The unit of time.</param>
/// <param name="HeaderLines">Lines at the start of the file that hold no data.</param>
internal sealed record ReviewLayout(
    string Name, char? Delimiter, string User, string Item, string Time, int Fields, TimeUnit Unit, int HeaderLines = 0)
{
    public static readonly ReviewLayout Json2014 =
        new("amazon2014 JSON lines", null, "$.reviewerID", "$.asin", "$.unixReviewTime", 0, TimeUnit.Seconds);

    public static readonly ReviewLayout Json2018 = Json2014 with { Name = "amazon2018 JSON lines" };

    public static readonly ReviewLayout Json2023 =
        new("amazon2023 JSON lines", null, "$.user_id", "$.parent_asin", "$.timestamp", 0, TimeUnit.Milliseconds);

    public static readonly ReviewLayout Csv2014 = new("amazon2014 user,item,rating,time", ',', "1", "2", "4", 4, TimeUnit.Seconds);

    public static readonly ReviewLayout Csv2018 = new("amazon2018 item,user,rating,time", ',', "2", "1", "4", 4, TimeUnit.Seconds);

    /// <summary>1990-01-01: no review was written before.</summary>
    private const long Earliest = 631152000;

    /// <summary>The end of this year: a later review is of the future. Not of this day, so that a run can go on tomorrow.</summary>
    private static readonly long Latest = new DateTimeOffset(DateTime.UtcNow.Year + 1, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    /// <summary>Delimited text whose header names the columns; null where it does not name a user and an item.</summary>
    public static ReviewLayout? FromHeader(string header)
    {
        char delimiter = header.Contains('\t', StringComparison.Ordinal) ? '\t' : ',';
        string[] names = header.Split(delimiter);
        int user = Array.IndexOf(names, "user_id");
        int item = Array.FindIndex(names, name => name is "item_id" or "parent_asin");
        if (user < 0 || item < 0)
        {
            return null;
        }

        int time = Array.IndexOf(names, "timestamp");
        int position = Array.IndexOf(names, "position");
        bool of2023 = names[item] == "parent_asin";
        TimeUnit unit = time >= 0 ? (of2023 ? TimeUnit.Milliseconds : TimeUnit.Seconds) : position >= 0 ? TimeUnit.Position : TimeUnit.None;
        int order = time >= 0 ? time : position;
        string name = of2023 ? "amazon2023 ratings with header" : "tsv";
        return new(name, delimiter, $"{user + 1}", $"{item + 1}", order < 0 ? "" : $"{order + 1}", names.Length, unit, 1);
    }

    /// <summary>
    /// Selects <c>u, i, t, why</c> for each line of <paramref name="file"/>, in order: user, item, Unix seconds (or position),
    /// and the reason for which the line is no interaction (empty for a blank line), or null.
    /// </summary>
    public string SelectSql(SourceFile file)
    {
        string fields = Delimiter switch
        {
            null => $"json_extract_string(line, ['{User}', '{Item}', '{Time}'])",
            ',' => $"""
                CASE WHEN usual THEN {Split}
                     ELSE list_transform(regexp_extract_all(line, '(?:^|,)("(?:[^"]|"")*"|[^,"]*)', 1),
                                         lambda x: CASE WHEN starts_with(x, '"') THEN replace(x[2:-2], '""', '"') ELSE x END) END
                """,
            _ => Split,
        };
        string user = Delimiter is null ? "1" : User, item = Delimiter is null ? "2" : Item, time = Delimiter is null ? "3" : Time;
        string malformed = Delimiter is null
            ? "WHEN NOT json_valid(line) THEN 'not JSON' WHEN json_type(line) <> 'OBJECT' THEN 'not a JSON object'"
            : "";
        string wrongCount = Delimiter is null ? "" : $"WHEN len(f) <> {Fields} THEN 'wrong number of fields'";
        string seconds = Unit == TimeUnit.Milliseconds ? "t // 1000" : "t";

        // Most lines are as they should be, which one cheap condition tells; only the others are asked for their reason.
        return $"""
            SELECT CASE WHEN why IS NULL THEN u END AS u, CASE WHEN why IS NULL THEN i END AS i,
                   CASE WHEN why IS NULL THEN {seconds} END AS t, why
            FROM (SELECT u, i, t, CASE WHEN {UsualRow()} THEN NULL WHEN lineWhy IS NOT NULL THEN lineWhy {wrongCount}
                         WHEN trim(coalesce(u, '')) = '' THEN 'no user' WHEN trim(coalesce(i, '')) = '' THEN 'no item'
                         {TimeProblems(Unit)} END AS why
                  FROM (SELECT f, usual, lineWhy, f[{user}] AS u, f[{item}] AS i, {TimeText(time)} AS tText, try_cast(tText AS BIGINT) AS t
                        FROM (SELECT usual, lineWhy, CASE WHEN lineWhy IS NULL THEN {fields} END AS f
                              FROM (SELECT line, usual,
                                           CASE WHEN usual THEN NULL WHEN trim(coalesce(line, '')) = '' THEN ''
                                                WHEN starts_with(line, chr(1)) THEN line[2:] {malformed} END AS lineWhy
                                    FROM (SELECT line, {UsualLine} AS usual FROM {file.LinesSql(HeaderLines)})))))
            """;
    }

    private string Split => $"string_split(line, '{Delimiter}')";

    /// <summary>Whether a line needs no look at its characters: delimited, without quotes and marks.</summary>
    private string UsualLine =>
        Delimiter is null ? "false" : "line <> '' AND NOT starts_with(line, ' ') AND NOT starts_with(line, chr(1)) AND NOT contains(line, '\"')";

    /// <summary>Whether such a line's fields are plainly right; null or false sends it to the full check.</summary>
    private string UsualRow() => $"usual AND len(f) = {Fields} AND {Usual("u", "i", "t", Unit)}";

    private string TimeText(string time) => Unit == TimeUnit.None ? "CAST(row_number() OVER () AS VARCHAR)" : $"f[{time}]";

    /// <summary>Whether a user, an item and a time are plainly right, by what takes the least time; null or false: they may be not.</summary>
    public static string Usual(string user, string item, string time, TimeUnit unit)
    {
        string range = unit switch
        {
            TimeUnit.Seconds => $" AND {time} >= {Earliest} AND {time} < {Latest}",
            TimeUnit.Milliseconds => $" AND {time} >= {Earliest * 1000} AND {time} < {Latest * 1000}",
            TimeUnit.Position => $" AND {time} >= 0",
            _ => "",
        };
        return $"{user} <> '' AND NOT starts_with({user}, ' ') AND {item} <> '' AND NOT starts_with({item}, ' '){range}";
    }

    /// <summary>The cases of a time that is none.</summary>
    /// <param name="unit">Its unit.</param>
    /// <param name="text">The time as text.</param>
    /// <param name="time">The time as a number.</param>
    public static string TimeProblems(TimeUnit unit, string text = "tText", string time = "t")
    {
        string notNumber = $"WHEN trim(coalesce({text}, '')) = '' THEN 'no time' WHEN {time} IS NULL THEN 'time is not a number'";
        return unit switch
        {
            TimeUnit.None => "",
            TimeUnit.Position => notNumber,
            TimeUnit.Seconds => $"""
                {notNumber} WHEN {time} >= {Earliest * 1000} AND {time} < {Latest * 1000} THEN 'time in milliseconds where seconds are expected'
                WHEN {time} < {Earliest} OR {time} >= {Latest} THEN 'absurd time'
                """,
            _ => $"""
                {notNumber} WHEN {time} >= {Earliest} AND {time} < {Latest} THEN 'time in seconds where milliseconds are expected'
                WHEN {time} < {Earliest * 1000} OR {time} >= {Latest * 1000} THEN 'absurd time'
                """,
        };
    }
}

/// <summary>What the time of a review counts.</summary>
internal enum TimeUnit
{
    Seconds,
    Milliseconds,
    Position,
    None,
}
