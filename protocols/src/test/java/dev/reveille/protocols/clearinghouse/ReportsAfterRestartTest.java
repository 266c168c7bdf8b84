package dev.reveille.protocols.clearinghouse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.Reason;
import dev.reveille.protocols.device.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a clearing house has not reported when it stops is reported after its next start.
class ReportsAfterRestartTest {
  @TempDir private Path folder;
  private ClearingHouseUnderTest house;

  @BeforeEach
  void open() {
    house = new ClearingHouseUnderTest(folder);
  }

  @AfterEach
  void close() {
    house.close();
  }

  private UUID pushed() throws Exception {
    final var id = UUID.randomUUID();
    final var handle = house.handle(ClearingHouseUnderTest.PARTNER, true);
    final var body = house.body(id, handle, ClearingHouseUnderTest.ring());
    assertEquals(202, house.answer(body).status());
    return id;
  }

  private void nothingIsOpen() {
    Eventually.holds(
        () -> house.store.openReports().list(0, 10).isEmpty(), "all that was open is closed");
  }

  private static void assertIs(final UUID id, final JsonNode report) {
    assertEquals(id.toString(), report.get("id").asText());
    assertEquals("reference", report.get("ref").asText());
    assertEquals("handed-over RV-200 apns-id-1", report.get("outcome").asText());
  }

  @Test
  void what_the_partner_did_not_take_is_reported_until_it_does() throws Exception {
    house.takes = false;
    final var id = pushed();
    assertIs(id, house.report());
    house.restart();
    assertIs(id, house.report());
    house.takes = true;
    assertIs(id, house.report());
    nothingIsOpen();
    house.reported.clear();
    house.restart();
    final var next = pushed();
    assertIs(next, house.report());
    assertEquals(0, house.reported.size(), "what was taken is not reported again");
  }

  @Test
  void what_was_not_written_down_yet_is_found_in_the_journal() throws Exception {
    assertIs(pushed(), house.report());
    Eventually.holds(() -> house.store.openReports().upTo() > 0, "something is written down");
    house.forgets = true;
    house.takes = false;
    final var id = pushed();
    assertIs(id, house.report());
    house.restart();
    assertEquals(List.of(), house.store.openReports().list(0, 10));
    house.takes = true;
    JsonNode report = house.report();
    while (!report.get("id").asText().equals(id.toString())) {
      report = house.report(); // one that was reported in the same half of a second
    }
    assertIs(id, report);
    nothingIsOpen();
  }

  @Test
  void a_push_that_was_under_way_is_reported_when_it_has_ended() throws Exception {
    house.says =
        new TryAgain(Reason.SERVICE_UNAVAILABLE, "busy", house.clock.instant().plusSeconds(1));
    final var id = pushed();
    assertTrue(house.pushed.poll(20, TimeUnit.SECONDS) != null);
    house.restart();
    house.says = new HandedOver("apns-id-1");
    final var report = house.report();
    assertIs(id, report);
    assertTrue(report.get("trail").toString().contains("try-again"), report::toString);
    nothingIsOpen();
  }

  @Test
  void a_push_whose_time_ended_while_the_server_was_down_is_reported() throws Exception {
    house.says =
        new TryAgain(Reason.SERVICE_UNAVAILABLE, "busy", house.clock.instant().plusSeconds(1));
    final var id = pushed();
    assertTrue(house.pushed.poll(20, TimeUnit.SECONDS) != null);
    house.restart(Duration.ofHours(3));
    final var report = house.report();
    assertEquals(id.toString(), report.get("id").asText());
    assertTrue(report.get("outcome").asText().startsWith("expired "), report::toString);
    nothingIsOpen();
  }

  @Test
  void after_a_day_it_is_not_reported_any_more() throws Exception {
    house.takes = false;
    assertIs(pushed(), house.report());
    house.restart(Duration.ofHours(25));
    nothingIsOpen();
    assertEquals(0, house.reported.size());
  }
}
