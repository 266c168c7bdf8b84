package dev.reveille.storage.sqlite;

import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import dev.reveille.model.Tag;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.HubRegistrations.Numbered;
import dev.reveille.routing.port.HubRegistrations.Target;
import dev.reveille.storage.codec.HubTargetCodec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The rows of hubs' targets, with one more row per tag, by which sends find them.
///
/// A target stands in a *line*: that of its service and format when it is for native content, that
/// of templates otherwise. A send reads one line, so that it looks at no target of another service.
final class HubTargetRows {
  /// What [#read] reads, of `hub_target AS t`.
  static final String TARGET = "t.number, t.content, t.format";

  /// The line of all targets with a template.
  static final String TEMPLATES = "template";

  /// Where the target's number stands in [#TARGET].
  static final int NUMBER = 1;

  /// How many columns [#TARGET] has.
  static final int COLUMNS = 3;

  private static final int HANDLE_BYTES = 16;

  private HubTargetRows() {}

  /// A target as it is to be written.
  ///
  /// @param number its own
  /// @param hub the hub's
  /// @param entry its entry's
  /// @param place in its entry
  /// @param entryExpires when its entry ends
  record Row(
      long number,
      long hub,
      long entry,
      int place,
      Target target,
      Optional<Instant> entryExpires) {}

  static String line(final Target target) {
    return target.template().isPresent()
        ? TEMPLATES
        : line(target.address().service(), target.format());
  }

  /// That of native content.
  static String line(final PushService service, final String format) {
    return format.isEmpty() ? service.word() : service.word() + "." + format;
  }

