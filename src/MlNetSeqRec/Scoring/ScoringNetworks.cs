using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// One network, or several whose scores are averaged, with the vectors of a catalogue's items. The mean of dot products is the
/// dot product of vectors that are put end to end, so that several networks search a catalogue as one wide network does.
/// </summary>
internal sealed class ScoringNetworks : IDisposable
{
    private readonly Member[] _members;
    private readonly List<Tensor> _owned = [];

    /// <param name="networks">In evaluation mode, of equal catalogue and longest history.</param>
    /// <param name="tokens">The text of the items; null without.</param>
    /// <param name="popularity">How often training saw each of the items; one that it never saw is known by its text alone. Null: all are known.</param>
    /// <param name="items">The items that are scored, as rows of the id tables; null for all.</param>
    public ScoringNetworks(IReadOnlyList<SequentialNetwork> networks, TokenTable? tokens, Tensor? popularity = null, Tensor? items = null)
        : this([.. networks.Select(network => (network, Vectors(network, tokens, popularity, items)))], owns: true)
    {
    }

    /// <param name="network">In evaluation mode.</param>
    /// <param name="itemVectors">[items, width]; not disposed of here.</param>
    public ScoringNetworks(SequentialNetwork network, Tensor itemVectors)
        : this([(network, itemVectors)], owns: false)
    {
    }

    private ScoringNetworks((SequentialNetwork Network, Tensor Vectors)[] members, bool owns)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        _members = [.. members.Select(member => new Member(member.Network, member.Vectors))];
        MaximumLength = members[0].Network.Shape.MaximumLength;
        if (owns)
            _owned.AddRange(members.Select(member => member.Vectors));
        Tensor[] compared = [.. members.Select(member => Similarity.Compared(member.Vectors, member.Network.Shape.Temperature))];
        ItemVectors = compared.Length == 1 ? compared[0] : cat(compared, 1);
        if (!ReferenceEquals(ItemVectors, members[0].Vectors))
            _owned.Add(ItemVectors.DetachFromDisposeScope());
    }

    /// <summary>What <see cref="States"/> are compared with by dot product, [items, members × width].</summary>
    public Tensor ItemVectors { get; }

    /// <summary>How many of the latest items the networks read.</summary>
    public int MaximumLength { get; }

    /// <summary>The state after each history's last item, [histories, members × width]. The caller's dispose scope owns it.</summary>
    public Tensor States(HistoryBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        Tensor[] states = [.. _members.Select(member => member.States(batch))];
        return (states.Length == 1 ? states[0] : cat(states, 1).div_(states.Length)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (Member member in _members)
            member.Dispose();
        foreach (Tensor tensor in _owned)
            tensor.Dispose();
    }

    private static Tensor Vectors(SequentialNetwork network, TokenTable? tokens, Tensor? popularity, Tensor? items)
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
            return network.ItemEncoder.Encode(items, tokens?.All, popularity).detach().clone().DetachFromDisposeScope();
    }

    private sealed class Member(SequentialNetwork network, Tensor vectors) : IDisposable
    {
        private readonly Lazy<LastState> _lastState = new(() => new LastState(network));

        public Tensor States(HistoryBatch batch) => batch.Histories.shape[0] == 1 && !network.Shape.PostNorm
            ? _lastState.Value.Of(vectors, batch.Histories.view(-1), batch.FromEnd.view(-1))
            : network.Encode(vectors, batch.Histories, batch.FromEnd).view(-1, network.Shape.Width).index_select(0, batch.Last);

        public void Dispose()
        {
            if (_lastState.IsValueCreated)
                _lastState.Value.Dispose();
        }
    }
}
