using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace MlNetSeqRec;

/// <summary>
/// A connection from each rank to the first, over which nothing goes: the system closes it with the process, whatever ended that, and
/// so the others know at once. MPI would wait for the dead for ever, and srun asks those who wait to stop, which they cannot, half a
/// minute before it kills them.
/// </summary>
internal sealed class Lifeline : IDisposable
{
    private const int TokenBytes = 16;
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(10);

    private readonly Dictionary<int, Socket> _others;
    private readonly Action<int, bool> _died;
    private int _isOver;

    private Lifeline(Dictionary<int, Socket> others, Action<int, bool> died) => (_others, _died) = (others, died);

    /// <summary>Waits for the other ranks' connections, on the first.</summary>
    /// <param name="ranks">How many there are, the first among them.</param>
    /// <param name="isOneHost">Whether all are on this host: then nobody else can connect.</param>
    /// <param name="tell">Is given what <see cref="Connect"/> needs on the other ranks.</param>
    /// <param name="died">As for <see cref="Connect"/>.</param>
    /// <returns>Null where not all have come.</returns>
    public static Lifeline? Listen(int ranks, bool isOneHost, Action<string> tell, Action<int, bool> died)
    {
        byte[] token = RandomNumberGenerator.GetBytes(TokenBytes);
        using var listener = new TcpListener(isOneHost ? IPAddress.Loopback : IPAddress.Any, 0);
        listener.Start(ranks);
        IEnumerable<IPAddress> addresses = isOneHost ? [IPAddress.Loopback] : OfThisHost();
        tell($"{Convert.ToHexString(token)} {((IPEndPoint)listener.LocalEndpoint).Port} {string.Join(' ', addresses)}");
        var line = new Lifeline([], died);
        using var timeout = new CancellationTokenSource(_longestWait);
        try
        {
            byte[] greeting = new byte[TokenBytes + sizeof(int)];
            while (line._others.Count < ranks - 1)
            {
                Socket socket = listener.AcceptSocketAsync(timeout.Token).AsTask().GetAwaiter().GetResult();
                using var hello = new CancellationTokenSource(TimeSpan.FromSeconds(1)); // who says nothing holds nobody up
                if (Read(socket, greeting, hello.Token) && CryptographicOperations.FixedTimeEquals(greeting.AsSpan(0, TokenBytes), token))
                    line._others[BinaryPrimitives.ReadInt32LittleEndian(greeting.AsSpan(TokenBytes))] = socket;
                else
                    socket.Dispose();
            }

            return line;
        }
        catch (OperationCanceledException)
        {
            line.Dispose();
            return null;
        }
    }

    /// <summary>Connects to the first rank, on the others.</summary>
    /// <param name="rank">This rank.</param>
    /// <param name="told">What the first said.</param>
    /// <param name="died">Called with the rank that died, and whether this one is to say so; from another thread, once.</param>
    /// <returns>Null where no connection comes about.</returns>
    public static Lifeline? Connect(int rank, string told, Action<int, bool> died)
    {
        string[] parts = told.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        byte[] greeting = [.. Convert.FromHexString(parts[0]), .. new byte[sizeof(int)]];
        BinaryPrimitives.WriteInt32LittleEndian(greeting.AsSpan(TokenBytes), rank);
        foreach (string address in parts[2..])
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            using var timeout = new CancellationTokenSource(_longestWait / Math.Max(2, parts.Length - 2));
            try
            {
                socket.ConnectAsync(IPAddress.Parse(address), int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), timeout.Token).AsTask().GetAwaiter().GetResult();
                socket.Send(greeting);
                return new Lifeline(new Dictionary<int, Socket> { [0] = socket }, died);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                socket.Dispose();
            }
        }

        return null;
    }

    /// <summary>Begins to watch, once all are connected.</summary>
    public void Watch()
    {
        foreach ((int rank, Socket socket) in _others)
        {
            // A host that loses its power closes nothing: then half a minute without an answer.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 10);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 4);
            new Thread(() => Wait(rank, socket)) { IsBackground = true, Name = $"lifeline of rank {rank}" }.Start();
        }
    }

    /// <summary>Stops watching: whoever ends from now on may. Called on all ranks before one of them lets go of its connections.</summary>
    public void Release() => Interlocked.Exchange(ref _isOver, 1);

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        Release();
        foreach (Socket socket in _others.Values)
            socket.Dispose();
    }

    private void Wait(int rank, Socket socket)
    {
        byte[] dead = new byte[sizeof(int)];
        bool isSaid = Read(socket, dead, CancellationToken.None); // the first rank says whose end it is about to follow
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
            return;
        int who = isSaid ? BinaryPrimitives.ReadInt32LittleEndian(dead) : rank;
        foreach ((int other, Socket to) in _others)
        {
            BinaryPrimitives.WriteInt32LittleEndian(dead, who);
            if (other != 0 && other != who)
                Tell(to, dead);
        }

        _died(who, !isSaid);
    }

    private static void Tell(Socket socket, byte[] bytes)
    {
        try
        {
            socket.Send(bytes);
        }
        catch (SocketException)
        {
            // It has ended too.
        }
    }

    private static bool Read(Socket socket, byte[] bytes, CancellationToken cancellation)
    {
        try
        {
            for (int done = 0, more; done < bytes.Length; done += more)
            {
                more = socket.ReceiveAsync(bytes.AsMemory(done), cancellation).AsTask().GetAwaiter().GetResult();
                if (more == 0)
                    return false;
            }

            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return false;
        }
    }

    private static IEnumerable<IPAddress> OfThisHost() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus != OperationalStatus.Down && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .Where(address => address.AddressFamily == AddressFamily.InterNetwork);
}
