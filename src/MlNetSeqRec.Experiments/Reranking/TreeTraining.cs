using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace MlNetSeqRec.Experiments;

/// <summary>Trains LambdaMART by Microsoft.ML.FastTree and takes its trees over.</summary>
internal static class TreeTraining
{
    private const int FewestLeaves = 100; // that a tree's examples must fill, lest small data make no tree at all
    private const string Features = "Features";
    private const string Label = "Label";
    private const string Group = "Group";

    /// <returns>The trees, in the order in which they were trained, and what each feature gained.</returns>
    public static (List<RegressionTree> Trees, float[] Gains) Train(MLContext context, CandidateGroups groups, FastTreeRerankerOptions options)
    {
        IDataView examples = Examples(groups);
        var trainer = context.Ranking.Trainers.FastTree(new FastTreeRankingTrainer.Options
        {
            FeatureColumnName = Features,
            LabelColumnName = Label,
            RowGroupColumnName = Group,
            NumberOfTrees = options.NumberOfTrees,
            NumberOfLeaves = options.NumberOfLeaves,
            MinimumExampleCountPerLeaf = Math.Clamp(groups.Groups.Sum(group => group.Count) / FewestLeaves, 1, options.MinimumExampleCountPerLeaf),
            LearningRate = options.LearningRate,
            NumberOfThreads = options.NumberOfThreads,
            Seed = options.Seed,
        });
        FastTreeRankingModelParameters model = trainer.Fit(examples).Model;
        VBuffer<float> gains = default;
        model.GetFeatureWeights(ref gains);
        return ([.. model.TrainedTreeEnsemble.Trees.Zip(model.TrainedTreeEnsemble.TreeWeights, Convert)], [.. gains.DenseValues()]);
    }

    /// <summary>A row for each candidate: its features, 1 for the target, and the user.</summary>
    public static IDataView Examples(CandidateGroups groups)
    {
        (int Group, int Place)[] rows = [.. groups.Groups.SelectMany((group, number) => Enumerable.Range(0, group.Count).Select(place => (number, place)))];
        int width = CandidateFeatures.Names.Count;
        var table = new RowTable(
            () => rows.Length,
            new RowColumn(Features, new VectorDataViewType(NumberDataViewType.Single, width), at => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            {
                (int group, int place) = rows[at.Row];
                VBufferEditor<float> editor = VBufferEditor.Create(ref value, width);
                groups.Groups[group].Features.AsSpan(place * width, width).CopyTo(editor.Values);
                value = editor.Commit();
            })),
            new RowColumn(Label, NumberDataViewType.Single, at => (ValueGetter<float>)((ref float value) =>
                value = groups.Groups[rows[at.Row].Group].Target == rows[at.Row].Place ? 1 : 0)),
            new RowColumn(Group, new KeyDataViewType(typeof(uint), groups.Groups.Count), at => (ValueGetter<uint>)((ref uint value) =>
                value = (uint)rows[at.Row].Group + 1)));
        return table;
    }

    private static RegressionTree Convert(RegressionTreeBase tree, double weight) => new(
        [.. tree.NumericalSplitFeatureIndexes],
        [.. tree.NumericalSplitThresholds],
        [.. tree.LeftChild],
        [.. tree.RightChild],
        [.. tree.LeafValues.Select(value => weight * value)]);
}
