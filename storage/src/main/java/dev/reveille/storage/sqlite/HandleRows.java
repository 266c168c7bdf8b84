package dev.reveille.storage.sqlite;

import dev.reveille.model.AppId;
import dev.reveille.model.HandleId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.SubscriptionKeys;
import dev.reveille.routing.port.Handles.Claim;
import dev.reveille.routing.port.Handles.Handle;
import dev.reveille.routing.port.Handles.Owner;
import dev.reveille.routing.port.Handles.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The rows of handles and of claims, and the counts of active handles. A handle that is over has
/// no address any more. Static; each method runs inside the caller's transaction or read.
final class HandleRows {
  private static final String ADDRESS =
      "service, channel, scope, sandbox, token, registered_at, p256dh, auth";

  private static final String HANDLE =
      "SELECT handle, organisation, partner, app, "
          + ADDRESS
          + ", state, made_at, since, why FROM handle";

  private static final String CLAIM =
      "SELECT handle, organisation, partner, app, "
          + ADDRESS
          + ", challenge, replaces, until, became FROM handle_claim";

  /// A claim as it is kept.
  ///
  /// @param became the handle that it came true as; "" while the challenge is open
  record KeptClaim(Claim claim, String became) {}

  private HandleRows() {}

  // ---- reading --------------------------------------------------------------------------------

  private static Owner owner(final ResultSet row) throws SQLException {
    return new Owner(
        SharedNames.organisation(row.getString(2)),
        row.getString(3),
        SharedNames.app(row.getString(4)));
  }

  private static PushAddress.Direct address(final ResultSet row) throws SQLException {
    final var keys = row.getString(11);
    return new PushAddress.Direct(
        word(PushService.values(), PushService::word, row.getString(5)),
        word(PushChannel.values(), PushChannel::word, row.getString(6)),
        SharedNames.app(row.getString(4)),
        row.getString(7),
        row.getInt(8) == 1,
        new PushToken(row.getString(9)),
        Instant.parse(row.getString(10)),
        Optional.empty(),
        keys.isEmpty()
            ? Optional.empty()
            : Optional.of(new SubscriptionKeys(keys, row.getString(12))));
  }

  private static Handle handle(final ResultSet row) throws SQLException {
    final var state = word(State.values(), State::word, row.getString(13));
    return new Handle(
        new HandleId(row.getString(1)),
        owner(row),
        state,
        state == State.ACTIVE ? Optional.of(address(row)) : Optional.empty(),
        Instant.ofEpochMilli(row.getLong(14)),
        Instant.ofEpochMilli(row.getLong(15)),
        row.getString(16).isEmpty()
            ? Optional.empty()
            : Optional.of(Reason.ofCode(row.getString(16)).orElse(Reason.INTERNAL)));
  }

  private static KeptClaim claim(final ResultSet row) throws SQLException {
    return new KeptClaim(
        new Claim(
            row.getString(13),
            new HandleId(row.getString(1)),
            row.getInt(14) == 1,
            owner(row),
            address(row),
            Instant.ofEpochMilli(row.getLong(15))),
        row.getString(16));
  }

  static Optional<Handle> find(final Database db, final HandleId id) throws SQLException {
    return db.query(HANDLE + " WHERE handle = ?", HandleRows::handle, id.value()).stream()
        .findFirst();
  }

  /// The one with this secret.
  static Optional<Handle> find(final Database db, final HandleId id, final String secret)
      throws SQLException {
    return db
        .query(HANDLE + " WHERE handle = ? AND secret = ?", HandleRows::handle, id.value(), secret)
        .stream()
        .findFirst();
  }

  /// The active one of a token.
  static Optional<Handle> active(
      final Database db, final Owner owner, final PushAddress.Direct address) throws SQLException {
    return db
        .query(
            HANDLE
                + " WHERE token = ? AND service = ? AND partner = ? AND app = ?"
                + " AND state = 'active'",
            HandleRows::handle,
            address.token().value(),
            address.service().word(),
            owner.partner(),
            owner.app().value())
        .stream()
        .findFirst();
  }

  /// Those that meet a condition, by their place.
  ///
  /// @param condition on the columns of the table, with its values behind it
  static List<Handle> page(
      final Database db, final String condition, final int most, final List<String> values)
      throws SQLException {
    final var all = new Object[values.size() + 1];
    values.toArray(all);
    all[values.size()] = most;
    return db.query(
        HANDLE + " WHERE " + condition + " ORDER BY partner, app, handle LIMIT ?",
        HandleRows::handle,
        all);
  }

  static Optional<KeptClaim> claim(final Database db, final String challenge) throws SQLException {
    return db.query(CLAIM + " WHERE challenge = ?", HandleRows::claim, challenge).stream()
        .findFirst();
  }

  /// The newest open claim of a handle that is not there yet.
  static Optional<Handle> pending(final Database db, final HandleId id, final Instant now)
      throws SQLException {
    return db
        .query(
            "SELECT handle, organisation, partner, app, "
                + ADDRESS
                + ", 'pending', made_at, made_at, '' FROM handle_claim WHERE handle = ?"
                + " AND replaces = 0 AND became = '' AND until > ? ORDER BY until DESC LIMIT 1",
            row -> {
              final var read = handle(row);
              return new Handle(
                  read.id(),
                  read.owner(),
                  State.PENDING,
                  Optional.of(address(row)),
                  read.madeAt(),
                  read.since(),
                  Optional.empty());
            },
            id.value(),
            now.toEpochMilli())
        .stream()
        .findFirst();
  }

