using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Operations of libtorch that TorchSharp does not bind, reached through TorchScript. A mistake in a script ends the
/// process, so scripts are constants and each has a test.
/// </summary>
internal static class TorchScripts
{
    private const string Source = """
        def softmax_(scores: Tensor):
            return torch._softmax(scores, 1, False, out=scores)

        def adamw_(parameters: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor],
                   steps: List[Tensor], rate: float, decay: float, beta1: float, beta2: float):
            torch._foreach_add_(steps, 1)
            torch._fused_adamw_(parameters, gradients, means, squares, [], steps, lr=rate, beta1=beta1, beta2=beta2,
                                weight_decay=decay, eps=1e-8, amsgrad=False, maximize=False)
            return steps[0]

        def clip_(gradients: List[Tensor], limit: float):
            norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients)))
            scale = torch.clamp(limit / (norm + 1e-6), max=1.0)
            torch._foreach_mul_(gradients, scale)
            return norm

        """;

    private static readonly Lazy<jit.CompilationUnit> _compiled = new(() => jit.compile(Source));

    /// <summary>Softmax over each row, written over the scores.</summary>
    public static void SoftmaxInPlace(Tensor scores) => _compiled.Value.invoke<Tensor>("softmax_", scores).Dispose();

    /// <summary>One step of AdamW (Loshchilov and Hutter, 2019) for all parameters in one operation.</summary>
    public static void AdamWStep(Tensor[] parameters, Tensor[] gradients, Tensor[] means, Tensor[] squares, Tensor[] steps, double rate, double decay, double beta1, double beta2) =>
        _compiled.Value.invoke("adamw_", parameters, gradients, means, squares, steps, rate, decay, beta1, beta2);

    /// <summary>Scales the gradients so that their common norm is at most <paramref name="limit"/>; gives the norm before, on the device.</summary>
    public static Tensor ClipGradients(Tensor[] gradients, double limit) => _compiled.Value.invoke<Tensor>("clip_", gradients, limit);
}