  /// By what a handle is found: half a hash of it, because handles are long. Apple's know no case.
  static byte[] handle(final PushService service, final String token) {
    final String spelled = service == PushService.APNS ? token.toLowerCase(Locale.ROOT) : token;
    try {
      final byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(spelled.getBytes(StandardCharsets.UTF_8));
      return Arrays.copyOf(hash, HANDLE_BYTES);
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static byte[] handle(final Target target) {
    return handle(target.address().service(), target.address().token().value());
  }

  /// The first whole second in which it is over; null for never.
  static @Nullable Long ends(final Optional<Instant> expires) {
    return expires.isEmpty()
        ? null
        : (Long) (expires.get().getEpochSecond() + (expires.get().getNano() > 0 ? 1 : 0));
  }

  private static @Nullable Long ends(final Row row) {
    final Long own = ends(row.target().expires());
    final Long entrys = ends(row.entryExpires());
    if (own == null || entrys == null) {
      return own == null ? entrys : own;
    }
    return Math.min(own, entrys);
  }

  // ---- writing --------------------------------------------------------------------------------

  static void insert(final Database db, final Row row) throws SQLException {
    insertRow(db, row);
    for (final String tag : folded(row.target().tags())) {
      insertTag(db, row, tag);
    }
  }

  private static void insertRow(final Database db, final Row row) throws SQLException {
    final Target target = row.target();
    db.update(
        "INSERT INTO hub_target(number, hub, entry, place, target, line, service, handle, content,"
            + " ends, own_end, format) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
        row.number(),
        row.hub(),
        row.entry(),
        row.place(),
        target.key().value(),
        line(target),
        target.address().service().word(),
        handle(target),
        HubTargetCodec.write(target),
        ends(row),
        target.expires().isPresent() ? 1 : 0,
        target.format());
  }

  /// Whether a target is to stand elsewhere in an index than before.
  private static boolean moves(final Row before, final Row now) {
    final Target old = before.target();
    final Target target = now.target();
    return before.place() != now.place()
        || !line(old).equals(line(target))
        || !old.key().equals(target.key())
        || !Arrays.equals(handle(old), handle(target));
  }

  /// For all targets of an entry before [#replace] for one: two may change their keys.
  static void makeRoom(final Database db, final Row before, final Row now) throws SQLException {
    if (moves(before, now)) {
      db.update("DELETE FROM hub_target WHERE number = ?", before.number());
    }
  }

  /// Writes a target in place of one with its number, and touches only the indexes in which it
  /// changes: a device that registers again is mostly the same.
  static void replace(final Database db, final Row before, final Row now) throws SQLException {
    final Target target = now.target();
    final boolean staysInLine = line(before.target()).equals(line(target));
    if (moves(before, now)) {
      insertRow(db, now);
    } else {
      db.update(
          "UPDATE hub_target SET service = ?, content = ?, ends = ?, own_end = ? WHERE number = ?",
          target.address().service().word(),
          HubTargetCodec.write(target),
          ends(now),
          target.expires().isPresent() ? 1 : 0,
          now.number());
    }
    final Set<String> tagsBefore = folded(before.target().tags());
    final Set<String> tagsNow = folded(target.tags());
    for (final String tag : tagsBefore) {
      if (!staysInLine || !tagsNow.contains(tag)) {
        deleteTag(db, before, tag);
      }
    }
    for (final String tag : tagsNow) {
      if (!staysInLine || !tagsBefore.contains(tag)) {
        insertTag(db, now, tag);
      }
    }
  }

  static void delete(final Database db, final Row row) throws SQLException {
    for (final String tag : folded(row.target().tags())) {
      deleteTag(db, row, tag);
    }
    db.update("DELETE FROM hub_target WHERE number = ?", row.number());
  }

  /// Removes targets that are over though their entries are not; answers how many.
  static int removeEnded(final Database db, final Instant now, final int most) throws SQLException {
    final List<Row> ended =
        db.query(
            "SELECT "
                + TARGET
                + ", t.hub, t.entry FROM hub_target AS t"
                + " WHERE t.own_end = 1 AND t.ends <= ? ORDER BY t.ends LIMIT ?",
            row ->
                new Row(
                    row.getLong(NUMBER),
                    row.getLong(COLUMNS + 1),
                    row.getLong(COLUMNS + 2),
                    0,
                    read(row).target(),
                    Optional.empty()),
            now.getEpochSecond(),
            most);
    for (final Row row : ended) {
      delete(db, row);
    }
    return ended.size();
  }

  private static void insertTag(final Database db, final Row row, final String tag)
      throws SQLException {
    db.update(
        "INSERT INTO hub_tag(hub, tag, line, target, entry) VALUES(?,?,?,?,?)",
        row.hub(),
        tag,
        line(row.target()),
        row.number(),
        row.entry());
  }

  private static void deleteTag(final Database db, final Row row, final String tag)
      throws SQLException {
    db.update(
        "DELETE FROM hub_tag WHERE hub = ? AND tag = ? AND line = ? AND target = ?",
        row.hub(),
        tag,
        line(row.target()),
        row.number());
  }

  private static Set<String> folded(final Set<Tag> tags) {
    return tags.stream().map(Tag::folded).collect(Collectors.toCollection(TreeSet::new));
  }

  // ---- reading --------------------------------------------------------------------------------

  /// @param row whose first columns are [#TARGET]
  static Numbered read(final ResultSet row) throws SQLException {
    return new Numbered(
        row.getLong(NUMBER),
        HubTargetCodec.read(row.getBytes(NUMBER + 1), row.getString(NUMBER + 2)));
  }

  /// One target that is not over.
  static Optional<Numbered> find(
      final Database db, final long hub, final TargetKey key, final Instant now)
      throws SQLException {
    return db
        .query(
            "SELECT "
                + TARGET
                + " FROM hub_target AS t WHERE t.hub = ? AND t.target = ?"
                + " AND (t.ends IS NULL OR t.ends > ?)",
            HubTargetRows::read,
            hub,
            key.value(),
            now.getEpochSecond())
        .stream()
        .findFirst();
  }

  /// Whether both lead to the same place. Apple knows calls under a topic of their own.
  static boolean isSame(final PushAddress.Direct one, final PushAddress.Direct other) {
    return one.service() == other.service()
        && one.channel() == other.channel()
        && one.app().equals(other.app())
        && one.scope().equals(other.scope())
        && one.sandbox() == other.sandbox()
        && one.token().equals(other.token());
  }
}
