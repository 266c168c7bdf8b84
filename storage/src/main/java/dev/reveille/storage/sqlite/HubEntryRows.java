package dev.reveille.storage.sqlite;

import dev.reveille.model.Bytes;
import dev.reveille.model.PushService;
import dev.reveille.model.Tag;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Filter;
import dev.reveille.routing.port.HubRegistrations.Target;
import dev.reveille.routing.port.HubRegistrations.Versioned;
import dev.reveille.storage.codec.Numbers;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rows of hubs' entries with their targets. One statement reads an entry and its targets, so
/// that they belong together while others write.
final class HubEntryRows {
  private static final int ENTRY = HubTargetRows.COLUMNS + 1;

  /// So many rows of a tag are sorted without a thought.
  private static final int MANY = 5_000;

  /// So many entries are asked whether they have a tag that many have.
  private static final int ASKED = 2_000;

  /// What [#all] reads: the columns of a target, which are null for an entry without one, and those
  /// of its entry.
  private static final String COLUMNS =
      HubTargetRows.TARGET + ", e.number, e.hub, e.id, e.kind, e.version, e.document, e.expires";

  private HubEntryRows() {}

  /// An entry as it is on disk.
  ///
  /// @param targets in their places, each with its number
  record Stored(Versioned kept, long hub, List<HubTargetRows.Row> targets) {}

  // ---- reading --------------------------------------------------------------------------------

  static Optional<Stored> find(final Database db, final long hub, final String id)
      throws SQLException {
    return all(db, "SELECT * FROM hub_entry WHERE hub = ? AND id = ?", hub, id).stream()
        .findFirst();
  }

  static Optional<Stored> withTarget(final Database db, final long hub, final String key)
      throws SQLException {
    return all(
            db,
            "SELECT * FROM hub_entry WHERE number ="
                + " (SELECT entry FROM hub_target WHERE hub = ? AND target = ?)",
            hub,
            key)
        .stream()
        .findFirst();
  }

  static Optional<Stored> numbered(final Database db, final long number) throws SQLException {
    return all(db, "SELECT * FROM hub_entry WHERE number = ?", number).stream().findFirst();
  }

  /// The numbers of entries. Documents are not read: there may be more of them than fit into
  /// memory.
  static List<Long> page(
      final Database db, final long hub, final Filter filter, final long after, final int most)
      throws SQLException {
    return switch (filter) {
      case Filter.All _ ->
          numbers(
              db,
              "SELECT number FROM hub_entry WHERE hub = ? AND number > ? ORDER BY number LIMIT ?",
              hub,
              after,
              most);
      case Filter.Tagged(final Tag tag) -> tagged(db, hub, tag.folded(), after, most);
      case Filter.WithHandle(final Optional<PushService> service, final String handle) -> {
        final byte[] ofApple = HubTargetRows.handle(PushService.APNS, handle);
        final byte[] ofOthers = HubTargetRows.handle(PushService.FCM, handle);
        final String word = service.map(PushService::word).orElse("");
        yield numbers(
            db,
            "SELECT DISTINCT entry FROM hub_target"
                + " WHERE hub = ? AND handle IN (?, ?) AND entry > ?"
                + " AND (? = '' OR service = ?) AND handle = CASE service WHEN ? THEN ? ELSE ? END"
                + " ORDER BY entry LIMIT ?",
            hub,
            ofApple,
            ofOthers,
            after,
            word,
            word,
            PushService.APNS.word(),
            ofApple,
            ofOthers,
            most);
      }
    };
  }

  private static List<Long> numbers(
      final Database db, final String query, final @Nullable Object... values) throws SQLException {
    return db.query(query, row -> row.getLong(1), values);
  }

