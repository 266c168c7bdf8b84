package dev.reveille.routing.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.OpenReports.Open;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The contract of every store of open reports.
public interface OpenReportsContract {
  StoreUnderTest store();

  private OpenReports reports() {
    return store().openReports();
  }

  private static Open open(final long send) {
    return new Open(send, Samples.ACME);
  }

  @Test
  default void what_is_open_stays_so_over_a_restart_until_it_is_closed() {
    assertEquals(OpenReports.NONE, reports().upTo());
    reports().keep(OpenReports.NONE, List.of(open(3)), List.of());
    assertEquals(OpenReports.NONE, reports().upTo(), "what is open is not complete yet");
    reports().keep(0, List.of(), List.of(3L));
    assertEquals(0, reports().upTo());
    reports().keep(7, List.of(open(5), open(7)), List.of());
    reports().keep(9, List.of(open(9), open(5)), List.of(7L, 8L));
    store().restart();
    assertEquals(9, reports().upTo());
    assertEquals(List.of(open(5), open(9)), reports().list(0, 10));
    assertEquals(List.of(open(5)), reports().list(0, 1));
    assertEquals(List.of(open(9)), reports().list(5, 10));
    reports().keep(4, List.of(), List.of(5L));
    assertEquals(9, reports().upTo(), "it never falls");
    assertEquals(List.of(open(9)), reports().list(0, 10));
  }

  @Test
  default void nothing_is_open_for_an_organisation_that_was_removed() {
    final var other = new OrganisationId("other");
    store().registry().makeOrganisation(other, Samples.ACME, "operator");
    reports().keep(2, List.of(open(1), new Open(2, other)), List.of());
    assertTrue(store().registry().removeOrganisation(other, Samples.ACME, "operator"));
    assertEquals(List.of(open(1)), reports().list(0, 10));
    reports().keep(3, List.of(new Open(3, other)), List.of());
    assertEquals(List.of(open(1)), reports().list(0, 10));
  }
}
