using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MlNetSeqRec.Tests.Distributed;

/// <summary>Ranks that are told of each other's end; here all of them are in one process, and an end is a connection that closes.</summary>
public sealed class LifelineTests : IDisposable
{
    private readonly BlockingCollection<(int At, int Dead, bool Says)> _heard = [];
    private readonly List<Lifeline> _ranks = [];

    public void Dispose() => _ranks.ForEach(rank => rank.Dispose());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheFirstHearsAnEndAndTellsTheOthers(bool isOneHost)
    {
        Tie(4, isOneHost);
        _ranks[2].Dispose();
        (int, int, bool)[] heard = [Hear(), Hear(), Hear()];
        Assert.Equal([(0, 2, true), (1, 2, false), (3, 2, false)], heard.Order());
    }

    [Fact]
    public void AllOthersHearTheEndOfTheFirst()
    {
        Tie(3, isOneHost: true);
        _ranks[0].Dispose();
        Assert.Equal([(1, 0, true), (2, 0, true)], new[] { Hear(), Hear() }.Order());
    }

    [Fact]
    public void NothingIsHeardOnceAllHaveLetGo()
    {
        Tie(3, isOneHost: true);
        _ranks.ForEach(rank => rank.Release());
        _ranks[0].Dispose();
        _ranks[1].Dispose();
        Assert.False(_heard.TryTake(out _, TimeSpan.FromMilliseconds(300)));
    }

    [Fact]
    public void StrangersAreNotTaken()
    {
        using var stranger = new TcpClient();
        using var silent = new TcpClient();
        Tie(2, isOneHost: true, port =>
        {
            silent.Connect(IPAddress.Loopback, port);
            stranger.Connect(IPAddress.Loopback, port);
            stranger.GetStream().Write(new byte[20]);
        });
        _ranks[1].Dispose();
        Assert.Equal((0, 1, true), Hear());
    }

    [Fact]
    public void WhereNobodyListensThereIsNone()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        int port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        Assert.Null(Lifeline.Connect(1, $"00112233445566778899AABBCCDDEEFF {port} 127.0.0.1", (_, _) => { }));
        Assert.Null(Lifeline.Connect(1, $"00112233445566778899AABBCCDDEEFF {port} ", (_, _) => { }));
    }

    private void Tie(int ranks, bool isOneHost, Action<int>? before = null)
    {
        using var told = new BlockingCollection<string>();
        Task<Lifeline?> first = Task.Run(() => Lifeline.Listen(ranks, isOneHost, told.Add, (dead, says) => _heard.Add((0, dead, says))));
        string what = told.Take();
        before?.Invoke(int.Parse(what.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
        Lifeline[] others = [.. Enumerable.Range(1, ranks - 1).Select(rank => Lifeline.Connect(rank, what, (dead, says) => _heard.Add((rank, dead, says)))!)];
        _ranks.AddRange([first.Result!, .. others]);
        _ranks.ForEach(rank => rank.Watch());
    }

    private (int At, int Dead, bool Says) Hear() => _heard.TryTake(out (int, int, bool) heard, TimeSpan.FromSeconds(20)) ? heard : throw new TimeoutException();
}
