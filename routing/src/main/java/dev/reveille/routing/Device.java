package dev.reveille.routing;

import dev.reveille.model.AppState;
import dev.reveille.model.Installation;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.routing.port.LiveRoutes.LiveState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The router's input about one device. Immutable.
///
/// @param pushless this client generation keeps its own connection and needs no push
/// @param rings the call in question may still ring on this device; true for everything else
/// @param mayHaveRung this device was told of the call in question, or that is unknown
/// @param seen whether the entry in question was seen already
record Device(
    Installation installation,
    LiveState liveState,
    boolean pushless,
    boolean rings,
    boolean mayHaveRung,
    Seen seen) {

  /// Where an inbox entry was seen, as far as a device said.
  enum Seen {
    NOT,
    HERE,
    ELSEWHERE
  }

  /// The same without addresses whose registration has ended.
  Device at(final Instant now) {
    for (final var address : installation.addresses()) {
      if (hasEnded(address, now)) {
        final var left =
            installation.addresses().stream().filter(one -> !hasEnded(one, now)).toList();
        return new Device(
            installation.withAddresses(left), liveState, pushless, rings, mayHaveRung, seen);
      }
    }
    return this;
  }

  private static boolean hasEnded(final PushAddress address, final Instant now) {
    return switch (address) {
      case PushAddress.Direct direct -> direct.hasEnded(now);
    };
  }

  boolean channelOpen() {
    return liveState.channelOpen();
  }

  boolean holdsPing() {
    return liveState.pingHeld();
  }

  boolean inForeground() {
    return liveState.channelOpen() && liveState.state() == AppState.FOREGROUND;
  }

  /// The address on this channel, null when there is none.
  @Nullable PushAddress addressOn(final PushChannel channel) {
    for (final var address : installation.addresses()) {
      if (address.channel() == channel) {
        return address;
      }
    }
    return null;
  }

  /// The address on the first of the channels that has one.
  @Nullable PushAddress addressOn(
      final PushChannel first, final PushChannel second, final PushChannel third) {
    final var address = addressOn(first);
    if (address != null) {
      return address;
    }
    final var other = addressOn(second);
    return other != null ? other : addressOn(third);
  }
}
