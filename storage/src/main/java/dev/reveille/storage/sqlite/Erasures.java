package dev.reveille.storage.sqlite;

import dev.reveille.model.Event;
import dev.reveille.model.Kept;
import dev.reveille.model.UserId;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Users who were removed, and up to which sequence what concerned them is not shown any more. The
/// bytes go with their day.
final class Erasures {
  private final Map<UserId, Long> upTo = new ConcurrentHashMap<>();

  /// What former runs wrote down.
  Erasures(final MainDatabase database) {
    database.read(db ->
        db.query(
            "SELECT organisation, name, up_to FROM erased_user",
            row ->
                upTo.put(
                    new UserId(Names.organisation(row.getString(1)), row.getString(2)),
                    row.getLong(3))));
  }

  /// In the transaction that removes the user.
  static void write(final Database db, final UserId user, final long sequence) throws SQLException {
    db.update(
        "INSERT INTO erased_user(organisation, name, up_to) VALUES(?,?,?)"
            + " ON CONFLICT(organisation, name) DO UPDATE SET up_to = excluded.up_to",
        user.organisation().value(),
        user.name(),
        sequence);
  }

  void erase(final UserId user, final long sequence) {
    upTo.merge(user, sequence, Math::max);
  }

  boolean isErased(final UserId user, final long sequence) {
    return !upTo.isEmpty() && upTo.getOrDefault(user, 0L) >= sequence;
  }

  long upTo(final UserId user) {
    return upTo.isEmpty() ? 0 : upTo.getOrDefault(user, 0L);
  }

  /// The event without erased recipients; empty when nobody is left.
  Optional<Kept> visible(final Kept kept) {
    if (upTo.isEmpty() || !kept.isEvent()) {
      return Optional.of(kept);
    }
    final List<UserId> all = kept.event().recipients();
    final List<UserId> left =
        all.stream().filter(user -> !isErased(user, kept.sequence())).toList();
    if (left.size() == all.size()) {
      return Optional.of(kept);
    }
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(new Kept(kept.sequence(), kept.at(), to(kept.event(), left)));
  }

  private static Event to(final Event event, final List<UserId> users) {
    return switch (event) {
      case Event.IncomingCall e ->
          new Event.IncomingCall(
              e.key(), users, e.type(), e.call(), e.caller(), e.video(), e.life());
      case Event.CallEnded e ->
          new Event.CallEnded(e.key(), users, e.type(), e.call(), e.how(), e.life());
      case Event.Message e ->
          new Event.Message(e.key(), users, e.type(), e.in(), e.content(), e.life());
      case Event.ChangeHint e ->
          new Event.ChangeHint(e.key(), users, e.type(), e.folders(), e.life());
      case Event.Other e ->
          new Event.Other(e.key(), users, e.type(), e.as(), e.collapse(), e.content(), e.life());
    };
  }
}
