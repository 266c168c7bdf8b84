package dev.reveille.storage.sqlite;

import static dev.reveille.routing.port.HubSamples.HUB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Bytes;
import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.HubJobs;
import dev.reveille.routing.port.HubJobs.Job;
import dev.reveille.routing.port.HubJobsContract;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.StoreException;
import dev.reveille.routing.port.StoreUnderTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteHubJobsTest implements HubJobsContract {
  private static final String SECRET = "https://blobs.example/box?sig=a-signature-of-theirs";

  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Override
  public StoreUnderTest store() {
    return store;
  }

  private Job made(final String hub, final String id) {
    final var now = store.clock().instant();
    final var job = new Job(hub, id, now, now, true, Bytes.of(SECRET), Bytes.of("nothing done"));
    assertTrue(store.hubJobs().make(job, 9).isPresent());
    return job;
  }

  private String onDisk() throws IOException {
    final List<Path> files;
    try (Stream<Path> all = Files.walk(store.directory())) {
      files = all.filter(Files::isRegularFile).toList();
    }
    final var text = new StringBuilder();
    for (final Path file : files) {
      text.append(Files.readString(file, StandardCharsets.ISO_8859_1));
    }
    return text.toString();
  }

  private void sql(final String statement) throws SQLException {
    store.sqlite().close();
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + store.directory().resolve("reveille.db"));
        var run = connection.createStatement()) {
      run.execute(statement);
    }
    store.open();
  }

  @Test
  void no_file_shows_where_a_job_writes() throws IOException {
    made(HUB, "a-job");
    final String open = onDisk();
    store.sqlite().close();
    final String closed = onDisk();
    store.open();
    for (final String shown : List.of(SECRET, "a-signature-of-theirs", "blobs.example")) {
      assertFalse(open.contains(shown), shown);
      assertFalse(closed.contains(shown), shown);
    }
    assertTrue(open.contains("a-job"), "the row is there");
  }

  @Test
  void a_row_that_was_moved_is_refused() throws SQLException {
    made(HUB, "a-job");
    sql("UPDATE hub_job SET id = 'another'");
    final var refused =
        assertThrows(StoreException.class, () -> store.hubJobs().find(HUB, "another"));
    assertTrue(
        String.valueOf(refused.getMessage())
            .startsWith("The job another of the hub " + HUB + " cannot be decrypted."));
  }

  @Test
  void a_job_that_cannot_be_decrypted_hinders_no_other() throws SQLException {
    made(HUB, "a-job");
    sql("UPDATE hub_job SET id = 'another'");
    final var whole = made(HUB, "b-job");
    assertEquals(List.of(whole), store.hubJobs().underWay());
    assertEquals(List.of(whole), store.hubJobs().of(HUB));
  }

  @Test
  void without_the_master_key_a_store_with_a_job_does_not_start() throws IOException {
    made(HUB, "a-job");
    store.sqlite().close();
    final Path file = store.directory().resolve("master.key");
    final String key = Files.readString(file);
    Files.delete(file);
    assertThrows(StoreException.class, store::open);
    Files.writeString(file, key);
    store.open();
    assertEquals(1, store.hubJobs().of(HUB).size());
  }

  @Test
  void jobs_go_with_their_organisation_and_come_to_no_later_one_of_its_name() {
    final OrganisationId gone = new OrganisationId("gone");
    store.registry().makeOrganisation(gone, Samples.ACME, "operator");
    made("gone/default/phones", "theirs");
    made(HUB, "ours");
    assertTrue(store.registry().removeOrganisation(gone, Samples.ACME, "operator"));
    assertEquals(List.of(), store.hubJobs().of("gone/default/phones"));
    assertEquals(1, store.hubJobs().of(HUB).size());
    assertThrows(Registry.Taken.class, () -> made("gone/default/phones", "later"));
  }

  @Test
  void what_ended_goes_after_its_time_and_what_is_under_way_stays() {
    final var ended = made(HUB, "ended");
    made(HUB, "works");
    store.hubJobs().change(ended.with(Bytes.of("done"), false, store.clock().instant()));
    store.clock().advance(HubJobs.KEPT);
    store.sqlite().maintain();
    assertEquals(2, store.hubJobs().of(HUB).size());
    store.clock().advance(Duration.ofDays(1));
    store.sqlite().maintain();
    assertEquals(List.of("works"), store.hubJobs().of(HUB).stream().map(Job::id).toList());
  }
}