  /// Entries with a target that has the tag. A tag's rows are in the order of targets: of a tag
  /// that many have, the next entries are asked one by one instead of sorting all.
  private static List<Long> tagged(
      final Database db, final long hub, final String tag, final long after, final int most)
      throws SQLException {
    final long some =
        db.query(
                "SELECT count(*) FROM"
                    + " (SELECT 1 FROM hub_tag WHERE hub = ? AND tag = ? LIMIT ?)",
                row -> row.getLong(1),
                hub,
                tag,
                MANY)
            .getFirst();
    if (some == MANY) {
      final List<Long> next =
          numbers(
              db,
              "SELECT number FROM (SELECT number"
                  + " FROM hub_entry WHERE hub = ? AND number > ? ORDER BY number LIMIT ?) AS n"
                  + " WHERE EXISTS (SELECT 1 FROM hub_target AS x JOIN hub_tag AS h"
                  + " ON h.hub = x.hub AND h.tag = ? AND h.line = x.line AND h.target = x.number"
                  + " WHERE x.entry = n.number) ORDER BY number LIMIT ?",
              hub,
              after,
              ASKED,
              tag,
              most);
      if (next.size() == most) {
        return next;
      }
    }
    return numbers(
        db,
        "SELECT DISTINCT entry FROM hub_tag"
            + " WHERE hub = ? AND tag = ? AND entry > ? ORDER BY entry LIMIT ?",
        hub,
        tag,
        after,
        most);
  }

  /// The numbers of entries that are over.
  static List<Long> ended(final Database db, final Instant now, final int most)
      throws SQLException {
    return numbers(
        db,
        "SELECT number FROM hub_entry WHERE ends <= ? ORDER BY ends LIMIT ?",
        now.getEpochSecond(),
        most);
  }

  /// @param entries a query for rows of `hub_entry`
  private static List<Stored> all(
      final Database db, final String entries, final @Nullable Object... values)
      throws SQLException {
    final List<Stored> found = new ArrayList<>();
    db.query(
        "SELECT "
            + COLUMNS
            + " FROM ("
            + entries
            + ") AS e LEFT JOIN hub_target AS t ON t.entry = e.number"
            + " ORDER BY e.number, t.place",
        row -> {
          final long number = row.getLong(ENTRY);
          if (found.isEmpty() || found.getLast().kept().number() != number) {
            found.add(entry(row));
          }
          // numbers begin with 1; an entry without a target has no number here
          return row.getLong(HubTargetRows.NUMBER) == 0 || addTarget(found.getLast(), row);
        },
        values);
    return found.stream().map(HubEntryRows::whole).toList();
  }

  private static Stored entry(final ResultSet row) throws SQLException {
    return new Stored(
        new Versioned(
            row.getLong(ENTRY),
            row.getLong(ENTRY + 4),
            new Entry(
                row.getString(ENTRY + 2),
                Numbers.HUB_ENTRIES.constant(row.getInt(ENTRY + 3)),
                Bytes.of(row.getBytes(ENTRY + 5)),
                moment(row.getString(ENTRY + 6)),
                List.of())),
        row.getLong(ENTRY + 1),
        new ArrayList<>());
  }

  private static boolean addTarget(final Stored stored, final ResultSet row) throws SQLException {
    final HubRegistrations.Numbered read = HubTargetRows.read(row);
    return stored
        .targets()
        .add(
            new HubTargetRows.Row(
                read.number(),
                stored.hub(),
                stored.kept().number(),
                stored.targets().size(),
                read.target(),
                stored.kept().entry().expires()));
  }

  private static Stored whole(final Stored read) {
    final Versioned kept = read.kept();
    return new Stored(
        with(kept, kept.version(), targets(read.targets())),
        read.hub(),
        List.copyOf(read.targets()));
  }

  private static List<Target> targets(final List<HubTargetRows.Row> rows) {
    return rows.stream().map(HubTargetRows.Row::target).toList();
  }

  private static Versioned with(
      final Versioned kept, final long version, final List<Target> targets) {
    final Entry entry = kept.entry();
    return new Versioned(
        kept.number(),
        version,
        new Entry(entry.id(), entry.kind(), entry.document(), entry.expires(), targets));
  }

  static long count(final Database db, final long hub) throws SQLException {
    return db.query("SELECT count(*) FROM hub_entry WHERE hub = ?", row -> row.getLong(1), hub)
        .getFirst();
  }

  // ---- writing --------------------------------------------------------------------------------

  static Versioned insert(
      final Database db, final long hub, final Entry entry, final HubCounters counters)
      throws SQLException {
    final long number = counters.nextEntry();
    db.update(
        "INSERT INTO hub_entry(number, hub, id, kind, version, document, expires, ends)"
            + " VALUES(?,?,?,?,?,?,?,?)",
        number,
        hub,
        entry.id(),
        entry.kind().number(),
        1,
        entry.document().toArray(),
        text(entry.expires()),
        HubTargetRows.ends(entry.expires()));
    int place = 0;
    for (final Target target : entry.targets()) {
      HubTargetRows.insert(
          db,
          new HubTargetRows.Row(
              counters.nextTarget(), hub, number, place++, target, entry.expires()));
    }
    return new Versioned(number, 1, entry);
  }

