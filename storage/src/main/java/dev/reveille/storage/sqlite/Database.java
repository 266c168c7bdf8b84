package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// One connection to one SQLite file of ours. Threads that share it take turns by [#lock], which
/// [#locked], [#transaction] and [#begin] take; statements run while it is held. Blocks on the
/// disk. What [#locked] and [#transaction] run may throw SQLException: it becomes a
/// [dev.reveille.routing.port.StoreException] that names the file.
///
/// `user_version` counts the applied steps of the file's schema, so that an older program refuses a
/// file of a newer one instead of misreading it.
final class Database implements AutoCloseable {
  private static final int APPLICATION_ID = 0x5256_4C45; // "RVLE"
  private static final int MOST_IDLE = 64;
  private static final int MOST_KEPT = 64;

  private final Path file;
  private final Connection connection;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  /// Statements that [#update] and [#query] may use again, those not used for long last. Preparing
  /// costs more than most of them do. Under [#lock].
  private final Map<String, PreparedStatement> idle = new LinkedHashMap<>(MOST_IDLE, 0.75f, true);

  private Database(final Path file, final Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  enum Durability {
    /// A commit is on disk when it returns.
    FULL,
    /// A commit survives the process, not always the machine; nothing is ever half there.
    NORMAL
  }

  /// Opens a file for writing, makes it when missing, and applies the steps it has not seen yet.
  static Database open(final Path file, final Durability durability, final List<String> steps) {
    return open(file, durability, steps, 4096);
  }

  static Database open(
      final Path file, final Durability durability, final List<String> steps, final int pageSize) {
    try {
      OwnerOnly.file(file);
      final Database database = new Database(file, connect(file, false));
      try {
        database.execute("PRAGMA page_size=" + pageSize);
        database.execute("PRAGMA journal_mode=WAL");
        database.execute("PRAGMA synchronous=" + durability);
        // Checkpoints happen on the maintenance thread, never inside a commit.
        database.execute("PRAGMA wal_autocheckpoint=0");
        if (durability == Durability.FULL) {
          database.execute("PRAGMA secure_delete=ON");
        }
        database.migrate(steps);
        return database;
      } catch (SQLException | RuntimeException e) {
        database.close();
        throw e;
      }
    } catch (SQLException | IOException e) {
      throw failed(file, e);
    }
  }

  /// Opens an existing file for reading beside its writer.
  static Database openForReading(final Path file, final int knownSteps) {
    try {
      final Database database = new Database(file, connect(file, true));
      try {
        database.checkVersion(knownSteps);
        return database;
      } catch (SQLException | RuntimeException e) {
        database.close();
        throw e;
      }
    } catch (SQLException e) {
      throw failed(file, e);
    }
  }

  private static Connection connect(final Path file, final boolean mustExist) throws SQLException {
    if (mustExist && !Files.exists(file)) {
      throw new SQLException(file + " does not exist");
    }
    final SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(10_000);
    config.setGetGeneratedKeys(false); // the driver would ask for them after every insert
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    return config.createConnection("jdbc:sqlite:" + file);
  }

  private void migrate(final List<String> steps) throws SQLException {
    final int applied = checkVersion(steps.size());
    if (applied == steps.size()) {
      return;
    }
    inTransaction(() -> {
      execute("PRAGMA application_id=" + APPLICATION_ID);
      for (final String step : steps.subList(applied, steps.size())) {
        for (final String statement : step.split(";\\s*\n", -1)) {
          if (!statement.isBlank()) {
            execute(statement);
          }
        }
      }
      execute("PRAGMA user_version=" + steps.size());
      return steps.size();
    });
  }

  private int checkVersion(final int known) throws SQLException {
    final int version = (int) number("PRAGMA user_version");
    if (version > known) {
      throw new StoreException(
          file + " has format " + version + ", this version knows formats up to " + known + ".",
          "Start the version that wrote it, or a newer one.");
    }
    return version;
  }

  Path file() {
    return file;
  }

  ReentrantLock lock() {
    return lock;
  }

  PreparedStatement prepare(final String sql) throws SQLException {
    return connection.prepareStatement(sql);
  }

  /// A statement that is prepared once; under [#lock]. It stays in memory outside the heap until
  /// the file is closed, so there are only a few texts, with question marks for the values.
  PreparedStatement kept(final String sql) throws SQLException {
    final PreparedStatement known = statements.get(sql);
    if (known != null) {
      return known;
    }
    if (statements.size() == MOST_KEPT) {
      throw new IllegalStateException(
          file + ": more than " + MOST_KEPT + " texts, so one has values in it: " + sql);
    }
    final PreparedStatement made = connection.prepareStatement(sql);
    statements.put(sql, made);
    return made;
  }

  void execute(final String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// The first column of the first row, 0 when there is none.
  long number(final String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  /// Runs one statement with these values; answers how many rows it changed. Under [#lock].
  int update(final String sql, final @Nullable Object... values) throws SQLException {
    return with(sql, PreparedStatement::executeUpdate, values);
  }

  @FunctionalInterface
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  /// All rows, each read by `reader`. Under [#lock].
  <T> List<T> query(final String sql, final Row<T> reader, final @Nullable Object... values)
      throws SQLException {
    return with(sql, statement -> all(statement, reader), values);
  }

  @FunctionalInterface
  interface WhileReader {
    boolean at(ResultSet row) throws SQLException;
  }

  /// Shows rows one after another until the reader has seen enough. Under [#lock].
  ///
  /// @param reader answers whether it wants the next row
  void queryWhile(final String sql, final WhileReader reader, final @Nullable Object... values)
      throws SQLException {
    with(
        sql,
        statement -> {
          try (ResultSet row = statement.executeQuery()) {
            while (row.next() && reader.at(row)) {
              // the reader keeps what it wants
            }
          }
          return true;
        },
        values);
  }

  /// All rows of a statement whose values are set.
  static <T> List<T> all(final PreparedStatement statement, final Row<T> reader)
      throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      final List<T> all = new ArrayList<>();
      while (row.next()) {
        all.add(reader.read(row));
      }
      return all;
    }
  }

  /// How much of the file this connection may keep in memory, outside the heap.
  void cache(final long kibibytes) {
    locked(() -> {
      execute("PRAGMA cache_size=" + -kibibytes);
      return true;
    });
  }

  @FunctionalInterface
  private interface Use<T> {
    T of(PreparedStatement statement) throws SQLException;
  }

  /// A statement in use is lent to one caller, so that one may be used while another is read. One
  /// that failed is not used again.
  private <T> T with(final String sql, final Use<T> use, final @Nullable Object... values)
      throws SQLException {
    final PreparedStatement known = idle.remove(sql);
    final PreparedStatement statement = known != null ? known : connection.prepareStatement(sql);
    boolean done = false;
    try {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      final T result = use.of(statement);
      statement.clearParameters(); // what was bound may be secret or large
      done = true;
      return result;
    } finally {
      if (done) {
        giveBack(sql, statement);
      } else {
        statement.close();
      }
    }
  }

  private void giveBack(final String sql, final PreparedStatement statement) throws SQLException {
    final PreparedStatement twin = idle.put(sql, statement);
    if (twin != null) {
      twin.close();
    }
    if (idle.size() > MOST_IDLE) {
      final var oldest = idle.entrySet().iterator();
      final PreparedStatement least = oldest.next().getValue();
      oldest.remove();
      least.close();
    }
  }

  @FunctionalInterface
  interface Work<T> {
    T run() throws SQLException;
  }

  /// Runs under the lock; a fault of the database becomes a [StoreException] that names the file.
  <T> T locked(final Work<T> work) {
    lock.lock();
    try {
      return work.run();
    } catch (SQLException e) {
      throw failed(file, e);
    } finally {
      lock.unlock();
    }
  }

  /// Runs under the lock in one transaction, which is rolled back when the work throws.
  <T> T transaction(final Work<T> work) {
    return locked(() -> inTransaction(work));
  }

  private <T> T inTransaction(final Work<T> work) throws SQLException {
    connection.setAutoCommit(false);
    final T result;
    try {
      result = work.run();
      connection.commit();
    } catch (SQLException | RuntimeException | Error failed) {
      undo(failed);
      throw failed;
    }
    connection.setAutoCommit(true);
    return result;
  }

  /// SQLite itself ends a transaction that finds the disk full, and then complains that there is
  /// none to roll back: that must not hide what went wrong first.
  private void undo(final Throwable first) {
    try {
      connection.rollback();
    } catch (SQLException late) {
      first.addSuppressed(late);
    }
    try {
      connection.setAutoCommit(true);
    } catch (SQLException late) {
      first.addSuppressed(late);
    }
  }

  /// Begins a transaction that [#commit] or [#rollback] ends; holds the lock until then.
  void begin() throws SQLException {
    lock.lock();
    connection.setAutoCommit(false);
  }

  void commit() throws SQLException {
    connection.commit();
    connection.setAutoCommit(true);
    lock.unlock();
  }

  /// Ends what [#begin] began; does nothing after [#commit].
  void rollback() throws SQLException {
    if (lock.isHeldByCurrentThread()) {
      try {
        connection.rollback();
        connection.setAutoCommit(true);
      } finally {
        lock.unlock();
      }
    }
  }

  /// Puts every commit so far on disk, for files that do not do so by themselves.
  void sync() throws IOException {
    final Path log = file.resolveSibling(file.getFileName() + "-wal");
    for (final Path one : List.of(file, log)) {
      if (Files.exists(one)) {
        try (FileChannel channel = FileChannel.open(one, StandardOpenOption.WRITE)) {
          channel.force(false);
        }
      }
    }
  }

  /// How much of the file's log stays when it is begun anew.
  void limitLog(final long bytes) {
    locked(() -> {
      execute("PRAGMA journal_size_limit=" + bytes);
      return true;
    });
  }

  /// How large the file's log has grown.
  long logSize() {
    try {
      return Files.size(file.resolveSibling(file.getFileName() + "-wal"));
    } catch (IOException _) {
      return 0;
    }
  }

  /// Moves what the log holds into the file, as far as no reader is in the way. For another
  /// connection than the writer's.
  void checkpoint() throws SQLException {
    execute("PRAGMA wal_checkpoint(PASSIVE)");
  }

  /// Moves all of the log into the file and leaves nothing in it; waits for readers.
  void emptyLog() throws SQLException {
    execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failed(file, e);
    }
  }

