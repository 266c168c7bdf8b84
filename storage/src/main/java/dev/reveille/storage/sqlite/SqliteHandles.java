package dev.reveille.storage.sqlite;

import dev.reveille.model.AppId;
import dev.reveille.model.HandleId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Handles;
import dev.reveille.storage.sqlite.HandleRows.KeptClaim;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Stores the handles of a clearing house, what is claimed, and the codes of partners; secrets and
/// codes as hashes only. Thread-safe; blocks on the disk.
final class SqliteHandles implements Handles {
  private static final HexFormat HEX = HexFormat.of();

  /// So many are revoked in one transaction: what phones say meanwhile must not wait for all.
  private static final int CHUNK = 500;

  private static final String CODE =
      "SELECT id, organisation, partner, uses, made_at, expires FROM handle_code";

  private static final String THAT_CODE =
      " WHERE hash = ? AND organisation = ? AND partner = ? AND uses > 0 AND expires > ?";

  private final MainDatabase database;

  SqliteHandles(final MainDatabase database) {
    this.database = database;
  }

  @Override
  public Claimed claim(final Claim claim, final long mostOfPartner) {
    return database.change(db -> {
      final var owner = claim.owner();
      OrganisationRows.refuseRemoved(db, owner.publisher());
      final var now = database.now();
      final var token = claim.address().token();
      final boolean isKnown = HandleRows.active(db, owner, claim.address()).isPresent();
      if (HandleRows.claimsOf(db, token, now) >= MOST_CLAIMS_OF_TOKEN
          || !isKnown && HandleRows.activeOf(db, token) >= MOST_OF_TOKEN) {
        return Claimed.TOO_MANY_OF_TOKEN;
      }
      if (claim.replaces()) {
        if (HandleRows.find(db, claim.handle()).filter(Handle::isActive).isEmpty()) {
          return Claimed.NOT_ACTIVE;
        }
      } else if (!isKnown
          && HandleRows.activeOf(db, owner.publisher(), owner.partner()) >= mostOfPartner) {
        return Claimed.TOO_MANY_OF_PARTNER;
      }
      HandleRows.insert(db, claim, now);
      return Claimed.KEPT;
    });
  }

  @Override
  public void drop(final String challenge) {
    database.change(db -> db.update("DELETE FROM handle_claim WHERE challenge = ?", challenge));
  }

  @Override
  public Optional<Confirmed> confirm(
      final HandleId handle, final String challenge, final byte[] secretHash) {
    return database.change(db -> {
      final var now = database.now();
      final var kept =
          HandleRows.claim(db, challenge)
              .filter(found -> found.claim().handle().equals(handle))
              .filter(found -> now.isBefore(found.claim().until()));
      return kept.isEmpty()
          ? Optional.empty()
          : comeTrue(db, kept.get(), HEX.formatHex(secretHash), now);
    });
  }

  private static Optional<Confirmed> comeTrue(
      final Database db, final KeptClaim kept, final String secret, final Instant now)
      throws SQLException {
    final var claim = kept.claim();
    final boolean isRepeat = !kept.became().isEmpty();
    final HandleId became;
    if (isRepeat) {
      became = new HandleId(kept.became());
    } else if (claim.replaces()) {
      became = claim.handle();
    } else {
      became =
          HandleRows.active(db, claim.owner(), claim.address())
              .map(Handle::id)
              .orElse(claim.handle());
    }
    final var before = HandleRows.find(db, became);
    final boolean isNew = !isRepeat && !claim.replaces() && before.isEmpty();
    if (!isNew && before.filter(Handle::isActive).isEmpty()) {
      return Optional.empty();
    }
    if (isNew) {
      HandleRows.activate(db, claim, secret, now);
    } else if (!isRepeat) {
      move(db, became, claim, now);
    }
    if (!claim.replaces()) {
      HandleRows.secret(db, became.value(), secret);
    }
    if (!isRepeat) {
      db.update(
          "UPDATE handle_claim SET became = ? WHERE challenge = ?",
          became.value(),
          claim.challenge());
      db.update(
          "DELETE FROM handle_claim WHERE handle = ? AND challenge <> ? AND became = ''",
          claim.handle().value(),
          claim.challenge());
    }
    return HandleRows.find(db, became).map(found -> new Confirmed(found, !claim.replaces()));
  }

  /// The token serves this handle from now on, and the one that it served before ends.
  private static void move(
      final Database db, final HandleId to, final Claim claim, final Instant now)
      throws SQLException {
    final var other = HandleRows.active(db, claim.owner(), claim.address());
    if (other.isPresent() && !other.get().id().equals(to)) {
      HandleRows.end(db, other.get(), State.REVOKED, "", now);
    }
    HandleRows.move(db, to.value(), claim);
  }

