using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>Fills the tables of a network from those of a pre-trained one with other rows.</summary>
internal static class PretrainedTables
{
    /// <summary>Each token's row begins as the sum of known rows that its origin says; one without stays small and random.</summary>
    public static void SetTokens(SequentialNetwork network, SequentialNetwork pretrained, MergedTokenizer merged)
    {
        int width = network.Shape.Width;
        float[] known = pretrained.ItemEncoder.TokenVectors!.Values<float>();
        float[] rows = network.ItemEncoder.TokenVectors!.Values<float>();
        for (int row = 0; row < merged.Rows.Count; row++)
        {
            MergedTokenizer.RowOrigin origin = merged.Rows[row];
            if (origin.KnownRows.Length == 0)
                continue;
            Span<float> own = rows.AsSpan(row * width, width);
            own.Clear();
            foreach (int from in origin.KnownRows)
            {
                for (int i = 0; i < width; i++)
                    own[i] += (float)origin.Factor * known[(from * width) + i];
            }
        }

        Set(network.ItemEncoder.TokenVectors!, rows);
    }

    /// <summary>Items that the pre-trained id table has keep their row; the others begin at zero, so that at first text alone speaks.</summary>
    public static void SetIds(SequentialNetwork network, ItemCatalogue catalogue, SequentialNetwork pretrained, ItemCatalogue knownItems)
    {
        int width = network.Shape.Width;
        float[] known = pretrained.ItemEncoder.IdTable?.Values<float>() ?? [];
        var rows = new float[catalogue.Count * width];
        for (int item = 0; item < catalogue.Count && known.Length > 0; item++)
        {
            if (knownItems.IndexOf(catalogue.IdOf(item)) is >= 0 and int from)
                known.AsSpan(from * width, width).CopyTo(rows.AsSpan(item * width));
        }

        Set(network.ItemEncoder.IdTable!, rows);
    }

    private static void Set(Tensor table, float[] rows)
    {
        using IDisposable _ = no_grad();
        using Tensor values = tensor(rows, table.shape);
        table.copy_(values);
    }
}
