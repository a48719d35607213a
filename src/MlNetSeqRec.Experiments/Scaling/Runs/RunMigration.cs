using System.Text.Json.Nodes;

namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>
/// Records of older layouts. Layout 1 had no corpus (each data set stood for itself), no name of the metric (it was always
/// NDCG@10 among unseen items) and one count of FLOPs.
/// </summary>
internal static class RunMigration
{
    public const string FirstMetric = "ndcg@10 unseen";

    public static JsonObject ToCurrent(JsonObject record)
    {
        int version = record["schemaVersion"]?.GetValue<int>() ?? throw new InvalidDataException("it has no schemaVersion");
        if (version is < 1 or > RunRecord.CurrentSchema)
            throw new InvalidDataException($"its layout is version {version}, and this program knows 1 to {RunRecord.CurrentSchema}: a newer program wrote it");
        if (version == 1)
        {
            record["corpus"] = record["dataFingerprint"]?.DeepClone() ?? throw new InvalidDataException("it has no dataFingerprint");
            record["metric"] = FirstMetric;
            record["flopsCount"] = "true";
            record["schemaVersion"] = 2;
        }

        return record;
    }
}
