using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>Runs recorded operations backwards.</summary>
internal static class Gradient
{
    /// <summary>
    /// The gradients by some parameters; those by other leaves stay with them. (TorchSharp's <c>autograd.grad</c> would give all
    /// at once, but ends the process where memory runs out; this throws.)
    /// </summary>
    public static Tensor[] Of(Tensor output, Tensor gradient, Parameter[] parameters)
    {
        foreach (Parameter parameter in parameters)
            parameter.grad = null; // of the pass before, or of one that memory was not enough for
        autograd.backward([output], [gradient]);
        return [.. parameters.Select(parameter => parameter.grad!)];
    }
}
