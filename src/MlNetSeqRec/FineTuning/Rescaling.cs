using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Gives a trained network the scale of a new one, with the same scores but for the small constants of norms. Training makes tables several times longer than they
/// began, so that the same learning rate turns them as many times less; where scores are cosines and norms come before each
/// block's operations, everything that is added up to states and item vectors can be made smaller by one factor.
/// </summary>
internal static class Rescaling
{
    /// <summary>Whether it changes no ranking.</summary>
    public static bool Fits(NetworkShape shape) => shape is { Temperature: > 0, PostNorm: false, Adapter: TextAdapter.Residual, HasText: true };

    /// <summary>Scales the network so that its token table is as long as a new one, if it is longer, and gives the factor.</summary>
    public static double Apply(SequentialNetwork network)
    {
        using IDisposable _ = no_grad();
        double length = Math.Sqrt(network.ItemEncoder.TokenVectors!.Values<float>().Average(value => (double)value * value));
        double factor = Math.Min(1, SequentialNetwork.InitialDeviation / length);
        foreach ((string name, Parameter parameter) in network.named_parameters())
        {
            if (name is ParameterNames.Tokens or ParameterNames.Ids || ParameterNames.AddsToItems(name) || ParameterNames.AddsToStates(name))
                parameter.mul_(factor);
        }

        return factor;
    }
}
