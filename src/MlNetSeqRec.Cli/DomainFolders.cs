using System.CommandLine;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Cli;

/// <summary>Folders that are each a domain, called by the folder's name.</summary>
internal static class DomainFolders
{
    public static Option<string[]> Option() => new("--data")
    {
        Description = "A folder that prepare wrote, or one with interactions.tsv.gz and items.tsv.gz; once for each domain",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    public static PreTrainingDomain[] Read(Context context, string[] folders, double usersShare = 1) =>
    [
        .. folders.Select(folder =>
        {
            SequenceSplit parts = TrainingArguments.Split(context, folder, usersShare);
            return new PreTrainingDomain
            {
                Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
                Train = parts.Train,
                Items = context.Recommendation.Data.LoadItems(folder),
                Validation = parts.Validation,
            };
        }),
    ];
}
