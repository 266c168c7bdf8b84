package dev.reveille.routing;

import dev.reveille.model.AppState;
import dev.reveille.model.Installation;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.routing.port.LiveRoutes.LiveState;
import java.time.Instant;
import java.util.List;
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

  /// One of the app's own addresses, on the first of the channels that has one; null when there is
  /// none. The handle of a linked hub is none of them.
  @Nullable PushAddress own(final List<PushChannel> channels) {
    return first(channels, false);
  }

  /// The handle of a linked hub, null when there is none.
  @Nullable PushAddress handle() {
    return first(List.of(PushChannel.VOIP, PushChannel.SINGLE), true);
  }

  private @Nullable PushAddress first(final List<PushChannel> channels, final boolean ofHub) {
    for (final var channel : channels) {
      for (final var address : installation.addresses()) {
        if (address.channel() == channel && (address.service() == PushService.HUB) == ofHub) {
          return address;
        }
      }
    }
    return null;
  }
}
