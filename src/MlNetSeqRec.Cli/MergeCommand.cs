using System.CommandLine;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec merge: several data sets to one.</summary>
internal static class MergeCommand
{
    public static Command Make()
    {
        var data = new Option<string[]>("--data") { Description = "Folders as train takes them; ids become FOLDER/id", Required = true, AllowMultipleArgumentsPerToken = true };
        var output = new Option<string>("--out") { Description = "Folder to write", Required = true };
        return CommonOptions.Command("merge", "Put several data sets together to one", (parsed, context, cancellation) =>
        {
            (long users, long items, long interactions) = MergedFolders.Write(parsed.GetValue(data)!, parsed.GetValue(output)!, cancellation);
            if (!context.Json)
                context.Say($"{parsed.GetValue(output)}: {users:n0} users, {items:n0} items, {interactions:n0} interactions");
            return new { users, items, interactions };
        }, data, output);
    }
}
