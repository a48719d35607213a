using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>The items that may be recommended: the whole catalogue, or a copy of the vectors of some of its items.</summary>
internal sealed class Candidates : IDisposable
{
    private readonly int[]? _items; // ascending
    private readonly int[]? _places; // of each item of the catalogue, or -1
    private readonly Lazy<TiledSearch> _search;

    /// <summary>The whole catalogue.</summary>
    /// <param name="vectors">[items, width]; not disposed of here.</param>
    /// <param name="popularity">[items]</param>
    public Candidates(Tensor vectors, Tensor popularity)
    {
        (Vectors, Popularity) = (vectors, popularity);
        _search = new Lazy<TiledSearch>(() => new TiledSearch(Vectors));
    }

    /// <summary>Some of the catalogue's items.</summary>
    /// <param name="all">The whole catalogue.</param>
    /// <param name="allowed">For each of its items whether it is one.</param>
    public Candidates(Candidates all, bool[] allowed)
        : this(all.Vectors, all.Popularity)
    {
        _items = [.. Enumerable.Range(0, allowed.Length).Where(item => allowed[item])];
        _places = new int[allowed.Length];
        Array.Fill(_places, -1);
        for (int place = 0; place < _items.Length; place++)
            _places[_items[place]] = place;
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            Tensor chosen = tensor(_items, device: Vectors.device);
            Vectors = Vectors.index_select(0, chosen).DetachFromDisposeScope();
            Popularity = Popularity.index_select(0, chosen).DetachFromDisposeScope();
            PlacesOfItems = tensor(Array.ConvertAll(_places, place => (long)place), device: Vectors.device).DetachFromDisposeScope();
        }
    }

    /// <summary>[candidates, width]</summary>
    public Tensor Vectors { get; }

    /// <summary>[candidates]</summary>
    public Tensor Popularity { get; }

    /// <summary>The place of each item of the catalogue or -1, int64; null where all items are candidates.</summary>
    public Tensor? PlacesOfItems { get; }

    public int Count => (int)Vectors.shape[0];

    /// <summary>Finds the best candidates by tensor operations.</summary>
    public TiledSearch Search => _search.Value;

    /// <summary>The place of an item among the candidates, or -1.</summary>
    public int PlaceOf(int item) => _places is null ? item : _places[item];

    /// <summary>The item at a place.</summary>
    public int ItemAt(int place) => _items is null ? place : _items[place];

    public void Dispose()
    {
        if (_search.IsValueCreated)
            _search.Value.Dispose();
        if (_items is null)
            return;
        Vectors.Dispose();
        Popularity.Dispose();
        PlacesOfItems!.Dispose();
    }
}
