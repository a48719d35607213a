using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using DuckDB.NET.Data;

namespace MlNetSeqRec.Data.Databases;

/// <summary>A provider whose queries give <see cref="Field"/>s; it passes all else on to another one.</summary>
/// <param name="provider">The other one.</param>
/// <param name="fields">What its queries give.</param>
/// <param name="file">The file that the queries read, for errors; null where they read a database, whose errors are passed on.</param>
internal sealed class FieldProvider(DbProviderFactory provider, IReadOnlyList<Field> fields, string? file = null) : DbProviderFactory
{
    public override DbConnection CreateConnection() => new Connection(
        provider.CreateConnection() ?? throw new ArgumentException($"{provider.GetType().Name} makes no connections.", nameof(provider)), fields, file);

    private sealed class Connection(DbConnection inner, IReadOnlyList<Field> fields, string? file) : DbConnection
    {
        [AllowNull]
        public override string ConnectionString { get => inner.ConnectionString; set => inner.ConnectionString = value; }

        public override string Database => inner.Database;

        public override string DataSource => inner.DataSource;

        public override string ServerVersion => inner.ServerVersion;

        public override ConnectionState State => inner.State;

        public override void Open() => inner.Open();

        public override void Close() => inner.Close();

        public override void ChangeDatabase(string databaseName) => inner.ChangeDatabase(databaseName);

        protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => inner.BeginTransaction(isolationLevel);

        protected override DbCommand CreateDbCommand() => new Command(this, inner.CreateCommand(), fields, file);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    private sealed class Command(DbConnection connection, DbCommand inner, IReadOnlyList<Field> fields, string? file) : DbCommand
    {
        [AllowNull]
        public override string CommandText
        {
            get => inner.CommandText;
#pragma warning disable CA2100 // The user's own query, passed on as it is.
            set => inner.CommandText = value;
#pragma warning restore CA2100
        }

        public override int CommandTimeout { get => inner.CommandTimeout; set => inner.CommandTimeout = value; }

        public override CommandType CommandType { get => inner.CommandType; set => inner.CommandType = value; }

        public override bool DesignTimeVisible { get; set; }

        public override UpdateRowSource UpdatedRowSource { get => inner.UpdatedRowSource; set => inner.UpdatedRowSource = value; }

        protected override DbConnection? DbConnection { get; set; } = connection;

        protected override DbParameterCollection DbParameterCollection => inner.Parameters;

        protected override DbTransaction? DbTransaction { get => inner.Transaction; set => inner.Transaction = value; }

        public override void Cancel() => inner.Cancel();

        public override int ExecuteNonQuery() => inner.ExecuteNonQuery();

        public override object? ExecuteScalar() => inner.ExecuteScalar();

        public override void Prepare() => inner.Prepare();

        protected override DbParameter CreateDbParameter() => inner.CreateParameter();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
        {
            if (inner is DuckDBCommand command)
            {
                // Or else the whole result is held in memory.
                command.UseStreamingMode = true;
            }

            DbDataReader rows = FieldReader.Named(file, () => inner.ExecuteReader(behavior));
            try
            {
                return new FieldReader(rows, fields, file);
            }
            catch
            {
                rows.Dispose();
                throw;
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
