using static TorchSharp.torch;

namespace MlNetSeqRec.Benchmarks;

/// <summary>The matrix products of a search in tiles, alone, to measure what they take.</summary>
internal static class BareProducts
{
    private const string Source = """
        def matrix_rate(vectors: Tensor, states: Tensor, tile: int):
            items = vectors.size(0)
            columns = states.t()
            buffer = torch.empty([min(tile, items), states.size(0)], dtype=vectors.dtype, device=vectors.device)
            start = 0
            while start < items:
                end = min(start + tile, items)
                torch.mm(vectors[start:end], columns, out=buffer[:end - start])
                start = end
            return buffer

        """;

    private static readonly Lazy<jit.CompilationUnit> _compiled = new(() => jit.compile(Source));

    /// <summary>Scores of all items, in tiles that write over one another.</summary>
    /// <param name="vectors">[items, width]</param>
    /// <param name="states">[users, width], of the same type.</param>
    /// <param name="tile">Items that are scored at once.</param>
    public static void Run(Tensor vectors, Tensor states, long tile) => _compiled.Value.invoke<Tensor>("matrix_rate", vectors, states, tile).Dispose();
}
