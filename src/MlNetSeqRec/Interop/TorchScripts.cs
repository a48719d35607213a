using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Operations of libtorch that TorchSharp does not bind, reached through TorchScript. A mistake in a script ends the
/// process, so scripts are constants and each has a test. A number is given as a <see cref="Scalar"/> that is disposed of after
/// the call: of one given as it is, TorchSharp makes one that the garbage collector may free before libtorch has read it.
/// </summary>
internal static class TorchScripts
{
    private const string Source = """
        def softmax_(scores: Tensor):
            return torch._softmax(scores, 1, False, out=scores)

        def adamw_(parameters: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor],
                   steps: List[Tensor], rate: Tensor, decay: float, beta1: float, beta2: float):
            torch._foreach_add_(steps, 1)
            torch._fused_adamw_(parameters, gradients, means, squares, [], steps, lr=rate, beta1=beta1, beta2=beta2,
                                weight_decay=decay, eps=1e-8, amsgrad=False, maximize=False)
            return steps[0]

        def clip_(gradients: List[Tensor], limit: float):
            norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients)))
            scale = torch.clamp(limit / (norm + 1e-6), max=1.0)
            torch._foreach_mul_(gradients, scale)
            return norm

        def sum_rows(table: Tensor, rows: Tensor, offsets: Tensor, weights: Optional[Tensor]):
            return torch.embedding_bag(table, rows, offsets, False, 0, False, weights, False)[0]

        def copy_(to: List[Tensor], source: List[Tensor]):
            torch._foreach_copy_(to, source)
            return to[0]

        def add_(to: List[Tensor], source: List[Tensor]):
            torch._foreach_add_(to, source)
            return to[0]

        """;

    private static readonly Lazy<jit.CompilationUnit> _compiled = new(() => jit.compile(Source));

    /// <summary>Softmax over each row, written over the scores.</summary>
    public static void SoftmaxInPlace(Tensor scores) => _compiled.Value.invoke<Tensor>("softmax_", scores).Dispose();

    /// <summary>One step of AdamW (Loshchilov and Hutter, 2019) for all parameters in one operation.</summary>
    public static void AdamWStep(Tensor[] parameters, Tensor[] gradients, Tensor[] means, Tensor[] squares, Tensor[] steps, Tensor rate, double decay, double beta1, double beta2)
    {
        using Scalar decayScalar = decay, beta1Scalar = beta1, beta2Scalar = beta2;
        _compiled.Value.invoke("adamw_", parameters, gradients, means, squares, steps, rate, decayScalar, beta1Scalar, beta2Scalar);
    }

    /// <summary>Scales the gradients so that their common norm is at most <paramref name="limit"/>; gives the norm before, on the device.</summary>
    public static Tensor ClipGradients(Tensor[] gradients, double limit)
    {
        using Scalar scalar = limit;
        return _compiled.Value.invoke<Tensor>("clip_", gradients, scalar);
    }

    /// <summary>
    /// For each group the sum of some rows of a table: group g has those that <paramref name="rows"/> names from offsets[g] up to
    /// offsets[g + 1]. The gradient is the same operation with the groups turned round, so none is recorded.
    /// </summary>
    /// <param name="table">[n, width]</param>
    /// <param name="rows">Rows of the table, [m], int64.</param>
    /// <param name="offsets">Where each group begins, [groups], int64.</param>
    /// <param name="weights">What each row is multiplied by, [m]; null for 1.</param>
    public static Tensor SumRows(Tensor table, Tensor rows, Tensor offsets, Tensor? weights)
    {
        using (no_grad())
            return _compiled.Value.invoke<Tensor>("sum_rows", table, rows, offsets, weights!);
    }

    /// <summary>Copies tensors into others of the same shapes, in one operation; their types may differ.</summary>
    public static void Copy(Tensor[] source, Tensor[] to) => Discard(_compiled.Value.invoke("copy_", to, source));

    /// <summary>Adds tensors to others of the same shapes, in one operation.</summary>
    public static void AddInPlace(Tensor[] to, Tensor[] source) => Discard(_compiled.Value.invoke("add_", to, source));

    private static void Discard(object? result) => (result as Tensor)?.Dispose();
}
