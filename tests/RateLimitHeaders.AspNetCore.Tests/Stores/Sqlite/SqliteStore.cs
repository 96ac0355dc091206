using Microsoft.Data.Sqlite;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Counts in a table of a SQLite database, which several processes may share. This is all that a store takes.</summary>
public sealed class SqliteStore : CompareAndSwapStore
{
    private const int Busy = 5;

    private readonly string _connectionString;

    public SqliteStore(string path, RateLimitStoreOptions? options = null)
    {
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ToString();
        Options = options ?? new RateLimitStoreOptions();
        Run("PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS callers (key TEXT PRIMARY KEY, state BLOB NOT NULL) WITHOUT ROWID", static command => command.ExecuteNonQuery());
    }

    public override string Name => "SQLite";

    public override RateLimitStoreOptions Options { get; }

    protected override ValueTask<StoredState?> LoadAsync(string key, CancellationToken cancellationToken) =>
        new(Run("SELECT state FROM callers WHERE key = $key", command => command.ExecuteScalar() is byte[] state ? new StoredState(state) : null, ("$key", key)));

    protected override ValueTask<bool> TrySaveAsync(
        string key, StoredState? expected, StoredState state, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var statement = expected is null
            ? "INSERT INTO callers VALUES ($key, $state) ON CONFLICT DO NOTHING RETURNING 1"
            : "UPDATE callers SET state = $state WHERE key = $key AND state = $expected RETURNING 1";
        return new(Run(
            statement,
            static command => command.ExecuteScalar() is not null,
            ("$key", key),
            ("$state", state.Bytes.ToArray()),
            ("$expected", expected?.Bytes.ToArray() ?? [])));
    }

    private T Run<T>(string statement, Func<SqliteCommand, T> run, params (string Name, object Value)[] parameters)
    {
        try
        {
            using var connection = new SqliteConnection(_connectionString);
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA synchronous = OFF; " + statement;
            foreach (var (name, value) in parameters)
            {
                command.Parameters.AddWithValue(name, value);
            }

            return run(command);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == Busy)
        {
            throw new RateLimitStoreException(StoreFailureKind.Server, exception.Message, exception);
        }
    }
}
