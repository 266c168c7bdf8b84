package dev.reveille.routing;

import dev.reveille.model.Installation;
import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.WorkKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends a push that belongs to no event: a question to a device itself. It is tried once, has no
/// trail, and obeys the switches like any other.
///
/// Thread-safe. May read the disk when a cache misses.
public final class LonePushes {
  private static final Logger LOG = LoggerFactory.getLogger(LonePushes.class);
  private static final long NO_EVENT = 0;

  private final Directory directory;
  private final Switches switches;
  private final Senders senders;
  private final InstantSource clock;

  LonePushes(
      final Directory directory,
      final Switches switches,
      final Senders senders,
      final InstantSource clock) {
    this.directory = directory;
    this.switches = switches;
    this.senders = senders;
    this.clock = clock;
  }

  /// Hands it to the push service.
  ///
  /// @param address one of the installation's
  /// @return why it does not leave; empty when it is on its way
  public Optional<Reason> send(
      final Installation to,
      final PushAddress.Direct address,
      final PushContent content,
      final Duration life) {
    final var sender = senders.find(address.sender());
    if (sender == null) {
      return Optional.of(
          address.service().hasSender() ? Reason.SERVICE_UNREACHABLE : Reason.SERVICE_NOT_BUILT_IN);
    }
    if (!switches.on(to.organisation(), siteOf(to)).contains(address.service())) {
      return Optional.of(Reason.PUSH_SWITCHED_OFF);
    }
    final var push =
        new Push(
            new WorkKey(NO_EVENT, to.id().target()),
            address,
            UUID.randomUUID(),
            content,
            Lane.NORMAL,
            clock.instant().plus(life),
            1,
            () -> true);
    sender.send(
        List.of(push),
        (_, outcome) -> LOG.debug("a push to {} itself: {}", to.id(), outcome.getClass()));
    return Optional.empty();
  }

  private String siteOf(final Installation installation) {
    return installation.users().stream()
        .findFirst()
        .flatMap(directory::person)
        .map(person -> person.user().site())
        .orElse("");
  }
}
