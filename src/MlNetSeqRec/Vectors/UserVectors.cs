using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>The states after histories' last items, as a column.</summary>
internal sealed class UserVectors(SequentialRecommendationTransformer model, string outputColumn) : IHistoryMapper
{
    public RecommendationColumns Columns => model.Columns;

    public ItemCatalogue Catalogue => model.Catalogue;

    private int Width => model.Model.Networks.Count * model.Model.Network.Shape.Width;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        HistoryReader.Find(inputSchema, Columns.History);
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(inputSchema);
        schema.AddColumn(outputColumn, new VectorDataViewType(NumberDataViewType.Single, Width));
        return schema.ToSchema();
    }

    public RowResult[] Score(IReadOnlyList<ReadOnlyMemory<int>> histories, IReadOnlyList<int> targets, bool needsTop, bool needsRanks)
    {
        using DisposeScope scope = NewDisposeScope();
        HistoryBatch batch = HistoryBatch.Make(histories, model.Model.Network.Shape.MaximumLength, model.Model.Device);
        float[] states = model.Model.Ranker.States(batch).Values<float>();
        return [.. histories.Select((history, row) => new RowResult(default, default, history.IsEmpty ? new float[Width] : states[(row * Width)..((row + 1) * Width)]))];
    }

    public Delegate Getter(DataViewSchema.Column column, Func<RowResult> current) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, Width);
        current().UserVector!.CopyTo(editor.Values);
        value = editor.Commit();
    });
}