  /// Writes an entry in place of one; targets of the same name keep their numbers.
  static Versioned replace(
      final Database db, final Stored before, final Entry entry, final HubCounters counters)
      throws SQLException {
    final Versioned now = new Versioned(before.kept().number(), before.kept().version() + 1, entry);
    db.update(
        "UPDATE hub_entry SET version = ?, document = ?, expires = ?, ends = ? WHERE number = ?",
        now.version(),
        entry.document().toArray(),
        text(entry.expires()),
        HubTargetRows.ends(entry.expires()),
        now.number());
    final Map<String, HubTargetRows.Row> rest = new HashMap<>();
    before.targets().forEach(row -> rest.put(row.target().name(), row));
    final List<HubTargetRows.Row> rows = new ArrayList<>();
    for (final Target target : entry.targets()) {
      final HubTargetRows.Row known = rest.remove(target.name());
      rows.add(
          new HubTargetRows.Row(
              known == null ? counters.nextTarget() : known.number(),
              before.hub(),
              now.number(),
              rows.size(),
              target,
              entry.expires()));
    }
    for (final HubTargetRows.Row gone : rest.values()) {
      HubTargetRows.delete(db, gone);
    }
    final Map<Long, HubTargetRows.Row> known = new HashMap<>();
    before.targets().forEach(row -> known.put(row.number(), row));
    for (final HubTargetRows.Row row : rows) {
      final HubTargetRows.Row old = known.get(row.number());
      if (old != null) {
        HubTargetRows.makeRoom(db, old, row);
      }
    }
    for (final HubTargetRows.Row row : rows) {
      final HubTargetRows.Row old = known.get(row.number());
      if (old == null) {
        HubTargetRows.insert(db, row);
      } else {
        HubTargetRows.replace(db, old, row);
      }
    }
    return now;
  }

  /// Removes an entry with its targets; a registration's id is gone then.
  static void delete(final Database db, final Stored stored, final Instant now)
      throws SQLException {
    for (final HubTargetRows.Row row : stored.targets()) {
      HubFormerRows.insert(db, row, stored.kept().entry(), now);
      HubTargetRows.delete(db, row);
    }
    db.update("DELETE FROM hub_entry WHERE number = ?", stored.kept().number());
    final Entry entry = stored.kept().entry();
    switch (entry.kind()) {
      case REGISTRATION ->
          db.update(
              "INSERT INTO hub_gone(hub, id, since) VALUES(?,?,?)"
                  + " ON CONFLICT(hub, id) DO UPDATE SET since = excluded.since",
              stored.hub(),
              entry.id(),
              now.getEpochSecond());
      case INSTALLATION -> {} // its id can be used again
    }
  }

  /// Whether the id is one of a registration that is gone and not forgotten.
  static boolean isGone(final Database db, final long hub, final String id, final Instant now)
      throws SQLException {
    return !db.query(
            "SELECT 1 FROM hub_gone WHERE hub = ? AND id = ? AND since > ?",
            row -> true,
            hub,
            id,
            forgotten(now))
        .isEmpty();
  }

  /// Forgets ids that were gone for long enough; answers how many.
  static int forget(final Database db, final Instant now, final int most) throws SQLException {
    final List<Gone> old =
        db.query(
            "SELECT hub, id FROM hub_gone WHERE since <= ? ORDER BY since LIMIT ?",
            row -> new Gone(row.getLong(1), row.getString(2)),
            forgotten(now),
            most);
    for (final Gone one : old) {
      db.update("DELETE FROM hub_gone WHERE hub = ? AND id = ?", one.hub(), one.id());
    }
    return old.size();
  }

  /// The id of a registration that is gone.
  private record Gone(long hub, String id) {}

  /// What was removed until this second is not known any more.
  static long forgotten(final Instant now) {
    return now.minus(HubRegistrations.GONE_IDS_KEPT).getEpochSecond();
  }

  // ---- moments --------------------------------------------------------------------------------

  static String text(final Optional<Instant> moment) {
    return moment.map(Instant::toString).orElse("");
  }

  static Optional<Instant> moment(final String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
  }
}
