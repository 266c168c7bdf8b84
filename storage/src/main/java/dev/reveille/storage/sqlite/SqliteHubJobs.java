package dev.reveille.storage.sqlite;

import dev.reveille.model.Bytes;
import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.HubJobs;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.StoreException;
import dev.reveille.storage.codec.DamagedException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Jobs of hubs as rows. What is asked is sealed together with its hub and id: the same bytes in
/// another row are refused.
final class SqliteHubJobs implements HubJobs {
  private static final String COLUMNS =
      "SELECT hub, id, made, changed, under_way, sealed, progress FROM hub_job";

  private static final Logger LOG = LoggerFactory.getLogger(SqliteHubJobs.class);

  private final MainDatabase database;
  private final MasterKey master;

  SqliteHubJobs(final MainDatabase database, final MasterKey master) {
    this.database = database;
    this.master = master;
  }

  @Override
  public Optional<Job> make(final Job job, final int mostUnderWay) {
    final OrganisationId owner = HubRegistrations.organisation(job.hub());
    final byte[] sealed = master.encrypt(job.order().toArray(), place(job.hub(), job.id()));
    return database.change(db -> {
      OrganisationRows.refuseRemoved(db, owner);
      final List<Job> before =
          db.query(COLUMNS + " WHERE hub = ? AND id = ?", this::job, job.hub(), job.id());
      if (!before.isEmpty()) {
        return Optional.of(before.getFirst());
      }
      final long underWay =
          db.query(
                  "SELECT count(*) FROM hub_job WHERE hub = ? AND under_way = 1",
                  row -> row.getLong(1),
                  job.hub())
              .getFirst();
      if (underWay >= mostUnderWay) {
        return Optional.empty();
      }
      db.update(
          "DELETE FROM hub_job WHERE number IN (SELECT number FROM hub_job"
              + " WHERE hub = ? AND under_way = 0 ORDER BY number DESC LIMIT -1 OFFSET ?)",
          job.hub(),
          MOST_ENDED);
      db.update(
          "INSERT INTO hub_job(organisation, hub, id, made, changed, under_way, sealed, progress)"
              + " VALUES(?,?,?,?,?,?,?,?)",
          owner.value(),
          job.hub(),
          job.id(),
          job.madeAt().toEpochMilli(),
          job.changedAt().toEpochMilli(),
          job.isUnderWay() ? 1 : 0,
          sealed,
          job.progress().toArray());
      return Optional.of(job);
    });
  }

  @Override
  public boolean change(final Job job) {
    return database.change(db ->
        db.update(
                "UPDATE hub_job SET changed = ?, under_way = ?, progress = ?"
                    + " WHERE hub = ? AND id = ?",
                job.changedAt().toEpochMilli(),
                job.isUnderWay() ? 1 : 0,
                job.progress().toArray(),
                job.hub(),
                job.id())
            > 0);
  }

  @Override
  public Optional<Job> find(final String hub, final String id) {
    return database
        .read(db -> db.query(COLUMNS + " WHERE hub = ? AND id = ?", this::job, hub, id))
        .stream()
        .findFirst();
  }

  @Override
  public List<Job> of(final String hub) {
    return database
        .read(db -> db.query(COLUMNS + " WHERE hub = ? ORDER BY number DESC", this::readable, hub))
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  @Override
  public List<Job> underWay() {
    return database
        .read(db -> db.query(COLUMNS + " WHERE under_way = 1 ORDER BY number", this::readable))
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /// Empty for a job that cannot be decrypted: it hinders no other.
  private Optional<Job> readable(final ResultSet row) throws SQLException {
    try {
      return Optional.of(job(row));
    } catch (StoreException damaged) {
      LOG.error("{} {}", damaged.getMessage(), damaged.remedy());
      return Optional.empty();
    }
  }

  private Job job(final ResultSet row) throws SQLException {
    final String hub = row.getString(1);
    final String id = row.getString(2);
    return new Job(
        hub,
        id,
        Instant.ofEpochMilli(row.getLong(3)),
        Instant.ofEpochMilli(row.getLong(4)),
        row.getInt(5) == 1,
        unsealed(hub, id, row.getBytes(6)),
        Bytes.of(row.getBytes(7)));
  }

  private Bytes unsealed(final String hub, final String id, final byte[] sealed) {
    try {
      return Bytes.of(master.decrypt(sealed, place(hub, id)));
    } catch (DamagedException e) {
      throw new StoreException(
          "The job " + id + " of the hub " + hub + " cannot be decrypted.",
          "Undo manual changes to reveille.db, or delete its row in hub_job.",
          e);
    }
  }

  @Override
  public void removeHub(final String hub) {
    database.change(db -> {
      db.update("DELETE FROM hub_job WHERE hub = ?", hub);
      return true;
    });
  }

  @Override
  public int removeEnded(final Instant before, final int most) {
    return database.change(db -> removeEnded(db, before, most));
  }

  static int removeEnded(final Database db, final Instant before, final int most)
      throws SQLException {
    return db.update(
        "DELETE FROM hub_job WHERE number IN (SELECT number FROM hub_job"
            + " WHERE under_way = 0 AND changed < ? LIMIT ?)",
        before.toEpochMilli(),
        most);
  }

  /// A list, in which no name can run into the next one.
  private static byte[] place(final String hub, final String id) {
    return MainDatabase.json(List.of("hub-job", hub, id)).getBytes(StandardCharsets.UTF_8);
  }
}
