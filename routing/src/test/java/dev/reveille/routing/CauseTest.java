package dev.reveille.routing;

import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.message;
import static dev.reveille.routing.port.Samples.silent;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.Cause;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailEntry.Try;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The trail says why a push service is out of reach.
class CauseTest {
  private final RoutingFixture fixture = new RoutingFixture();

  @BeforeEach
  void annaHasAPhone() {
    fixture.switchEverythingOn();
    fixture.person(ANNA, iPhone("phone", 18, ANNA));
    fixture.person(BEN);
  }

  private void down(final Cause cause) {
    fixture.apns().always =
        _ ->
            TryAgain.unreachable(
                "push.example:443", fixture.clock.instant().plusSeconds(1), Optional.of(cause));
  }

  private List<String> causes(final long event) {
    return fixture.trail(event).stream()
        .flatMap(line ->
            switch (line) {
              case TrailEntry.Opening opening -> opening.tries().stream();
              case TrailEntry.Later later -> later.tries().stream();
              case TrailEntry.NoDevice _, TrailEntry.Targets _ -> Stream.<Try>of();
            })
        .filter(one -> !one.outcome().equals("leaves"))
        .map(one -> one.outcome() + " " + one.cause().map(Cause::word).orElse("none"))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void each_cause_stands_in_the_trail(final Cause cause) {
    down(cause);
    final long event = fixture.accept(message("1"));
    assertEquals(List.of("try-again " + cause.word()), causes(event));
  }

  @Test
  void what_waits_without_a_try_of_its_own_says_the_cause_too() {
    down(Cause.REFUSED);
    fixture.accept(message("1"));
    final long second = fixture.accept(silent("2"));
    assertEquals(List.of("waits refused"), causes(second));
  }

  @Test
  void probes_in_vain_are_told_once_and_again_when_the_cause_is_another() {
    down(Cause.DNS_SILENT);
    final long event = fixture.accept(message("1"));
    fixture.pass(Duration.ofSeconds(10));
    assertEquals(List.of("try-again dns-silent"), causes(event));
    down(Cause.TLS_EXPIRED);
    fixture.pass(Duration.ofSeconds(10));
    assertEquals(List.of("try-again dns-silent", "try-again tls-expired"), causes(event));
  }
}
