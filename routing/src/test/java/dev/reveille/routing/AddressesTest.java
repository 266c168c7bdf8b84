package dev.reveille.routing;

import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.Installation;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushAddress.Doubt;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Audiences;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// An installation may have been read before its doubt was written: the doubt counts for it, too.
class AddressesTest {
  private final MemoryRegistry registry = new MemoryRegistry(() -> {});
  private final Addresses addresses =
      new Addresses(registry, Audiences.NONE, Runnable::run, new Mailbox<>(), new Counters());
  private final Installation phone = iPhone("phone", 18, ANNA);
  private final PushAddress.Direct readBefore = (PushAddress.Direct) phone.addresses().getFirst();
  private final Doubt doubt = new Doubt(NOW, Reason.TOKEN_WRONG_TOPIC, 1);

  @BeforeEach
  void anAddressIsRefused() {
    registry.keepInstallation(phone, "test");
    addresses.doubted(phone.id(), readBefore, doubt);
    addresses.kept(readBefore, doubt, NOW);
  }

  @Test
  void a_doubt_counts_for_a_while_for_what_was_read_before_it_was_written() {
    addresses.forgetOld(NOW.plusSeconds(9));
    assertEquals(Optional.of(doubt), addresses.doubtOf(readBefore));
  }

  @Test
  void a_doubt_that_the_registry_shows_is_forgotten_here() {
    addresses.forgetOld(NOW.plusSeconds(10));
    assertEquals(Optional.empty(), addresses.doubtOf(readBefore));
  }

  @Test
  void a_doubt_counts_as_long_when_the_clock_is_set_meanwhile() {
    final var anHour = Duration.ofHours(1);
    addresses.clockSet(anHour);
    addresses.forgetOld(NOW.plus(anHour).plusSeconds(9));
    assertEquals(Optional.of(doubt), addresses.doubtOf(readBefore));
    addresses.forgetOld(NOW.plus(anHour).plusSeconds(10));
    assertEquals(Optional.empty(), addresses.doubtOf(readBefore));
  }
}
