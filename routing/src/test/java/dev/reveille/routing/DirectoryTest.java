package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Preferences;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What is remembered of the registry, and that it is never older than the registry.
class DirectoryTest {
  private final MemoryRegistry registry = new MemoryRegistry();
  private final Directory directory = new Directory(registry);

  private void keep(final UserId id, final String... addresses) {
    registry.keepUser(new User(id, "", List.of(addresses), Preferences.DEFAULT), "test");
  }

  @Test
  void a_user_is_found_by_name_and_by_any_address() {
    keep(ANNA, "sip:anna@example.com", "EXAMPLE\\anna");
    for (final var word :
        List.of("anna", "Anna", "sip:anna@example.com", "SIP:Anna@Example.com", "example\\ANNA")) {
      assertEquals(Optional.of(ANNA), directory.find(ACME, word), word);
      assertEquals(Optional.of(ANNA), directory.find(ACME, word), word);
    }
    assertEquals(Optional.empty(), directory.find(ACME, "unknown"));
    assertEquals(Optional.empty(), directory.find(new OrganisationId("other"), "anna"));
  }

  @Test
  void an_address_that_moves_to_another_user_is_found_there() {
    keep(ANNA, "desk@example.com");
    assertEquals(Optional.of(ANNA), directory.find(ACME, "desk@example.com"));
    keep(ANNA);
    assertEquals(Optional.empty(), directory.find(ACME, "desk@example.com"));
    keep(BEN, "desk@example.com");
    assertEquals(Optional.of(BEN), directory.find(ACME, "desk@example.com"));
    registry.removeUser(BEN, "test");
    assertEquals(Optional.empty(), directory.find(ACME, "desk@example.com"));
  }

  @Test
  void a_change_while_it_is_read_is_not_missed() {
    keep(ANNA);
    registry.whileReading =
        () -> {
          registry.whileReading = () -> {};
          registry.keepInstallation(android("new", ANNA), "test");
        };
    directory.person(ANNA); // may be the old answer, but must not be remembered
    assertEquals(1, directory.person(ANNA).orElseThrow().installations().size());
  }

  @Test
  void many_are_remembered_together_and_are_then_found_without_a_read() {
    keep(ANNA, "sip:anna@example.com");
    keep(BEN);
    directory.remember(ACME, List.of("anna", "BEN", "ben", "sip:anna@example.com", "unknown"));
    registry.readsFail = true;
    assertEquals(Optional.of(ANNA), directory.remembered(ACME, "anna"));
    assertEquals(Optional.of(BEN), directory.find(ACME, "ben"));
    assertEquals(Optional.empty(), directory.remembered(ACME, "sip:anna@example.com"));
  }

  @Test
  void a_change_while_many_are_read_is_not_missed() {
    keep(ANNA);
    keep(BEN);
    final var changes = new AtomicInteger();
    registry.whileReading =
        () -> {
          // one of these comes while her installations are read
          registry.keepInstallation(android("new " + changes.incrementAndGet(), ANNA), "test");
        };
    directory.remember(List.of(ANNA, BEN)); // may read the old state, but must not remember it
    registry.whileReading = () -> {};
    final var now = Set.copyOf(registry.installationsOf(ANNA));
    assertEquals(now, Set.copyOf(directory.person(ANNA).orElseThrow().installations()));
    assertEquals(changes.get(), now.size());
  }

  @Test
  void people_are_read_once() {
    keep(ANNA);
    directory.person(ANNA);
    registry.readsFail = true;
    assertTrue(directory.person(ANNA).isPresent());
  }
}
