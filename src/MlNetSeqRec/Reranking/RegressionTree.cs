namespace MlNetSeqRec;

/// <summary>
/// A binary tree: a value at most a node's threshold goes left. Children from 0 on are nodes, the others leaves (the complement
/// of the leaf's index). A tree without nodes is its only leaf.
/// </summary>
/// <param name="Features">What each node looks at, [nodes].</param>
/// <param name="Thresholds">[nodes]</param>
/// <param name="Left">[nodes]</param>
/// <param name="Right">[nodes]</param>
/// <param name="Leaves">What each leaf adds to a score, [nodes + 1].</param>
internal sealed record RegressionTree(int[] Features, float[] Thresholds, int[] Left, int[] Right, double[] Leaves)
{
    public double Of(ReadOnlySpan<float> features)
    {
        int at = Features.Length == 0 ? ~0 : 0;
        while (at >= 0)
            at = features[Features[at]] <= Thresholds[at] ? Left[at] : Right[at];
        return Leaves[~at];
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt(Features.Length);
        for (int node = 0; node < Features.Length; node++)
        {
            writer.Write7BitEncodedInt(Features[node]);
            writer.Write(Thresholds[node]);
            writer.Write(Left[node]);
            writer.Write(Right[node]);
        }

        foreach (double leaf in Leaves)
            writer.Write(leaf);
    }

    /// <exception cref="InvalidDataException">The bytes are not what was written.</exception>
    public static RegressionTree Load(BinaryReader reader, int featureCount)
    {
        int nodes = reader.ReadIndex(1_000_000);
        var tree = new RegressionTree(new int[nodes], new float[nodes], new int[nodes], new int[nodes], new double[nodes + 1]);
        for (int node = 0; node < nodes; node++)
        {
            tree.Features[node] = reader.ReadIndex(featureCount);
            tree.Thresholds[node] = reader.ReadSingle();
            (tree.Left[node], tree.Right[node]) = (Child(), Child());

            // A child comes after its parent, so that every walk ends.
            int Child() => reader.ReadInt32() is int child && child < nodes && child >= ~nodes && (child < 0 || child > node)
                ? child
                : throw new InvalidDataException("a tree of the re-ranker makes no sense");
        }

        for (int leaf = 0; leaf <= nodes; leaf++)
            tree.Leaves[leaf] = reader.ReadDouble();
        return tree;
    }
}
