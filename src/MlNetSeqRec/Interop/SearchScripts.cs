using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// The loops over tiles of the item catalogue, as TorchScript: a tile's work takes a GPU some tens of microseconds, which
/// is less than starting its operations one at a time from C# would take, and results go into buffers that are used again.
/// </summary>
internal static class SearchScripts
{
    private const string Source = """
        def block_maxima(vectors: Tensor, states: Tensor, block: int, tile: int, maxima: Tensor):
            items = vectors.size(0)
            users = states.size(0)
            whole = items // block * block
            columns = states.t()
            buffer = torch.empty([min(tile, whole), users], dtype=vectors.dtype, device=vectors.device)
            start = 0
            while start < whole:
                end = min(start + tile, whole)
                scores = torch.mm(vectors[start:end], columns, out=buffer[:end - start])
                torch.amax(scores.view(-1, block, users), [1], False, out=maxima[start // block:end // block])
                start = end
            if whole < items:
                torch.amax(torch.mm(vectors[whole:], columns), [0], False, out=maxima[whole // block])
            return maxima

        """;

    private static readonly Lazy<jit.CompilationUnit> _compiled = new(() => jit.compile(Source));

    /// <summary>The greatest score of each block of items for each user, without the scores themselves.</summary>
    /// <param name="vectors">[items, width]</param>
    /// <param name="states">[users, width], of the same type.</param>
    /// <param name="block">Consecutive items in a block.</param>
    /// <param name="tile">Items that are scored at once, a multiple of <paramref name="block"/>.</param>
    /// <param name="maxima">[blocks, users], which is filled; the last block may be a part of one.</param>
    public static void BlockMaxima(Tensor vectors, Tensor states, long block, long tile, Tensor maxima)
    {
        using Scalar blockScalar = block, tileScalar = tile; // kept until libtorch has read them, see TorchScripts
        _compiled.Value.invoke<Tensor>("block_maxima", vectors, states, blockScalar, tileScalar, maxima).Dispose();
    }
}