  @Override
  public Optional<Handle> find(final HandleId handle) {
    return database.read(db -> {
      final var now = database.now();
      final var kept = HandleRows.find(db, handle).filter(found -> isKnown(found, now));
      return kept.isPresent() ? kept : HandleRows.pending(db, handle, now);
    });
  }

  @Override
  public Optional<Handle> find(final HandleId handle, final byte[] secretHash) {
    return database
        .read(db -> HandleRows.find(db, handle, HEX.formatHex(secretHash)))
        .filter(found -> isKnown(found, database.now()));
  }

  private static boolean isKnown(final Handle handle, final Instant now) {
    return handle.isActive() || now.isBefore(handle.since().plus(REMEMBERED));
  }

  @Override
  public boolean revoke(final OrganisationId publisher, final HandleId handle, final String who) {
    return database.change(db -> {
      final var now = database.now();
      final var active = HandleRows.find(db, handle);
      final var found = active.isPresent() ? active : HandleRows.pending(db, handle, now);
      if (found.filter(its -> its.owner().publisher().equals(publisher)).isEmpty()) {
        return false;
      }
      if (!end(db, found.get(), now)) {
        return false;
      }
      final var owner = found.get().owner();
      database.audit(
          db,
          publisher,
          who,
          "revoke handle " + handle + " of partner " + owner.partner() + " and app " + owner.app());
      return true;
    });
  }

  private static boolean end(final Database db, final Handle handle, final Instant now)
      throws SQLException {
    return switch (handle.state()) {
      case ACTIVE -> {
        HandleRows.end(db, handle, State.REVOKED, "", now);
        yield true;
      }
      case PENDING ->
          db.update("DELETE FROM handle_claim WHERE handle = ?", handle.id().value()) > 0;
      case REVOKED, DEAD -> false;
    };
  }

  @Override
  public long revokeAll(
      final OrganisationId publisher,
      final String partner,
      final Optional<AppId> app,
      final String who) {
    final var of = "partner " + partner + app.map(its -> " and app " + its).orElse("");
    database.change(db -> {
      database.audit(db, publisher, who, "revoke handle of " + of + ": all");
      return db.update(
          "DELETE FROM handle_claim WHERE organisation = ? AND partner = ?"
              + " AND (? = '' OR app = ?)",
          publisher.value(),
          partner,
          app.map(AppId::value).orElse(""),
          app.map(AppId::value).orElse(""));
    });
    final var filter = new Filter(partner, app);
    long all = 0;
    int some;
    do {
      some =
          database.change(db -> {
            final var now = database.now();
            final var these =
                page(db, publisher, filter, Place.FIRST, CHUNK, " AND state = 'active'");
            for (final var each : these) {
              HandleRows.end(db, each, State.REVOKED, "", now);
            }
            return these.size();
          });
      all += some;
    } while (some == CHUNK);
    return all;
  }

  @Override
  public boolean dead(
      final HandleId handle,
      final PushAddress.Direct address,
      final Reason why,
      final Instant since) {
    return database.change(db -> {
      final var found = HandleRows.find(db, handle).filter(Handle::isActive);
      final boolean isMeant =
          found
              .flatMap(Handle::address)
              .filter(its -> its.hasTokenOf(address) && its.service() == address.service())
              .filter(its -> !its.registeredAt().isAfter(since))
              .isPresent();
      if (isMeant) {
        HandleRows.end(db, found.get(), State.DEAD, why.code(), database.now());
      }
      return isMeant;
    });
  }

  @Override
  public List<Handle> list(
      final OrganisationId publisher, final Filter which, final Place after, final int most) {
    return database.read(db -> page(db, publisher, which, after, most, ""));
  }

  /// @param more a further condition
  private static List<Handle> page(
      final Database db,
      final OrganisationId publisher,
      final Filter which,
      final Place after,
      final int most,
      final String more)
      throws SQLException {
    final var condition = new StringBuilder("organisation = ?");
    final var values = new ArrayList<String>();
    values.add(publisher.value());
    if (!which.partner().isEmpty()) {
      condition.append(" AND partner = ?");
      values.add(which.partner());
    }
    if (which.app().isPresent()) {
      condition.append(" AND app = ?");
      values.add(which.app().get().value());
    }
    condition.append(" AND (partner, app, handle) > (?, ?, ?)").append(more);
    values.addAll(List.of(after.partner(), after.app(), after.handle()));
    return HandleRows.page(db, condition.toString(), most, values);
  }