  /// Says in plain words what a fault of SQLite means for the operator.
  static StoreException failed(final Path file, final Exception e) {
    if (e instanceof SQLiteException sqlite) {
      final int code = sqlite.getResultCode().code & 0xFF;
      if (code == SQLiteErrorCode.SQLITE_CORRUPT.code
          || code == SQLiteErrorCode.SQLITE_NOTADB.code) {
        return damaged(file, e);
      }
      if (code == SQLiteErrorCode.SQLITE_FULL.code) {
        return new StoreException(
            file + " cannot grow: the disk is full.", "Free space on this disk.", e);
      }
    }
    return new StoreException(
        file + " cannot be used: " + e.getMessage() + ".",
        "Check the disk and the rights of the directory.",
        e);
  }

  static StoreException damaged(final Path file, final Throwable e) {
    if (file.endsWith("present.db") || file.toString().endsWith(".history.db")) {
      return new StoreException(
          file + " is damaged (" + e.getMessage() + ").",
          "Stop the server and move the file away with its -wal and -shm files: the next start"
              + " makes it anew from the journal.",
          e);
    }
    return new StoreException(
        file + " is damaged (" + e.getMessage() + ").",
        "Keep a copy, then put the file back from a backup, or move it and its -wal and -shm files"
            + " out of the directory to go on without what it held.",
        e);
  }
}