  static long claimsOf(final Database db, final PushToken token, final Instant now)
      throws SQLException {
    return db.query(
            "SELECT count(*) FROM handle_claim WHERE token = ? AND became = '' AND until > ?",
            row -> row.getLong(1),
            token.value(),
            now.toEpochMilli())
        .getFirst();
  }

  static long activeOf(final Database db, final PushToken token) throws SQLException {
    return db.query(
            "SELECT count(*) FROM handle WHERE token = ? AND state = 'active'",
            row -> row.getLong(1),
            token.value())
        .getFirst();
  }

  static long activeOf(final Database db, final OrganisationId publisher, final String partner)
      throws SQLException {
    return db.query(
            "SELECT coalesce(sum(active), 0) FROM handle_count"
                + " WHERE organisation = ? AND partner = ?",
            row -> row.getLong(1),
            publisher.value(),
            partner)
        .getFirst();
  }

  // ---- writing --------------------------------------------------------------------------------

  static void insert(final Database db, final Claim claim, final Instant now) throws SQLException {
    final var address = claim.address();
    db.update(
        "INSERT INTO handle_claim(challenge, handle, replaces, became, organisation, partner, app,"
            + " made_at, until, "
            + ADDRESS
            + ") VALUES(?,?,?,'',?,?,?,?,?,?,?,?,?,?,?,?,?)",
        claim.challenge(),
        claim.handle().value(),
        claim.replaces() ? 1 : 0,
        claim.owner().publisher().value(),
        claim.owner().partner(),
        claim.owner().app().value(),
        now.toEpochMilli(),
        claim.until().toEpochMilli(),
        address.service().word(),
        address.channel().word(),
        address.scope(),
        address.sandbox() ? 1 : 0,
        address.token().value(),
        address.registeredAt().toString(),
        address.keys().map(SubscriptionKeys::p256dh).orElse(""),
        address.keys().map(SubscriptionKeys::auth).orElse(""));
  }

  /// Makes a handle of a claim, and counts it.
  static void activate(final Database db, final Claim claim, final String secret, final Instant now)
      throws SQLException {
    final var owner = claim.owner();
    db.update(
        "INSERT INTO handle(handle, organisation, partner, app, state, made_at, since, why, secret,"
            + ADDRESS
            + ") SELECT handle, organisation, partner, app, 'active', made_at, ?, '', ?, "
            + ADDRESS
            + " FROM handle_claim WHERE challenge = ?",
        now.toEpochMilli(),
        secret,
        claim.challenge());
    count(db, owner, 1);
  }

  /// Gives a handle the address of a claim.
  static void move(final Database db, final String handle, final Claim claim) throws SQLException {
    db.update(
        "UPDATE handle SET ("
            + ADDRESS
            + ") = (SELECT "
            + ADDRESS
            + " FROM handle_claim WHERE challenge = ?) WHERE handle = ?",
        claim.challenge(),
        handle);
  }

  static void secret(final Database db, final String handle, final String secret)
      throws SQLException {
    db.update("UPDATE handle SET secret = ? WHERE handle = ?", secret, handle);
  }

  /// Ends an active handle, forgets its address and what is claimed for it, and counts it off.
  ///
  /// @param why "" unless its token is dead
  static void end(
      final Database db, final Handle handle, final State as, final String why, final Instant now)
      throws SQLException {
    db.update(
        "UPDATE handle SET state = ?, since = ?, why = ?, channel = '', scope = '', sandbox = 0,"
            + " token = '', p256dh = '', auth = '' WHERE handle = ?",
        as.word(),
        now.toEpochMilli(),
        why,
        handle.id().value());
    db.update("DELETE FROM handle_claim WHERE handle = ?", handle.id().value());
    count(db, handle.owner(), -1);
  }

  private static void count(final Database db, final Owner owner, final int by)
      throws SQLException {
    db.update(
        "INSERT INTO handle_count(organisation, partner, app, active) VALUES(?,?,?,?)"
            + " ON CONFLICT(organisation, partner, app) DO UPDATE SET active = active + ?",
        owner.publisher().value(),
        owner.partner(),
        owner.app().value(),
        by,
        by);
    db.update(
        "DELETE FROM handle_count WHERE organisation = ? AND partner = ? AND app = ?"
            + " AND active = 0",
        owner.publisher().value(),
        owner.partner(),
        owner.app().value());
  }

  /// How many handles of an app are active, of whichever publisher.
  static long activeOf(final Database db, final AppId app) throws SQLException {
    return db.query(
            "SELECT coalesce(sum(active), 0) FROM handle_count WHERE app = ?",
            row -> row.getLong(1),
            app.value())
        .getFirst();
  }

  private static <E> E word(
      final E[] all, final java.util.function.Function<E, String> word, final String wanted) {
    for (final var one : all) {
      if (word.apply(one).equals(wanted)) {
        return one;
      }
    }
    throw new dev.reveille.routing.port.StoreException(
        "reveille.db holds the unknown word " + wanted + ".",
        "Start the version that wrote it, or a newer one.");
  }
}