  @Override
  public List<Count> counts(final OrganisationId publisher) {
    return database.read(db ->
        db.query(
            "SELECT partner, app, active FROM handle_count WHERE organisation = ?"
                + " ORDER BY partner, app",
            row -> new Count(row.getString(1), SharedNames.app(row.getString(2)), row.getLong(3)),
            publisher.value()));
  }

  // ---- codes ----------------------------------------------------------------------------------

  @Override
  public void keepCode(final Code code, final byte[] codeHash, final String who) {
    database.change(db -> {
      OrganisationRows.refuseRemoved(db, code.publisher());
      db.update(
          "INSERT INTO handle_code(hash, organisation, partner, id, uses, made_at, expires)"
              + " VALUES(?,?,?,?,?,?,?)",
          HEX.formatHex(codeHash),
          code.publisher().value(),
          code.partner(),
          code.id(),
          code.uses(),
          code.madeAt().toEpochMilli(),
          code.expires().toEpochMilli());
      database.audit(
          db,
          code.publisher(),
          who,
          "keep handle code " + code.id() + " of partner " + code.partner() + ": " + code.uses());
      return true;
    });
  }

  @Override
  public Optional<Code> code(
      final OrganisationId publisher, final String partner, final byte[] codeHash) {
    return database
        .read(db ->
            db.query(
                CODE + THAT_CODE,
                SqliteHandles::code,
                HEX.formatHex(codeHash),
                publisher.value(),
                partner,
                database.now().toEpochMilli()))
        .stream()
        .findFirst();
  }

  private static Code code(final ResultSet row) throws SQLException {
    return new Code(
        row.getString(1),
        SharedNames.organisation(row.getString(2)),
        row.getString(3),
        row.getInt(4),
        Instant.ofEpochMilli(row.getLong(5)),
        Instant.ofEpochMilli(row.getLong(6)));
  }

  @Override
  public boolean takeCode(
      final OrganisationId publisher, final String partner, final byte[] codeHash) {
    return database.change(db ->
        db.update(
                "UPDATE handle_code SET uses = uses - 1" + THAT_CODE,
                HEX.formatHex(codeHash),
                publisher.value(),
                partner,
                database.now().toEpochMilli())
            > 0);
  }

  @Override
  public List<Code> codes(final OrganisationId publisher, final String partner) {
    return database.read(db ->
        db.query(
            CODE
                + " WHERE organisation = ? AND (? = '' OR partner = ?) AND uses > 0"
                + " AND expires > ? ORDER BY partner, id",
            SqliteHandles::code,
            publisher.value(),
            partner,
            partner,
            database.now().toEpochMilli()));
  }

  @Override
  public boolean removeCode(
      final OrganisationId publisher, final String partner, final String id, final String who) {
    return database.change(db -> {
      final boolean was =
          db.update(
                  "DELETE FROM handle_code WHERE organisation = ? AND partner = ? AND id = ?",
                  publisher.value(),
                  partner,
                  id)
              > 0;
      if (was) {
        database.audit(db, publisher, who, "remove handle code " + id + " of partner " + partner);
      }
      return was;
    });
  }

  // ---- ends -----------------------------------------------------------------------------------

  /// Removes claims and codes whose time is over, and handles that were over for long enough.
  ///
  /// @param most so many of each at most
  /// @return whether there may be more
  static boolean removeEnded(final MainDatabase database, final Instant now, final int most) {
    final long before = now.minus(REMEMBERED).toEpochMilli();
    final boolean isAny =
        database.read(db ->
            !db.query(
                    "SELECT 1 FROM handle_claim WHERE until <= ? UNION ALL SELECT 1 FROM handle"
                        + " WHERE state <> 'active' AND since <= ? UNION ALL"
                        + " SELECT 1 FROM handle_code WHERE expires <= ? OR uses = 0 LIMIT 1",
                    row -> row.getInt(1),
                    now.toEpochMilli(),
                    before,
                    now.toEpochMilli())
                .isEmpty());
    return isAny
        && database.change(db -> {
          final int claims =
              db.update(
                  "DELETE FROM handle_claim WHERE challenge IN"
                      + " (SELECT challenge FROM handle_claim WHERE until <= ? LIMIT ?)",
                  now.toEpochMilli(),
                  most);
          final int handles =
              db.update(
                  "DELETE FROM handle WHERE handle IN (SELECT handle FROM handle"
                      + " WHERE state <> 'active' AND since <= ? LIMIT ?)",
                  before,
                  most);
          db.update("DELETE FROM handle_code WHERE expires <= ? OR uses = 0", now.toEpochMilli());
          return claims == most || handles == most;
        });
  }
}
