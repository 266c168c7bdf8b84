package dev.reveille.storage.sqlite;

import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.SendLog;
import dev.reveille.storage.codec.GroupReader;
import dev.reveille.storage.codec.GroupWriter;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rows of sends that are scheduled far ahead, each whole, in `present.db`: their day of the
/// journal may be deleted before they begin. When one is over and none of its targets waits as a
/// row, or at once when it is cancelled, its content is overwritten.
///
/// Written under the projector's lock; [#noted] is for the journal's writer, [#find] and [#bytes]
/// are for any thread, and [#find] blocks on the disk.
final class ScheduledSendRows {
  private static final Logger LOG = LoggerFactory.getLogger(ScheduledSendRows.class);

  /// Values of the column `ended`.
  private static final int AS_ACCEPTED = 0;

  private static final int BUT_FOR_ROWS = 1;
  private static final int WITHOUT_CONTENT = 2;

  private final PresentFile present;

  /// Of what is kept as it was accepted, what is not folded yet included.
  private final AtomicLong bytes = new AtomicLong();

  /// Over, while some of its targets wait as rows.
  private final Set<Long> ending = new HashSet<>();

  // ---- of one fold
  private final Map<Long, StoredJob> accepted = new TreeMap<>();
  private final Map<Long, Boolean> ended = new HashMap<>();
  private final Set<Long> gone = new HashSet<>();
  private final Set<Long> stays = new HashSet<>();
  private long freed;
  private boolean cancelled;

  ScheduledSendRows(final PresentFile present) {
    this.present = present;
    ending.addAll(
        present
            .reader()
            .locked(() ->
                present
                    .reader()
                    .query("SELECT job FROM far_ahead WHERE ended = 1", row -> row.getLong(1))));
  }

  /// Everything that a former run committed is folded.
  void count() {
    bytes.set(
        present
            .reader()
            .locked(() ->
                present
                    .reader()
                    .number(
                        "SELECT coalesce(sum(length(record)), 0) FROM far_ahead WHERE ended < 2")));
  }

  /// A group was committed; on the writer's thread.
  void noted(final CommittedGroup group) {
    for (final StoredJob stored : group.jobs()) {
      if (isFarAhead(stored)) {
        bytes.addAndGet(size((Send) stored.job()));
      }
    }
  }

  static boolean isFarAhead(final StoredJob stored) {
    return stored.job() instanceof Send send && SendLog.isFarAhead(send, stored.at());
  }

  long bytes() {
    return bytes.get();
  }

  static long size(final Send send) {
    return record(new StoredJob(1, Instant.EPOCH, send)).length;
  }

  /// A group of its own, which says itself whether it is damaged.
  private static byte[] record(final StoredJob stored) {
    final GroupWriter group = new GroupWriter(0);
    group.begin(stored.sequence(), stored.at());
    group.job(stored.job(), 0);
    return group.finish();
  }

  Optional<StoredJob> find(final long send) {
    return present
        .reader()
        .locked(() ->
            present
                .reader()
                .query("SELECT record FROM far_ahead WHERE job = ?", row -> row.getBytes(1), send))
        .stream()
        .findFirst()
        .flatMap(record -> read(record).stored(send));
  }

  private GroupReader read(final byte[] record) {
    return JournalDays.read(present.writer().file(), record);
  }

  // ---- by the projector ------------------------------------------------------------------------

  void accepted(final StoredJob stored) {
    present.noteLinesElsewhere();
    accepted.put(stored.sequence(), stored);
  }

  /// @param atOnce it was cancelled: none of its rows needs the content
  void ended(final long send, final boolean atOnce) {
    ended.merge(send, atOnce, Boolean::logicalOr);
  }

  /// Writes what one fold changed, inside the open transaction, after the waiting rows.
  void write() throws SQLException {
    final Database writer = present.writer();
    for (final var one : accepted.entrySet()) {
      writer.update(
          "INSERT OR REPLACE INTO far_ahead(job, ended, record) VALUES(?,?,?)",
          one.getKey(),
          AS_ACCEPTED,
          record(one.getValue()));
    }
    ending.forEach(send -> ended.putIfAbsent(send, false));
    for (final var one : ended.entrySet()) {
      final long send = one.getKey();
      if (one.getValue() || !waits(writer, send)) {
        empty(writer, send);
        gone.add(send);
        cancelled |= one.getValue();
      } else if (!ending.contains(send)) {
        writer.update(
            "UPDATE far_ahead SET ended = ? WHERE job = ? AND ended = ?",
            BUT_FOR_ROWS,
            send,
            AS_ACCEPTED);
        stays.add(send);
      }
    }
  }

  private static boolean waits(final Database writer, final long send) throws SQLException {
    return !writer
        .query("SELECT 1 FROM waiting WHERE event = ? LIMIT 1", row -> true, send)
        .isEmpty();
  }

  private void empty(final Database writer, final long send) throws SQLException {
    final var whole =
        writer.query(
            "SELECT record FROM far_ahead WHERE job = ? AND ended < ?",
            row -> row.getBytes(1),
            send,
            WITHOUT_CONTENT);
    if (whole.isEmpty()) {
      return; // folded again
    }
    final StoredJob stored =
        read(whole.getFirst()).stored(send).orElseThrow(() -> new SQLException("another send"));
    writer.execute("PRAGMA secure_delete=ON");
    try {
      writer.update(
          "UPDATE far_ahead SET ended = ?, record = ? WHERE job = ?",
          WITHOUT_CONTENT,
          record(SendLog.withoutContent(stored)),
          send);
    } finally {
      writer.execute("PRAGMA secure_delete=OFF");
    }
    freed += whole.getFirst().length;
  }

  /// What was written is committed.
  void committed() {
    bytes.addAndGet(-freed);
    ending.addAll(stays);
    ending.removeAll(gone);
    final boolean scrubs = cancelled;
    forget();
    if (scrubs) {
      scrub();
    }
  }

  /// What was overwritten stands in the log until that begins anew.
  private void scrub() {
    try {
      present
          .writer()
          .locked(() -> {
            present.writer().emptyLog();
            return true;
          });
    } catch (RuntimeException e) {
      LOG.warn("the log of {} could not be emptied: {}", present.writer().file(), e.toString());
    }
  }

  /// After a fold that failed: nothing of it counts.
  void forget() {
    accepted.clear();
    ended.clear();
    gone.clear();
    stays.clear();
    freed = 0;
    cancelled = false;
  }
}
