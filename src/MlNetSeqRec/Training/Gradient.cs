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
        autograd.backward([output], [gradient]);
        Tensor[] gradients = [.. parameters.Select(parameter => parameter.grad!)];
        foreach (Parameter parameter in parameters)
            parameter.grad = null;
        return gradients;
    }
}
