namespace MlNetSeqRec.Tests.Data;

/// <summary>
/// A PostgreSQL of the test's own, in a temporary folder, which only a socket in that folder leads to. It refuses to run as root, so root
/// starts it as the user that Debian's package makes.
/// </summary>
public sealed class PostgreSql : IDisposable
{
    private const string User = "postgres", Missing = "There is no PostgreSQL: install Debian's package postgresql";

    private readonly string _programs;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seqrec-pg-");

    private PostgreSql(string programs)
    {
        _programs = programs;
        if (Environment.IsPrivilegedProcess)
        {
            Run("chown", User, _folder.FullName);
        }

        Server("initdb", "--pgdata", Data, "--username", User, "--auth", "trust", "--encoding", "UTF8", "--no-sync");
        Server("pg_ctl", "--pgdata", Data, "--wait", "--log", Data + ".log", "--options", $"-c listen_addresses='' -c fsync=off -k {_folder.FullName}", "start");
    }

    private string Data => Path.Combine(_folder.FullName, "data");

    /// <summary>The path of a file that both the server and the test can reach.</summary>
    public string this[string name] => Path.Combine(_folder.FullName, name);

    /// <summary>Starts one; skips the test where there is no PostgreSQL.</summary>
    public static PostgreSql Start()
    {
        string? programs = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order().LastOrDefault()
            : null;
        Assert.SkipWhen(programs is null, Missing);
        return new PostgreSql(programs!);
    }

    /// <summary>Runs statements.</summary>
    public void Execute(params string[] commands) =>
        Run([Path.Combine(_programs, "psql"), "--host", _folder.FullName, "--username", User, "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", .. commands.SelectMany(command => new[] { "--command", command })]);

    public void Dispose()
    {
        Server("pg_ctl", "--pgdata", Data, "--mode", "immediate", "stop");
        _folder.Delete(recursive: true);
    }

    private void Server(string program, params string[] arguments)
    {
        string path = Path.Combine(_programs, program);
        string[] asUser = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid", User, "--regid", User, "--clear-groups", path] : [path];
        Run([.. asUser, .. arguments]);
    }

    private static void Run(params string[] command) => ChildProcess.OutputOf("/", ["env", "LC_ALL=C", .. command]);
}
