using DuckDB.NET.Data;

namespace MlNetSeqRec.Data.Reading;

/// <summary>
/// Reads item files into the view <c>item_lines(item_id, title, brand, categories, why, rowid)</c>, one row a line, in order.
/// Texts are never null, without line breaks or tabs; a title that is a script fragment ("getTime") is emptied; of the categories
/// the first three that have fewer than 40 characters stay.
/// </summary>
internal sealed class ItemReader(
    DuckDBConnection connection, string workFolder, IProgress<string>? progress, CancellationToken cancellation, SourceColumns? columns = null)
{
    // Few texts need it, which a look tells in a third of the time of replacing.
    private const string Clean = """
        CREATE OR REPLACE MACRO clean(s) AS CASE WHEN regexp_matches(s, '[\x00-\x1F]|  |^ | $')
            THEN trim(regexp_replace(s, '[\s\x00-\x1F]+', ' ', 'g')) ELSE coalesce(s, '') END
        """;

    private const string NotBlank = "trim(coalesce(line, '')) <> '' AND NOT starts_with(line, chr(1))";

    private readonly SourceColumns _columns = columns ?? SourceColumns.Usual;

    private readonly FileReader _reader = new(connection, workFolder, progress, cancellation);

    /// <summary>The files read so far.</summary>
    public IReadOnlyList<ReadFile> Files => _reader.Files;

    /// <summary>Of the files read so far.</summary>
    public string Fingerprint => _reader.FilesFingerprint;

    /// <summary>Reads all files.</summary>
    /// <exception cref="InvalidDataException">A file is empty, cut, of an unknown layout, or has no usable line.</exception>
    public void Read(IEnumerable<string> paths, ReviewFormat format)
    {
        connection.RegisterScalarFunction<string, string?>("python_to_json", text => PythonLiteral.ToJson(text));
        Sql.Execute(connection, Clean, cancellation);
        IReadOnlyList<string> files = InputFiles.Expand(paths, DataFolder.Items);
        ReadParquet([.. files.Where(path => ParquetFile.Is(path, format))]);
        foreach (string path in files.Where(path => !ParquetFile.Is(path, format)))
        {
            Append(SourceFile.Open(path).Path, format);
        }

        _reader.MakeView("item_lines", "item_id, title, brand, categories, why");
    }

    /// <summary>
    /// Gives <c>item_id, title, brand, categories, place</c>: the first line of each item, but one with a title before one without;
    /// <c>place</c> orders them as in the files.
    /// </summary>
    public const string OneLinePerItem = """
        SELECT l.item_id, l.title, l.brand, l.categories, l.rowid AS place FROM item_lines l
        SEMI JOIN (SELECT coalesce(min(rowid) FILTER (WHERE title <> ''), min(rowid)) AS place
                   FROM item_lines WHERE why IS NULL GROUP BY item_id) first ON l.rowid = first.place
        """;

    /// <summary>Makes the table <c>items</c> of <see cref="OneLinePerItem"/>.</summary>
    public void KeepOneLinePerItem() => Sql.Execute(connection, $"CREATE TABLE items AS {OneLinePerItem}", cancellation);

    private void ReadParquet(IReadOnlyList<string> paths)
    {
        ParquetFile[] files = [.. paths.Select(path => ParquetFile.Open(connection, path, cancellation))];
        if (files.Length == 0)
        {
            return;
        }

        string[] names = [_columns.Item, _columns.Title, .. Optional(_columns.Brand, SourceColumns.Usual.Brand), .. Optional(_columns.Categories, SourceColumns.Usual.Categories)];
        string layout = files[0].Describe(names);
        foreach (ParquetFile file in files)
        {
            if (file.Describe(names) is var other && other != layout)
            {
                throw new InvalidDataException($"{file.Path} has the layout '{other}', but {files[0].Path} has '{layout}'.");
            }
        }

        _reader.CopyParquet(files, layout, "an item", file => ParquetSql(file, names));

        // A column that may be absent, unless its name was chosen.
        string[] Optional(string name, string usual) => name != usual || files.Any(file => file.Has(name)) ? [name] : [];
    }

    private void Append(string path, ReviewFormat format)
    {
        string[] first = [.. ReviewLayoutDetector.FirstLines(path)];
        string[] names = first.FirstOrDefault("").Split('\t');
        bool isObject = !(names.Contains("item_id") && names.Contains("title")) && first.Any(line => line.TrimStart().StartsWith('{'));
        if (isObject == (format == ReviewFormat.Tsv) && format != ReviewFormat.Auto)
        {
            throw new InvalidDataException($"{path}: none of the first lines is an item in the layout {format}.");
        }

        if (isObject)
        {
            _reader.Read(path, "items, one object a line", 0, "an item", ObjectSql);
            return;
        }

        foreach (string needed in (string[])["item_id", "title"])
        {
            if (!names.Contains(needed))
            {
                throw new InvalidDataException($"{path} is neither JSON lines, Python dicts nor a TSV with the column {needed}.");
            }
        }

        _reader.Read(path, "items, tsv", 1, "an item", file => HeaderSql(file, names));
    }

    /// <summary>
    /// The Amazon releases differ in names that do not clash: <c>parent_asin</c> is the key where there is one, <c>store</c> is
    /// the brand of 2023, <c>category</c> the categories of 2018; 2014 has a list of paths, of which the first is taken.
    /// </summary>
    private static string ObjectSql(SourceFile file) => $"""
        SELECT coalesce(id, '') AS item_id, CASE WHEN contains(title, 'getTime') THEN '' ELSE clean(title) END AS title, clean(brand) AS brand,
               {Joined("CASE WHEN len(path) > 0 THEN path WHEN len(category) > 0 THEN category WHEN main <> '' THEN [main] END")} AS categories,
               CASE WHEN why IS NOT NULL THEN why WHEN trim(coalesce(id, '')) = '' THEN 'no item' END AS why
        FROM (SELECT why, coalesce(nullif(f[1], ''), f[2]) AS id, f[3] AS title, coalesce(nullif(f[4], ''), f[5]) AS brand, f[6] AS main,
                     CASE WHEN json_type(j, '$.categories[0]') = 'ARRAY' THEN json_extract_string(j, '$.categories[0][*]')
                          ELSE json_extract_string(j, '$.categories[*]') END AS path,
                     json_extract_string(j, '$.category[*]') AS category
              FROM (SELECT why, j, json_extract_string(j, ['$.parent_asin', '$.asin', '$.title', '$.brand', '$.store', '$.main_category']) AS f
                    FROM (SELECT j, CASE WHEN trim(coalesce(line, '')) = '' THEN '' WHEN starts_with(line, chr(1)) THEN line[2:]
                                         WHEN j IS NULL THEN 'neither JSON nor a Python dict'
                                         WHEN json_type(j) <> 'OBJECT' THEN 'not an object' END AS why
                          FROM (SELECT line, CASE WHEN NOT ({NotBlank}) THEN NULL WHEN json_valid(line) THEN line
                                                  ELSE python_to_json(line) END AS j
                                FROM {file.LinesSql(0)}))))
        """;

    private string ParquetSql(ParquetFile file, string[] names)
    {
        string brand = names.Contains(_columns.Brand) ? file.Text(_columns.Brand) : "''";
        string categories = !names.Contains(_columns.Categories) ? "''"
            : file.TypeOf(_columns.Categories) == "VARCHAR[]" ? Joined(file.Named(_columns.Categories))
            : $"clean({file.Text(_columns.Categories)})";
        return $"""
            SELECT coalesce(id, '') AS item_id, CASE WHEN contains(title, 'getTime') THEN '' ELSE clean(title) END AS title,
                   clean(brand) AS brand, categories, CASE WHEN trim(coalesce(id, '')) = '' THEN 'no item' END AS why, file_row_number
            FROM (SELECT file_row_number, {file.Id(_columns.Item)} AS id, {file.Text(_columns.Title)} AS title, {brand} AS brand, {categories} AS categories FROM {file.Sql})
            """;
    }

    /// <summary>A list of categories as one text.</summary>
    private static string Joined(string list) =>
        $"coalesce(array_to_string(list_filter(list_transform({list}, lambda x: clean(x)), lambda x: x <> '' AND length(x) < 40)[:3], ' > '), '')";

    private static string HeaderSql(SourceFile file, string[] names)
    {
        string Field(string name) => $"f[{Array.IndexOf(names, name) + 1}]";
        string brand = names.Contains("brand") ? Field("brand") : "''";
        string categories = names.Contains("categories") ? Field("categories")
            : names.Contains("genres") ? $"replace(trim({Field("genres")}), ' ', ' > ')"
            : "''";
        return $"""
            SELECT coalesce({Field("item_id")}, '') AS item_id,
                   CASE WHEN contains({Field("title")}, 'getTime') THEN '' ELSE clean({Field("title")}) END AS title,
                   clean({brand}) AS brand, clean({categories}) AS categories,
                   CASE WHEN why IS NOT NULL THEN why WHEN len(f) <> {names.Length} THEN 'wrong number of fields'
                        WHEN trim(coalesce({Field("item_id")}, '')) = '' THEN 'no item' END AS why
            FROM (SELECT string_split(line, chr(9)) AS f,
                         CASE WHEN trim(coalesce(line, '')) = '' THEN '' WHEN starts_with(line, chr(1)) THEN line[2:] END AS why
                  FROM {file.LinesSql(1)})
            """;
    }
}
