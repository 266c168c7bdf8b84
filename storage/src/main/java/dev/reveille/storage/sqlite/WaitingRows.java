package dev.reveille.storage.sqlite;

import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import dev.reveille.routing.port.WorkKey;
import dev.reveille.storage.codec.Numbers;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rows of waiting work in `present.db`, identified by event and target. The column `device`
/// holds the target; `way` is of earlier versions and always the same.
final class WaitingRows {
  /// Work that waits in one order: of one lane, for its moment ("") or behind one breaker.
  record Line(String behind, Lane lane) {
    static Line of(final Waiting item) {
      return new Line(item.behind(), item.lane());
    }
  }

  private static final String COLUMNS =
      "event, device, lane, attempts, not_before, deadline, why, behind";

  private final Database reader;
  private @Nullable PreparedStatement next;
  private @Nullable PreparedStatement find;
  private @Nullable PreparedStatement keep;
  private @Nullable PreparedStatement drop;

  WaitingRows(final Database reader) {
    this.reader = reader;
  }

  /// How much waits in each line.
  Map<Line, Long> counts() {
    return reader.locked(() -> {
      final Map<Line, Long> counts = new HashMap<>();
      try (PreparedStatement all =
              reader.prepare("SELECT behind, lane, count(*) FROM waiting GROUP BY behind, lane");
          ResultSet row = all.executeQuery()) {
        while (row.next()) {
          counts.put(
              new Line(row.getString(1), Numbers.LANES.constant(row.getInt(2))), row.getLong(3));
        }
      }
      return counts;
    });
  }

  /// The next rows of a line after a place, in order.
  List<Waiting> after(final Line line, final DueOrder place, final int most) {
    return reader.locked(() -> {
      if (next == null) {
        next =
            reader.prepare(
                "SELECT "
                    + COLUMNS
                    + " FROM waiting WHERE behind = ? AND lane = ?"
                    + " AND (not_before, event, device) > (?,?,?)"
                    + " ORDER BY not_before, event, device LIMIT ?");
      }
      next.setString(1, line.behind());
      next.setInt(2, line.lane().number());
      next.setLong(3, place.notBefore());
      next.setLong(4, place.event());
      next.setString(5, place.target());
      next.setInt(6, most);
      return readAll(next);
    });
  }

  /// Rows behind a breaker whose deadline has passed.
  List<Waiting> overdue(final long moment, final int most) {
    return reader.locked(() -> {
      final PreparedStatement look =
          reader.kept(
              "SELECT "
                  + COLUMNS
                  + " FROM waiting WHERE behind > '' AND deadline <= ? ORDER BY deadline LIMIT ?");
      look.setLong(1, moment);
      look.setInt(2, most);
      return readAll(look);
    });
  }

  private static List<Waiting> readAll(final PreparedStatement query) throws SQLException {
    final List<Waiting> some = new ArrayList<>();
    try (ResultSet row = query.executeQuery()) {
      while (row.next()) {
        some.add(read(row));
      }
    }
    return some;
  }

  private static Waiting read(final ResultSet row) throws SQLException {
    return new Waiting(
        row.getLong(1),
        new TargetKey(row.getString(2)),
        Numbers.LANES.constant(row.getInt(3)),
        row.getInt(4),
        DueOrder.instant(row.getLong(5)),
        DueOrder.instant(row.getLong(6)),
        Reason.ofCode(row.getString(7)).orElse(Reason.INTERNAL),
        row.getString(8));
  }

  /// Behind which breaker a row waits, "" for none; empty when there is no such row.
  Optional<String> gateOf(final Database writer, final WorkKey work) throws SQLException {
    if (find == null) {
      find = writer.prepare("SELECT behind FROM waiting WHERE event = ? AND device = ?");
    }
    bind(find, work);
    try (ResultSet row = find.executeQuery()) {
      return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
    }
  }

  /// For any thread.
  Optional<Waiting> find(final WorkKey work) {
    return reader.locked(() -> {
      final PreparedStatement look =
          reader.kept("SELECT " + COLUMNS + " FROM waiting WHERE event = ? AND device = ?");
      bind(look, work);
      return readAll(look).stream().findFirst();
    });
  }

  /// Adds to the batch; [#flush] writes it, inside the open transaction.
  void keep(final Database writer, final Waiting item) throws SQLException {
    if (keep == null) {
      keep =
          writer.prepare(
              "INSERT OR REPLACE INTO waiting(" + COLUMNS + ", way) VALUES(?,?,?,?,?,?,?,?,?)");
    }
    bind(keep, item.key());
    keep.setInt(3, item.lane().number());
    keep.setInt(4, item.attempts());
    keep.setLong(5, DueOrder.nanos(item.notBefore()));
    keep.setLong(6, DueOrder.nanos(item.deadline()));
    keep.setString(7, item.why().code());
    keep.setString(8, item.behind());
    keep.setInt(9, Numbers.PUSH_WAY);
    keep.addBatch();
  }

  void drop(final Database writer, final WorkKey work) throws SQLException {
    if (drop == null) {
      drop = writer.prepare("DELETE FROM waiting WHERE event = ? AND device = ?");
    }
    bind(drop, work);
    drop.addBatch();
  }

  /// After a fold that failed: the next one prepares its statements anew.
  void forgetStatements() {
    find = null;
    keep = null;
    drop = null;
  }

  void flush() throws SQLException {
    if (drop != null) {
      drop.executeBatch();
    }
    if (keep != null) {
      keep.executeBatch();
    }
  }

  private static void bind(final PreparedStatement statement, final WorkKey work)
      throws SQLException {
    statement.setLong(1, work.job());
    statement.setString(2, work.target().value());
  }
}
